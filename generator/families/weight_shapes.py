"""The shape of every array of a layer, in Keras and in PyTorch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.derivation import Answer, Condition, Line, Numbers, Problem, Slip, differ, slip
from generator.family import family
from generator.layers import GRU, LSTM, Conv2D, Dense, Embedding, Layer, Recurrent, SimpleRNN
from generator.layers.base import Shape
from generator.model import sequential
from generator.notation import Expr, Num, Sym
from generator.space import among, span

x, h, s = Sym("features", "x"), Sym("units", "h"), Sym("s")
c, f, k = Sym("channels", "c"), Sym("filters", "f"), Sym("kernel", "k")
V, m, length = Sym("vocabulary", "V"), Sym("embedding", "m"), Sym("length", "L")
MAPS = (4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 192, 256, 512)
AXES = {
    x: span(4, 512, bounds=(1, 100_000)),
    h: among(8, 10, 12, 16, 20, 24, 32, 40, 48, 50, 64, 80, 96, 100, 128, 200, 256, bounds=(1, 10_000)),
    c: among(1, 3, *MAPS, bounds=(1, 4096)),
    f: among(*MAPS, bounds=(1, 4096)),
    k: among(2, 3, 4, 5, 7, 9, 11, bounds=(1, 31)),
    V: among(100, 500, 1000, 2000, 3000, 5000, 8000, 10_000, 20_000, bounds=(10, 1_000_000)),
    m: among(8, 16, 32, 50, 64, 100, 128, 200, 256, 300, bounds=(1, 4096)),
    length: span(20, 400, step=10, bounds=(1, 10_000)),
}
FRAMEWORKS = {"keras": "Keras", "pytorch": "PyTorch"}
Sides = Mapping[str, Expr]  # of an array, each by what it has a place for


@family(
    "weight-shapes",
    topic="Counting parameters",
    sources=("001", "002"),
    tags=("conventions",),
    layer=(Dense, Conv2D, Embedding, SimpleRNN, LSTM, GRU),
    framework=tuple(FRAMEWORKS),
)
def weight_shapes(layer: type[Layer], framework: str) -> Problem:
    """The shape of every array of a layer, in Keras or in PyTorch."""
    names = {sym.name: sym for sym in AXES}
    made, fed = _made(layer, names), _fed(layer, names)
    arrays = Arrays(made, framework)
    listed = ", ".join(f"`{name}`" for name in arrays.sides)
    several = f"What are the shapes of its arrays, in this order: {listed}?"
    code = made.keras() if framework == "keras" else made.pytorch(fed)[0]
    asked = f"{FRAMEWORKS[framework]} layer {_sees(made)}. " + (
        several if len(arrays.sides) > 1 else f"What is the shape of its array {listed}?"
    )
    return Problem(
        ask=f"This {asked}",
        code=code,
        numbers={sym: axis for sym, axis in AXES.items() if f"[[ {sym.name} ]]" in asked + code},
        lines=tuple(arrays.lines()),
        slips=tuple(arrays.slips()),
        answer=Answer("shapes", arrays.shapes, link=r",\quad ", names=tuple(f"`{name}`" for name in arrays.sides)),
        check=lambda numbers: _by_layer(layer, framework, numbers),
        where=arrays.where,
        model=sequential(tuple(fed), (made,)).config(),
        convention=framework,
    )


def _made(layer: type[Layer], of: Mapping[str, Any]) -> Layer:
    """The layer with these sizes, whole numbers or symbols."""
    if layer is Conv2D:
        return Conv2D(of["filters"], (of["kernel"], of["kernel"]))
    if layer is Embedding:
        return Embedding(of["vocabulary"], of["embedding"])
    return layer(of["units"])  # type: ignore[call-arg]


def _fed(layer: type[Layer], of: Mapping[str, Any]) -> Shape:
    """The shape of what the layer sees."""
    if layer is Conv2D:
        return (None, None, of["channels"])
    if layer is Embedding:
        return (of["length"],)
    return (None, of["features"]) if issubclass(layer, Recurrent) else (of["features"],)


def _sees(layer: Layer) -> str:
    match layer:
        case Conv2D():
            return "sees images of [[ channels ]] channels"
        case Embedding():
            return "sees texts of [[ length ]] words"
        case Recurrent():
            return "sees [[ features ]] features at every timestep"
    return "sees [[ features ]] features"


def _by_layer(layer: type[Layer], framework: str, numbers: Numbers) -> list[int]:
    """The second way: the arrays that the layer itself counts by."""
    weights = _made(layer, numbers).weights(_fed(layer, numbers), framework)
    return [side for weight in weights for side in weight.shape]  # type: ignore[misc]


@dataclass(frozen=True)
class Arrays:
    """The arrays of a layer in a framework."""

    layer: Layer
    framework: str

    @property
    def gates(self) -> int:
        return self.layer.gates if isinstance(self.layer, Recurrent) else 1

    @property
    def where(self) -> tuple[Condition, ...]:
        """Sides that could be taken for one another differ."""
        match self.layer:
            case Embedding():
                return ()
            case Conv2D():
                return (differ(c, f),)
        return (differ(x, h), differ(x, s)) if self.gates > 1 else (differ(x, h),)

    @property
    def sides(self) -> dict[str, Sides]:
        """The arrays by name, in order."""
        keras = self.framework == "keras"
        match self.layer:
            case Recurrent():
                return self._recurrent()
            case Embedding():
                return {"embeddings" if keras else "weight": {"word": V, "dimension": m}}
            case Conv2D():
                kernel, bias = {"row of the kernel": k, "column of the kernel": k}, {"filter": f}
                if keras:
                    return {"kernel": {**kernel, "channel": c, "filter": f}, "bias": bias}
                return {"weight": {"filter": f, "channel": c, **kernel}, "bias": bias}
        weight = {"feature": x, "unit": h}
        return {"kernel" if keras else "weight": weight if keras else _turned(weight), "bias": {"unit": h}}

    def _recurrent(self) -> dict[str, Sides]:
        each: Sides = {"unit of every set": s} if self.gates > 1 else {"unit": h}
        kernel, recurrent = {"feature": x, **each}, {"entry of the state": h, **each}
        if self.framework == "pytorch":
            weights = {"weight_ih_l0": _turned(kernel), "weight_hh_l0": _turned(recurrent)}
            return {**weights, "bias_ih_l0": each, "bias_hh_l0": each}
        two = self.layer.biases("keras") == 2  # type: ignore[attr-defined]
        bias = {"product, that of the features and that of the state": Num(2), **each} if two else each
        return {"kernel": kernel, "recurrent_kernel": recurrent, "bias": bias}

    @property
    def numbered(self) -> dict[str, dict[str, Sym]]:
        """What each side is called in the working."""
        found: dict[str, dict[str, Sym]] = {}
        number = 0
        for name, sides in self.sides.items():
            found[name] = {role: Sym(f"n_{n}", f"n_{{{n}}}") for n, role in enumerate(sides, number + 1)}
            number += len(sides)
        return found

    @property
    def shapes(self) -> tuple[tuple[Sym, ...], ...]:
        return tuple(tuple(sides.values()) for sides in self.numbered.values())

    def lines(self) -> Iterator[Line]:
        if self.gates > 1:
            yield Line(s, self.gates * h, f"sets side by side: {self.gates} sets of weights", result=True)
        for name, sides in self.sides.items():
            for role, side in sides.items():
                yield Line(self.numbered[name][role], side, f"{name}: one for every {role}")

    def slips(self) -> Iterator[Slip]:
        (weight, *_), (*_, bias) = self.sides, self.sides
        yield self._turned_slip()
        if isinstance(self.layer, Embedding):
            yield self._slip("row-per-position", "gave it a row per position of the text", weight, "word", length)
            yield self._slip("one-hot", "made its vectors as long as the vocabulary", weight, "dimension", V)
            yield self._slip("row-for-the-length", "added a row for every position", weight, "word", V + length)
            return
        yield slip("one-bias", "gave the layer a single bias", {self.shapes[-1][-1]: 1})
        if isinstance(self.layer, Conv2D):
            kernel = self.numbered[weight]
            swapped = {kernel["channel"]: f, kernel["filter"]: c}
            yield slip("channels-and-filters", "swapped the channels and the filters", swapped)
            yield self._slip("no-channels", "left out the input channels", weight, "channel", Num(1))
            yield self._slip("bias-per-channel", "gave the layer a bias per input channel", bias, "filter", c)
            return
        yield slip("bias-per-feature", "gave the layer a bias per feature", {self.shapes[-1][-1]: x})
        if isinstance(self.layer, Dense):
            yield self._slip("bias-in-the-kernel", "put the biases into the kernel as well", weight, "feature", x + 1)
            yield self._slip("square", "took the units for the features, too", weight, "feature", h)
        else:
            yield from self._recurrent_slips(*list(self.sides)[:2])

    def _recurrent_slips(self, kernel: str, recurrent: str) -> Iterator[Slip]:
        state = "entry of the state"
        yield self._slip("state-in-the-kernel", "let the kernel see the state, too", kernel, "feature", x + h)
        yield self._slip("recurrent-sees-input", "fed the recurrent weights with the features", recurrent, state, x)
        if self.gates > 1:
            yield slip("gates-forgotten", "forgot that there are several sets of weights", {s: h})
            yield slip("set-missing", "left the candidate's set out", {s: (self.gates - 1) * h})
            yield self._slip("sets-on-both-sides", "put the sets on both sides", recurrent, state, s)
            yield slip("bias-per-unit", "gave all sets the same biases", {self.shapes[-1][-1]: h})
        if len(self.shapes[-1]) > 1:
            yield slip("one-bias-vector", "put one bias vector, where Keras' GRU has two", {self.shapes[-1][0]: 1})

    def _slip(self, key: str, words: str, array: str, role: str, wrong: Expr) -> Slip:
        return slip(key, words, {self.numbered[array][role]: wrong})

    def _turned_slip(self) -> Slip:
        """The weights the other way round, as the other framework has them."""
        instead: dict[Sym, Expr] = {}
        for name, sides in self.sides.items():
            if not name.startswith("bias"):
                instead |= zip(self.numbered[name].values(), reversed(list(sides.values())), strict=True)
        other = "Keras" if self.framework == "pytorch" else "PyTorch"
        words = "turned the rows into columns" if isinstance(self.layer, Embedding) else f"laid it out as {other} does"
        return Slip("turned", words, instead)


def _turned(sides: Sides) -> Sides:
    return dict(reversed(list(sides.items())))
