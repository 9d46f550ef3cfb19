"""A small dense layer run forward, in matrices: one sample as a column, or a batch of them as rows."""

from __future__ import annotations

from generator.cells import PLACES, SMALL, logistic, read, several, shown, unsaturated
from generator.derivation import Answer, Condition, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import largest, relu, sigmoid, smallest, tanh
from generator.notation import Expr, Function, Sym
from generator.space import among, tenths

WHOLE = among(-2, -1, 1, 2, 3)
FEATURES = SAMPLES = 2
FUNCTIONS: dict[str, Function | None] = {"none": None, "relu": relu, "sigmoid": sigmoid}
NAMES = {"relu": "ReLU", "sigmoid": "the sigmoid"}


@family(
    "dense-forward",
    topic="By hand",
    sources=("002",),
    tags=("ann",),
    activation=tuple(FUNCTIONS),
    input=("sample", "batch"),
    units=(2, 3),
)
def dense_forward(activation: str, input: str, units: int) -> Problem | None:
    """The output of a small dense layer in matrix form, for one sample as a column or for a batch as rows."""
    if input == "batch" and units > FEATURES:
        return None
    layer = Dense(units, activation, batch=input == "batch")
    return Problem(
        ask=layer.ask(),
        numbers={layer.x: WHOLE, layer.W: tenths(-6, 6) if activation == "sigmoid" else SMALL, layer.b: SMALL},
        lines=tuple(layer.lines()),
        slips=tuple(layer.slips()),
        answer=Answer("matrix" if layer.batch else "vector", layer.y),
        check=layer.by_neurons,
        where=layer.where(),
    )


class Dense:
    """The arrays of a layer. A sample: W (units, features) times a column. A batch: rows times W (features, units)."""

    def __init__(self, units: int, activation: str, batch: bool) -> None:
        self.units, self.activation, self.batch = units, activation, batch
        self.function = FUNCTIONS[activation]
        self.x = Sym("inputs", "X", (SAMPLES, FEATURES)) if batch else Sym("input", "x", (FEATURES,))
        self.W = Sym("kernel", "W", (FEATURES, units) if batch else (units, FEATURES))
        self.b = Sym("bias", "b", (1, units) if batch else (units,))
        shape = (SAMPLES, units) if batch else (units,)
        P, Z, Y = "PZY" if batch else "pzy"
        self.p, self.z, self.y = Sym("p", P, shape), Sym("z", Z, shape), Sym("y", Y, shape)

    @property
    def weighted(self) -> Expr:
        return self.x @ self.W if self.batch else self.W @ self.x

    @property
    def summed(self) -> Sym:
        """What is made by adding the bias."""
        return self.y if self.function is None else self.z

    def where(self) -> tuple[Condition, ...]:
        """No sigmoid far open or shut; of ReLU's sums some that pass and, of three or more, some that do not."""
        if self.activation == "sigmoid":
            return unsaturated((self.z,))
        if self.activation == "none":
            return ()
        passed = less(0, largest(*self.z.parts))
        return (passed, less(smallest(*self.z.parts), 0)) if len(self.z.parts) > 2 else (passed,)

    def ask(self) -> str:
        inner = "X W + b" if self.batch else "W x + b"
        function = {"none": inner, "relu": rf"\mathrm{{ReLU}}({inner})", "sigmoid": rf"\sigma({inner})"}
        told = (
            f"a batch of {several(SAMPLES, 'sample')}, one in each row of $X$; the bias is added to every row"
            if self.batch
            else "one sample"
        )
        places = f" Give {PLACES} decimals." if self.activation == "sigmoid" else ""
        return (
            f"A dense layer with {several(FEATURES, 'input')} and {several(self.units, 'unit')} is given {told}:\n\n"
            f"$$\n{self.y.latex} = {function[self.activation]}\n$$\n\n{shown(self.x, self.W, self.b)}\n\n"
            f"What is ${self.y.latex}$?{places}"
        )

    def lines(self) -> list[Line]:
        weighted = Line(self.p, self.weighted, f"product: {self._product}", places=1)
        if self.function is None:
            return [weighted, Line(self.y, self.p + self.b, "output: with the bias, and as it is", places=1)]
        places = PLACES if self.activation == "sigmoid" else 1
        return [
            weighted,
            Line(self.z, self.p + self.b, "with the bias: one per unit", places=1),
            Line(self.y, self.function(self.z), f"output: {NAMES[self.activation]} of each entry", places=places),
        ]

    @property
    def _product(self) -> str:
        return "each row of $X$ times each column of $W$" if self.batch else "each row of $W$ times the input"

    def slips(self) -> list[Slip]:
        found = [
            slip("no-bias", "left out the bias", {self.summed: self.p}, credit=0.5),
            slip("bias-subtracted", "subtracted the bias", {self.summed: self.p - self.b}),
            slip("one-bias", "added the first bias for every unit", {self.summed: self.p + self.b.parts[0]}),
        ]
        if self.batch:
            found += [
                slip("wrong-order", "multiplied in the wrong order, $W X$", {self.p: self.W @ self.x}),
                slip("entry-by-entry", "multiplied entry by entry", {self.p: self.x * self.W}),
            ]
        elif self.units == FEATURES:
            found.append(slip("columns-for-rows", "multiplied with the columns of $W$ instead of its rows",
                              {self.p: self.x @ self.W}))  # fmt: skip
        return found + self._activation_slips()

    def _activation_slips(self) -> list[Slip]:
        z, y, name = self.z, self.y, NAMES.get(self.activation, "")
        if self.function is None:
            return [slip("relu-on-top", "took ReLU, which this layer does not have", {y: relu(self.p + self.b)})]
        found = [
            slip("no-activation", f"left out {name}", {y: z}),
            slip("bias-after", "added the bias after the activation function", {y: self.function(self.p) + self.b}),
        ]
        if self.activation == "relu":
            return [*found, slip("wrong-side", "kept what is negative and not what is positive", {y: z - relu(z)})]
        return [*found, slip("tanh-for-sigmoid", "took tanh instead of the sigmoid", {y: tanh(z)})]

    def by_neurons(self, n: Numbers) -> list[float]:
        """The second way: sample by sample and neuron by neuron, in whole tenths."""
        x, W, b = (read(n, sym) for sym in (self.x, self.W, self.b))
        found = []
        for sample in range(SAMPLES if self.batch else 1):
            for unit in range(self.units):
                total = round(10 * b[unit])
                for place in range(FEATURES):
                    weight = W[place * self.units + unit] if self.batch else W[unit * FEATURES + place]
                    total += round(10 * weight) * round(x[sample * FEATURES + place])
                found.append(self._active(total / 10))
        return found

    def _active(self, value: float) -> float:
        if self.activation == "relu":
            return value if value > 0 else 0.0
        return logistic(value) if self.activation == "sigmoid" else value
