"""Formulas as a terminal shows them."""

from __future__ import annotations

import json
import re

import pytest
from conftest import each, questions

from generator.bank import Placed
from generator.blueprint import Blueprint
from generator.formats.md import answer, filled, told
from generator.forms import FORMS
from generator.terminal import readable, unicode_math

CASES = {
    r"4 \cdot \left(64 \cdot 32\right) = 12{,}416": "4 · (64 · 32) = 12,416",
    r"\frac{W + P}{s} + 1": "(W + P)/s + 1",
    r"\dfrac{\partial L}{\partial w_h}": "(∂ L)/(∂ wₕ)",
    r"\sqrt{B^2 + 4A}": "√(B² + 4A)",
    r"\left\lfloor \frac{n - k}{s} \right\rfloor": "⌊ (n - k)/s ⌋",
    r"h_{t-1} \odot \tanh(c_t)": "hₜ₋₁ ⊙ tanh(cₜ)",
    r"x^{10} + x_{ab}": "x¹⁰ + x_(ab)",
    r"W_f x^T": "W_f xᵀ",
    r"\hat{y} - \tilde{c}": "y\u0302 - c\u0303",
    r"\underbrace{64 \cdot 32}_{\text{kernel}} + 32": "64 · 32 + 32",
    r"\begin{pmatrix} 1 & -2 \\ 3 & 4 \end{pmatrix}": "[1 -2; 3 4]",
    r"\text{(nets, his)}": "(nets, his)",
    r"\{1, 2\}": "{1, 2}",
    r"\varnothing": "∅",
    "": "",
    "{a": "a",
    r"\frac{1": "1/()",
    "x_": "x",
}


@pytest.mark.parametrize("latex, shown", CASES.items())
def test_latex_reads_as_text(latex: str, shown: str) -> None:
    assert re.sub(" +", " ", unicode_math(latex)).strip() == shown


def test_code_and_text_stay_as_they_are() -> None:
    code = "Costs `$5 \\cdot 2$` and\n\n```python\nx = '$a_b$'\n```\n"
    assert readable(code) == code
    assert readable("one $x_1 * y$ two") == "one x₁ \\* y two"


def test_rows_of_a_display_stand_below_each_other() -> None:
    told = readable("$$\n\\begin{aligned}\nP &= 2 + 3 \\\\\n&= 5\n\\end{aligned}\n$$")
    assert [line.strip() for line in told.split("\n\n")] == ["P = 2 + 3", "= 5"]


@each()
def test_no_latex_is_left(blueprint: Blueprint) -> None:
    """Question and answer of one draw in every form."""
    for form in FORMS.values():
        for asked in questions(blueprint, form.id, 1) if form.asks(blueprint) else ():
            page = "\n".join(filled(Placed(asked, "A", 1, 1, 0), piece) for piece in (told, answer))
            shown = re.sub(r"```.*?```|`[^`]*`", "", readable(page), flags=re.DOTALL)
            for pattern, what in LEFT.items():
                match = re.search(pattern, shown)
                assert not match, f"{form.id}: {what}: {match and shown[max(match.start() - 60, 0) :][:120]!r}"


LEFT = {
    r"\\[a-zA-Z]": "a command",
    r"\$": "a dollar",
    r"\{|\}": "a brace",
    r"(?<!\w)(cdot|d?frac|odot|lfloor|begin|aligned|underbrace|tilde)(?=[^a-z ,.)])": "a name",
    r"(?<!\w)(left|right|text)(?=[(\[{|\\])": "a name",  # before a delimiter; else an English word
    r"&": "an alignment",
}


def test_show_in_a_terminal_is_set_with_readable_math(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person sees, in colour; a pipe gets the Markdown."""
    import io
    import sys

    from generator.command import main

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", screen := Screen())
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    main(["show", "recurrent-parameters", "--set", "cell=LSTM", "--set", "units=32", "--set", "features=64"])
    told = screen.getvalue()
    assert "·" in told and "\\cdot" not in told and "$" not in told
    plain = re.sub(r"\x1b\[[0-9;]*m", "", told)
    assert "64 · 32" in plain and json.dumps(plain)
