"""The shapes of a U-Net on its way up, where maps are enlarged and concatenated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from generator.derivation import Answer, Figure, Line, Numbers, Problem, Slip, less, slip
from generator.families.unet_parameters import FILTERS, IMAGE, SIDE, c, k, nodes
from generator.family import family
from generator.functions import floor
from generator.listing import tell
from generator.model import Model
from generator.notation import Expr, Sym, as_expr
from generator.space import among, span

n = Sym("size", "n")


@family(
    "unet-shape-trace",
    topic="Shapes",
    sources=("002",),
    tags=("cnn", "u-net"),
    levels=(1, 2, 3),
    told=("words", "keras"),
)
def unet_shape_trace(levels: int, told: str) -> Problem:
    """The shapes on the way up of a small U-Net: enlarged, concatenated, convolved."""
    filters = [Sym(f"filters_{level}", f"f_{{{level}}}") for level in range(1, levels + 2)]
    steps = [Level(level, levels, filters) for level in range(levels, 0, -1)]
    model, sized = (Model({IMAGE: (rows, rows, c)}, tuple(nodes(filters, 1))) for rows in (n, SIDE))
    channels = {each.node.id: each.output_shape[-1] for each in sized.applied("keras")}
    bottom = side(levels)
    return Problem(
        ask=_ask(filters, told),
        code=tell(model, told).code if told == "keras" else "",
        numbers={
            n: span(32, 320, 16),
            c: among(1, 3, bounds=(1, 512)),
            **{each: among(*FILTERS[place], bounds=(1, 4096)) for place, each in enumerate(filters)},
            k: among(3, 5, bounds=(2, 31)),
        },
        lines=(
            *(
                Line(side(level), before(level) / 2, f"side {level}: the pooling halves it")
                for level in range(1, levels + 1)
            ),
            *(line for step in steps for line in step.lines()),
        ),
        slips=tuple(_slips(steps)),
        answer=Answer(
            "shapes",
            ((bottom, bottom, filters[-1]), *(shape for step in steps for shape in step.shapes)),
            names=_names(levels, told),
        ),
        proves={step.joined: as_expr(channels[f"both_{step.level}"]) for step in steps},
        check=lambda numbers: _traced(levels, numbers),
        where=tuple(less(upper, lower) for upper, lower in pairwise(filters)),
        model=model.config(),
        convention="keras",
        figure=Figure(
            "unet",
            {
                "levels": levels,
                "input": "[[ size ]] × [[ size ]] × [[ channels ]]",
                "down": [f"[[ {each.name} ]] filters" for each in filters],
            },
        ),
    )


def side(level: int) -> Sym:
    """The side of the map that so many poolings leave."""
    return Sym(f"side_{level}", f"n_{{{level}}}")


def before(level: int) -> Sym:
    return side(level - 1) if level > 1 else n


@dataclass(frozen=True)
class Level:
    """A level of the way up; the deepest is the first."""

    level: int
    levels: int
    filters: list[Sym]

    def named(self, name: str, letter: str) -> Sym:
        return Sym(f"{name}_{self.level}", f"{letter}_{{{self.level}}}")

    @property
    def large(self) -> Sym:
        """The side of the enlarged map."""
        return self.named("large", "m")

    @property
    def deep(self) -> Sym:
        """The channels of the enlarged map."""
        return self.named("deep", "d")

    @property
    def joined(self) -> Sym:
        """The channels of both maps together."""
        return self.named("joined", "c")

    @property
    def across(self) -> Sym:
        """The channels of the map from across, and of the convolution behind it."""
        return self.filters[self.level - 1]

    @property
    def below(self) -> Sym:
        """The channels of the map that is enlarged."""
        return self.filters[self.level]

    @property
    def small(self) -> Sym:
        """The side of the map that is enlarged."""
        return (
            side(self.levels) if self.level == self.levels else Level(self.level + 1, self.levels, self.filters).large
        )

    @property
    def shapes(self) -> list[tuple[Sym, ...]]:
        return [(self.large, self.large, self.deep), (self.large, self.large, self.joined)]

    def lines(self) -> Iterator[Line]:
        yield Line(self.large, 2 * self.small, f"enlarged side {self.level}: every cell becomes 2 × 2")
        yield Line(self.deep, self.below, f"enlarged channels {self.level}: enlarging leaves them as they are")
        why = f"joined channels {self.level}: those of both maps, one behind the other"
        yield Line(self.joined, self.deep + self.across, why, result=True)


def _ask(filters: list[Sym], told: str) -> str:
    if told == "keras":
        places = ", ".join(f"`{name}`" for name in _ids(len(filters) - 1)[:-1])
        return (
            f"An image of [[ size ]] × [[ size ]] goes through this U-Net. What are the shapes of {places} and "
            f"`{_ids(len(filters) - 1)[-1]}`?"
        )
    *down, bottom = [f"[[ {each.name} ]]" for each in filters]
    steps = " and then ".join(down)
    each = "each time " if len(down) > 1 else ""
    return (
        "An image of [[ size ]] × [[ size ]] × [[ channels ]] goes through a U-Net whose convolutions keep the size of "
        f"the map (kernels of [[ kernel ]] × [[ kernel ]]). On the way down they have {steps} filters, {each}followed "
        f"by max pooling of 2 × 2; the one at the bottom has {bottom} filters. On the way up the map is enlarged by 2, "
        "concatenated with the map of the same size from the way down, and convolved with as many filters as on that "
        "level of the way down. What are the shapes at the bottom and after every enlarging and concatenation, in "
        "order?"
    )


def _ids(levels: int) -> list[str]:
    ups = [name for level in range(levels, 0, -1) for name in (f"large_{level}", f"both_{level}")]
    return ["bottom", *ups]


def _names(levels: int, told: str) -> tuple[str, ...]:
    if told == "keras":
        return tuple(f"`{name}`" for name in _ids(levels))
    ups = range(1, levels + 1)
    counts = {number: f" {number}" if levels > 1 else "" for number in ups}
    return (
        "at the bottom",
        *(f"after {what}{counts[number]}" for number in ups for what in ("enlarging", "concatenation")),
    )


def _slips(steps: list[Level]) -> Iterator[Slip]:
    levels = len(steps)
    yield slip("added", "added the maps instead of concatenating them, which keeps the channels of the way down",
               {step.joined: step.across for step in steps})  # fmt: skip
    yield slip("not-concatenated", "kept the channels of the enlarged map", {step.joined: step.deep for step in steps})
    yield slip(
        "enlarged-twice", "concatenated the enlarged map with itself", {step.joined: 2 * step.deep for step in steps}
    )
    yield slip("own-map-twice", "concatenated the map from across with itself",
               {step.joined: 2 * step.across for step in steps})  # fmt: skip
    yield slip("channels-halved", "halved the channels when enlarging", {step.deep: step.below / 2 for step in steps})
    yield slip("channels-quartered", "spread the channels over the new cells, four of them for each cell",
               {step.deep: step.below / 4 for step in steps})  # fmt: skip
    yield slip("not-enlarged", "left the side as it was when enlarging", {step.large: step.small for step in steps})
    yield slip("enlarged-by-four", "multiplied each side by four, the cells that come of one",
               {step.large: 4 * step.small for step in steps})  # fmt: skip
    yield slip("pooled-by-four", "divided each side by four, the cells of a window",
               {side(level): floor(before(level) / 4) for level in range(1, levels + 1)})  # fmt: skip
    yield slip("not-pooled", "left the pooling at the bottom out", {side(levels): before(levels)})
    if levels > 1:
        first, last = steps[0], steps[-1]
        yield slip(
            "wrong-level", "concatenated with the map of the first level", {first.joined: first.deep + last.across}
        )
        yield slip("joined-not-convolved", "enlarged the concatenated map without convolving it first",
                   _unconvolved(steps))  # fmt: skip


def _unconvolved(steps: list[Level]) -> dict[Sym, Expr]:
    return {after.deep: step.joined for step, after in pairwise(steps)}


def _traced(levels: int, numbers: Numbers) -> list[int]:
    """The second way: a list of the maps on the way down, taken up again from its end."""
    size, kept = int(numbers["size"]), list[tuple[int, int]]()
    for level in range(1, levels + 1):
        kept.append((size, int(numbers[f"filters_{level}"])))
        size //= 2
    deep = int(numbers[f"filters_{levels + 1}"])
    found = [size, size, deep]
    while kept:
        across, channels = kept.pop()
        found += [across, across, deep, across, across, deep + channels]
        deep = channels
    return found
