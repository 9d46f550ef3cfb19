"""The parts of a U-Net, told from a figure."""

from generator.derivation import Problem
from generator.family import family
from generator.marked import Marked, Part

NET = Marked(
    "unet",
    "a U-Net",
    (
        Part("pooling", "it leads down from one level to the next", "halves the height and the width of the map"),
        Part("skip connection", "it leads across, from left to right", "hands on the detail that the way down loses"),
        Part("upsampling", "it leads up from one level to the next", "doubles the height and the width of the map"),
        Part("bottleneck", "it lies lowest, between both ways", "sees the smallest map, with the most channels"),
    ),
)


@family("unet-parts", topic="Architectures", sources=("002",), tags=("cnn", "u-net", "figure"), asked=NET.asked)
def unet_parts(asked: str) -> Problem:
    """Which letter in a figure of a U-Net marks which part of it."""
    return NET.problem(asked)
