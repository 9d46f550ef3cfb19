"""The floor that `records.py` measures against: one kind of question, written out by hand.

This is what one would write without a generator: an f-string for every text, one `json.dumps` at the end. A record is
the parameter count of an LSTM layer, with stem, five lines, running line, four options with feedback, three hints
and the model: the kind of record that `recurrent-parameters` makes for every cell and convention.

    python benchmarks/floor.py [COUNT]     records per second, and bytes per record
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from random import Random
from time import perf_counter

FEATURES, UNITS = range(4, 513), (8, 16, 32, 64, 128, 256)


def math(value: int) -> str:
    return f"{value:,}".replace(",", "{,}")


def line(symbol: str, expression: str, substituted: str, value: int, why: str) -> dict[str, object]:
    return {"symbol": symbol, "expression": expression, "substituted": substituted, "value": value, "why": why}


def option(value: int, feedback: str, slip: str = "") -> dict[str, object]:
    return {"text": f"{value:,}", "correct": not slip, "feedback": feedback, "slip": slip}


def make(x: int, h: int, shuffle: Random) -> str:
    """The record for x features and h units, as JSON; ``shuffle`` orders the options."""
    kernel, recurrent, bias = x * h, h * h, h
    gate = kernel + recurrent + bias
    total = 4 * gate
    missing = f"${h} \\cdot {h} = {math(recurrent)}$"
    options = [
        option(total, f"Right: $P = 4 \\cdot {math(gate)} = {math(total)}$."),
        option(total - 4 * recurrent, f"You left out the recurrent kernel: {missing} per gate.", "no-recurrent-kernel"),
        option(total - 4 * bias, f"You left out the biases: {h} per gate.", "no-bias"),
        option(2 * total, f"You counted two directions; one has ${math(total)}$.", "two-directions"),
    ]
    shuffle.shuffle(options)
    return json.dumps(
        {
            "id": sha256(f"recurrent-parameters/choice/LSTM/keras/{x}/{h}".encode()).hexdigest()[:20],
            "family": "recurrent-parameters",
            "form": "choice",
            "topic": "Counting parameters",
            "tags": ["rnn", "lstm"],
            "difficulty": 2,
            "points": 1,
            "convention": "keras",
            "structure": {"cell": "LSTM", "bias": True, "convention": "keras"},
            "numbers": {"features": x, "units": h},
            "stem": f"How many parameters has an `LSTM` layer of {h} units on {x} features?",
            "code": f"layers.LSTM({h})",
            "answer": {"kind": "integer", "value": total, "tolerance": 0, "unit": "parameters"},
            "options": options,
            "solution": {
                "lines": [
                    line("W", "x \\cdot h", f"{x} \\cdot {h}", kernel, "kernel: every feature feeds every unit"),
                    line("U", "h \\cdot h", f"{h} \\cdot {h}", recurrent, "recurrent: every unit feeds every unit"),
                    line("b", "h", f"{h}", bias, "biases: one per unit"),
                    line("G", "W + U + b", f"{math(kernel)} + {math(recurrent)} + {math(bias)}", gate, "one gate"),
                    line("P", "4 \\cdot G", f"4 \\cdot {math(gate)}", total, "three gates and the candidate"),
                ],
                "running": [
                    f"4 \\cdot ({x} \\cdot {h} + {h} \\cdot {h} + {h})",
                    f"4 \\cdot ({math(kernel)} + {math(recurrent)} + {math(bias)})",
                    f"4 \\cdot {math(gate)}",
                    math(total),
                ],
            },
            "hints": [
                "Work out, in this order: kernel, recurrent kernel, biases, one gate, all gates.",
                "A gate has a kernel, a recurrent kernel and biases: $G = W + U + b$.",
                f"To begin with: ${x} \\cdot {h} + {h} \\cdot {h} + {h}$.",
            ],
            "model": {"input": [None, x], "layers": [{"type": "LSTM", "units": h}]},
            "sources": ["001"],
        },
        ensure_ascii=False,
    )  # fmt: skip


def main(count: int = 100_000) -> None:
    draw, shuffle = Random(1), Random(2)
    start, size = perf_counter(), 0
    for _ in range(count):
        size += len(make(draw.choice(FEATURES), draw.choice(UNITS), shuffle))
    elapsed = perf_counter() - start
    print(f"{count / elapsed:,.0f} records/s, {size / count:,.0f} bytes each")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
