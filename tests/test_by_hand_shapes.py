"""Shapes and sizes against numpy: arrays are made, windows slid, and what comes out is measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import accepted, answer, compiled, problems, work
from numpy.lib.stride_tricks import sliding_window_view

DRAWS = 200
Axes = dict[str, Any]
Numbers = dict[str, Any]


def convolved(line: np.ndarray, window: int, stride: int = 1, dilation: int = 1, padding: int = 0) -> np.ndarray:
    """All windows along a line, each its cells."""
    padded = np.pad(line, padding, constant_values=-1)
    reach = (window - 1) * dilation + 1
    return sliding_window_view(padded, reach)[::stride, ::dilation]


def same(size: int, window: int, stride: int) -> int:
    """Padded as Keras does: as much as the windows at every stride-th cell need, the larger half at the end."""
    need = max((-(-size // stride) - 1) * stride + window - size, 0)
    return len(sliding_window_view(np.pad(np.zeros(size), (need // 2, need - need // 2)), window)[::stride])


def conv_output(axes: Axes, n: Numbers) -> int:
    if axes["padding"] == "same":
        return same(n["size"], n["kernel"], n["stride"])
    line = np.arange(n["size"])
    return len(convolved(line, n["kernel"], n.get("stride", 1), n.get("dilation", 1), n.get("padding", 0)))


def conv_input(axes: Axes, n: Numbers) -> int:
    """All inputs that have such an output, by trial; one of them leaves no cell over."""
    stride, padding = n.get("stride", 1), n.get("padding", 0)
    fits, even = [], 0
    for rows in range(max(n["kernel"] - 2 * padding, 1), 3000):
        windows = convolved(np.arange(rows), n["kernel"], stride, padding=padding)
        if len(windows) > n["output"]:
            break
        if len(windows) == n["output"]:
            fits.append(rows)
            even = even if (rows + 2 * padding - n["kernel"]) % stride else rows
    return {"largest": fits[-1], "smallest": fits[0]}.get(axes["fit"], even)


def pooled(axes: Axes, n: Numbers) -> int:
    pool = n["pool"]
    if axes["windows"] == "same":
        rows = same(n["size"], pool, pool)
    else:
        rows = len(sliding_window_view(np.zeros(n["size"]), pool)[:: n.get("stride", pool)])
    return np.zeros((rows, rows, n["channels"])).size if axes["asked"] == "values" else rows


def flattened(axes: Axes, n: Numbers) -> int:
    if axes["before"] == "a map":
        return np.zeros((n["rows"], n["columns"], n["channels"])).ravel().size
    map_ = np.zeros((n["size"], n["size"]))
    if axes["before"] == "a convolution":
        map_ = sliding_window_view(map_, (n["kernel"], n["kernel"])).max(axis=(2, 3))
    pool = n["pool"]
    whole = len(map_) // pool * pool
    blocks = map_[:whole, :whole].reshape(whole // pool, pool, whole // pool, pool).max(axis=(1, 3))
    channels = n["filters" if axes["before"] == "a convolution" else "channels"]
    return np.repeat(blocks[..., None], channels, axis=-1).ravel().size


def dilated(axes: Axes, n: Numbers) -> int:
    holes = np.eye(n["dilation"])[0]  # a weight and the zeros behind it
    kernel = np.trim_zeros(np.tile(holes, n["kernel"]))
    if axes["asked"] == "zeros":
        return int((np.outer(kernel, kernel) == 0).sum())
    return len(kernel) - (axes["asked"] == "past")


def field(axes: Axes, n: Numbers) -> int:
    """Which rows of the image reach the first cell of the last map, as sets carried forwards."""
    seen = [{row} for row in range(n["size"])]
    for layer in (1, 2, 3):
        pooling = axes["stack"] == "pooling" and layer == 2
        window = n["pool"] if pooling else n[f"kernel_{layer}"]
        stride = n["pool"] if pooling else n.get(f"stride_{layer}", 1)
        cells = convolved(np.arange(len(seen)), window, stride, n.get(f"dilation_{layer}", 1))
        seen = [set().union(*(seen[cell] for cell in window_)) for window_ in cells[:120]]
    return max(seen[0]) - min(seen[0]) + 1


def traced(axes: Axes, n: Numbers) -> list[int]:
    """Every layer of a convolutional network, on the rows of an image as wide as high."""
    rows, found = np.zeros(n["size"]), []
    for block in range(1, axes["blocks"] + 1):
        kernel, filters = n[f"kernel_{block}"], n[f"filters_{block}"]
        if axes["padding"] == "same":
            rows = np.zeros(same(len(rows), kernel, 1))
        else:
            rows = np.convolve(rows, np.ones(kernel), "valid")
        found += [len(rows), len(rows), filters]
        rows = sliding_window_view(rows, n["pool"])[:: n["pool"]].max(axis=1)
        found += [len(rows), len(rows), filters]
    return [*found, np.zeros((len(rows), len(rows), filters)).ravel().size]


def unet(axes: Axes, n: Numbers) -> list[int]:
    """Broadcast zeros take no memory."""
    levels = axes["levels"]
    map_ = np.broadcast_to(np.zeros(1), (n["size"], n["size"], n["channels"]))
    kept, found = [], []
    for level in range(1, levels + 1):
        map_ = np.broadcast_to(map_[..., :1], (*map_.shape[:2], n[f"filters_{level}"]))
        kept.append(map_)
        map_ = map_[::2, ::2]
    map_ = np.broadcast_to(map_[..., :1], (*map_.shape[:2], n[f"filters_{levels + 1}"]))
    found += map_.shape
    for level in range(levels, 0, -1):
        rows = np.repeat(np.arange(map_.shape[0]), 2)
        large = (len(rows), len(rows), map_.shape[2])
        across = kept.pop()
        assert across.shape[:2] == large[:2]
        both = np.concatenate([np.zeros(large[2]), across[0, 0]])
        found += [*large, *large[:2], both.size]
        map_ = np.broadcast_to(np.zeros(1), (*large[:2], n[f"filters_{level}"]))
    return found


def enlarged(axes: Axes, n: Numbers) -> int:
    if axes["by"] == "upsampling":
        return np.kron(np.zeros((n["size"], n["size"])), np.ones((n["factor"], n["factor"]))).size * n["channels"]
    spread = np.zeros((n["size"] - 1) * n["stride"] + 1)
    spread[:: n["stride"]] = 1
    full = len(np.convolve(spread, np.ones(n["kernel"])))
    if axes["by"] == "transposed same":
        return full - (n["kernel"] - n["stride"])
    return full - 2 * n.get("padding", 0) + n.get("output_padding", 0)


def recurrent(axes: Axes, n: Numbers) -> Any:
    inputs = np.zeros((n["batch"], n["timesteps"], n["features"]), dtype=np.int8)
    kernel = np.zeros((n["features"], n["units"]), dtype=np.int8)
    forwards = inputs @ kernel
    both = {"one": forwards, "sum": forwards + forwards, "concat": np.concatenate([forwards, forwards], axis=-1)}
    out = both[axes["direction"]] if axes["sequences"] else both[axes["direction"]][:, -1]
    return list(out.shape) if axes["asked"] == "shape" else out.size


def embedded(axes: Axes, n: Numbers) -> Any:
    table = np.zeros((n["vocabulary"], n["embedding"]), dtype=np.int8)
    out = table[np.zeros((n["batch"], n["length"]), dtype=int)]
    flat = out.reshape(len(out), -1)
    return {"shape": list(out.shape), "values": out.size, "flattened": list(flat.shape)}[axes["asked"]]


def one_hot(axes: Axes, n: Numbers) -> Any:
    if axes["corpus"].endswith("sentences"):
        texts = [n[name] for name in sorted(n)]
        words = sorted({word for text in texts for word in text})
        array = np.zeros((len(texts), max(map(len, texts)), len(words)))
        for row, text in enumerate(texts):
            array[row, range(len(text)), [words.index(word) for word in text]] = 1
        assert array.sum() == sum(map(len, texts))
        return list(array.shape)
    if axes["corpus"] == "texts":
        shape = (n["texts"], n["longest"], n["vocabulary"] + 1)
    else:
        windows = sliding_window_view(np.arange(n["words"]), n["window"] + 1)  # and the next word
        shape = (*windows[:, :-1].shape, n["vocabulary"])
    array = np.broadcast_to(np.zeros(1), shape)
    return list(array.shape) if axes["asked"] == "shape" else array.size


def states(axes: Axes, n: Numbers) -> Any:
    cell = axes["cell"].__name__
    if axes["asked"] == "kept":
        state = np.zeros((2 if cell == "LSTM" else 1, n["batch"], n["units"]))
        return state.size
    kernel, recurrent_kernel = np.zeros((n["units"], n["features"])), np.zeros((n["units"], n["units"]))
    product = kernel @ np.zeros(n["features"])
    gate = product + recurrent_kernel @ np.zeros(n["units"])
    memory = gate * np.zeros(n["units"])
    vectors = {"SimpleRNN": [gate], "GRU": [gate, memory], "LSTM": [gate, memory, np.tanh(memory)]}[cell]
    shapes = [kernel.shape, product.shape, recurrent_kernel.shape, *(vector.shape for vector in vectors)]
    return [side for shape in shapes for side in shape]


MEASURED: dict[str, Callable[[Axes, Numbers], Any]] = {
    "conv-output-size": conv_output, "conv-input-size": conv_input, "pooling-output-size": pooled,
    "flatten-size": flattened, "dilated-kernel-size": dilated, "receptive-field": field, "cnn-shape-trace": traced,
    "unet-shape-trace": unet,
    "upsampling-output-size": enlarged, "recurrent-output-shape": recurrent, "embedding-output-shape": embedded,
    "one-hot-input-shape": one_hot, "state-shapes": states,
}  # fmt: skip
STRUCTURES = [(family.id, structure) for family, structure, _ in problems() if family.id in MEASURED]


@pytest.mark.parametrize(
    ("family", "axes"), STRUCTURES, ids=[f"{family}:{'-'.join(map(str, axes.values()))}" for family, axes in STRUCTURES]
)
def test_sizes_are_what_numpy_measures(family: str, axes: Axes) -> None:
    blueprint = compiled(family, **axes)
    tried = 0
    for values in accepted(blueprint, DRAWS, "numpy"):
        tried += 1
        numbers = {sym.name: values[sym.name] for sym in blueprint.problem.numbers}
        measured = MEASURED[family](axes, numbers)
        got = answer(blueprint.problem, work(blueprint.problem, numbers))
        assert got == (measured if isinstance(measured, list) else [measured]), f"{numbers}: {got}, not {measured}"
    assert tried >= min(DRAWS, blueprint.space.size // 2)


def test_unknown_unet_sizes_are_refused() -> None:
    """A side that cannot be halved on every level has no U-Net."""
    axis = next(axis for sym, axis in compiled("unet-shape-trace", levels=3, told="words").problem.numbers.items()
                if sym.name == "size")  # fmt: skip
    assert all(size % 8 == 0 for size in axis.values) and not axis.allows(30)
