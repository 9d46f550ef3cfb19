"""Training, convolution, pooling and variational autoencoders by hand: against numpy on draws of their own, against
what Keras and PyTorch answered (`data/by_hand_training.py` made the records), and the mistakes of the notes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from conftest import accepted, answer, blueprints, compiled, load, on_paper, problems, work

from generator.blueprint import Blueprint
from generator.derivation import Problem
from generator.sample import flattened

RECORDS = load("by_hand_training.json")
DRAWS = 200
Array = Any
Found = dict[str, Any]  # the drawn numbers, arrays as arrays


def numbers_of(problem: Problem, values: dict[str, Any]) -> Found:
    found: Found = {}
    for sym in [*problem.numbers, *problem.given]:
        parts = np.array([values[part.name] for part in sym.parts])
        found[sym.name] = parts.reshape(sym.shape) if sym.shape else values[sym.name]
    return found


# --- the frameworks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", RECORDS, ids=[f"{row['family']}-{place}" for place, row in enumerate(RECORDS)])
def test_answer_is_the_frameworks(record: dict[str, Any]) -> None:
    """Nothing rounded on the way; a few of their numbers are such as we would not draw."""
    found = compiled(record["family"], **record["structure"])
    free = replace(found, problem=replace(found.problem, where=()))
    row = free.exact.compute(free.flat(record["numbers"]))
    assert row
    values = dict(zip(list(free.exact.index)[-len(row) :], row, strict=True))
    got = [values[part.name] for part in found.problem.answer.symbol.parts]
    # PyTorch adds 1e-6 to a norm before it divides by it, Keras keeps 1e-7 off the ends of a probability
    assert got == pytest.approx(flattened(record["answer"]), abs=5e-6), record


def test_every_family_and_structure_is_in_the_records() -> None:
    recorded = {(row["family"], str(sorted(row["structure"].items()))) for row in RECORDS}
    asked = {(family, str(sorted(found.structure.items()))) for family in BY_NUMPY for found in structures(family)}
    assert asked - recorded == {("updates-in-training", "[('asked', 'epochs')]")}  # backwards: no framework says


def structures(family: str) -> list[Blueprint]:
    return [found for found in blueprints() if found.family.id == family]


# --- numpy -------------------------------------------------------------------------------------------------------


def softmax(v: Found, asked: str, **_: Any) -> Array:
    odds = np.exp(v["scores"] - np.mean(v["scores"]))
    return odds / odds.sum() if asked == "all" else (odds / odds.sum())[1]


def cross_entropy(v: Found, of: str) -> Array:
    if of == "classes":
        return -np.dot([0, 1, 0], np.log([v[f"predicted_{place}"] for place in (1, 2, 3)]))
    if of == "scores":
        return np.logaddexp.reduce(v["scores"]) - v["scores"][2]
    target = {"yes": 1, "no": 0, "batch": np.array([1, 0, 1])}[of]
    p = v["predicted"]
    return np.mean(-(target * np.log(p) + (1 - target) * np.log1p(-p)))


def windows(image: Array, size: int, stride: int) -> Array:
    """(2, 2, size, size)"""
    return np.lib.stride_tricks.sliding_window_view(image, (size, size))[::stride, ::stride]


def convolution(v: Found, kernel: int, stride: int, asked: str) -> Array:
    found = np.einsum("ijkl,kl->ij", windows(v["image"], kernel, stride), v["weights"])
    assert found.shape == (2, 2)
    return found if asked == "map" else found[1, 0]


def pooling(v: Found, pool: str, window: int, stride: int) -> Array:
    seen = windows(v["map"], window, stride)
    return seen.max(axis=(2, 3)) if pool == "max" else seen.mean(axis=(2, 3))


def flatten(v: Found, of: str) -> Array:
    if of.startswith("channels"):
        return np.stack([v["channel_1"], v["channel_2"]], axis=-1 if of == "channels last" else 0).ravel()
    return v["matrix"].ravel()


def batch_norm(v: Found, asked: str) -> Array:
    if asked == "prediction":
        return v["gamma"] * (v["value"] - v["mean"]) / np.sqrt(v["variance"] + 0.001) + v["beta"]
    if asked.startswith("moving"):
        old = v["momentum"] if asked.endswith("Keras") else 1 - v["momentum"]
        return np.average([v["moving"], v["batch"].mean()], weights=[old, 1 - old])
    found = v["gamma"] * (v["batch"] - v["batch"].mean()) / np.sqrt(v["batch"].var() + 0.001) + v["beta"]
    return found if asked == "batch" else found[0]


def dropout(v: Found, units: int, asked: str) -> Array:
    passed = np.where(v["mask"] == 1, v["activations"], 0) / (1 - v["rate"])
    return passed if asked == "layer" else passed @ v["weights"]


def descent(v: Found, of: str) -> Array:
    if of == "gradient":
        return v["weights"] - v["rate"] * v["gradients"]
    if of == "mini-batch":
        return v["w"] - v["rate"] * v["gradients"].mean()
    if of in ("neuron", "bias"):
        point = np.array([v["w"], v["b"]])
        row = np.array([v["x"], 1])
        return (point - v["rate"] * (row @ point - v["target"]) * row)[0 if of == "neuron" else 1]
    bottom, at = (0, v["start"]) if of == "two steps" else (v["c"], v["w"])
    parabola = np.polynomial.Polynomial([v["a"] * bottom**2, -2 * v["a"] * bottom, v["a"]])
    for _ in range(2 if of == "two steps" else 1):
        at = at - v["rate"] * parabola.deriv()(at)
    return at


def momentum(v: Found, convention: str, of: str) -> Array:
    """Keras' velocity is PyTorch's times minus the learning rate."""
    steps = [v["gradient_1"], v["gradient_2"]] if of == "two steps" else [v["gradient"]]
    w, moving = (v["start"], 0.0) if of == "two steps" else (v["weights"], v["velocity"])
    if convention == "keras":
        moving = moving / -v["rate"]
    for gradient in steps:
        moving = v["momentum"] * moving + gradient
        w = w - v["rate"] * moving
    return w


def clipping(v: Found, by: str, asked: str) -> Array:
    if by == "global norm":
        return v["gradient_1"] * v["limit"] / np.linalg.norm([v["gradient_1"], v["gradient_2"]])
    g = v["gradient"]
    found = np.clip(g, -v["limit"], v["limit"]) if by == "value" else g * min(1, v["limit"] / np.linalg.norm(g))
    return found if asked == "gradient" else v["weights"] - v["rate"] * found


def batches(v: Found, asked: str) -> Array:
    seen = v["samples"] - v["samples"] * v.get("percent", 0) // 100
    split = [len(part) for part in np.split(np.arange(seen), range(v["batch"], seen, v["batch"]))]
    if asked == "last batch":
        return split[-1]
    return len([size for size in split if size == v["batch"]]) if asked == "incomplete batch dropped" else len(split)


def updates(v: Found, asked: str) -> Array:
    per_epoch = batches(v, asked)
    return -(-v["wanted"] // per_epoch) if asked == "epochs" else v["epochs"] * per_epoch


def variance(v: Found, told: str) -> Array:
    spread = np.asarray(v["spread"], dtype=float)
    return {"sigma": spread**2, "variance": spread, "log-variance": np.exp(spread)}[told]


def reparameterized(v: Found, told: str, latent: int) -> Array:
    return v["mean"] + np.sqrt(variance(v, told)) * v["noise"]


def divergence(v: Found, told: str, latent: int = 2) -> Array:
    """By its definition: the expectation of ln p - ln q, by Gauss-Hermite quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(8)
    spread = variance(v, told)
    points = np.asarray(v["mean"])[..., None] + np.sqrt(spread)[..., None] * nodes
    log_p, log_q = -(nodes**2) / 2 - np.log(spread)[..., None] / 2, -(points**2) / 2
    return np.sum((log_p - log_q) @ weights / weights.sum())


def vae_loss(v: Found, reconstructed: str, weighted: bool) -> Array:
    x, out = v["x"], v["output"]
    if reconstructed == "binary cross-entropy":
        first = -np.sum(np.log(np.abs(1 - x - out)))
    else:
        first = np.sum((x - out) ** 2) / (3 if reconstructed.startswith("mean") else 1)
    return first + v.get("beta", 1) * divergence(v, "log-variance")


BY_NUMPY: dict[str, Callable[..., Array]] = {
    "softmax": softmax,
    "cross-entropy": cross_entropy,
    "conv-by-hand": convolution,
    "max-pooling-by-hand": pooling,
    "flatten-by-hand": flatten,
    "batch-norm-by-hand": batch_norm,
    "dropout-by-hand": dropout,
    "gradient-descent-step": descent,
    "momentum-step": momentum,
    "gradient-clipping": clipping,
    "batches-per-epoch": batches,
    "updates-in-training": updates,
    "vae-reparameterization": reparameterized,
    "kl-divergence": divergence,
    "vae-loss": vae_loss,
}
ASKED = [(family.id, structure) for family, structure, _ in problems() if family.id in BY_NUMPY]
each_of_them = pytest.mark.parametrize(
    ("family", "structure"), ASKED, ids=[f"{family}:{'-'.join(map(str, axes.values()))}" for family, axes in ASKED]
)


@each_of_them
def test_answer_is_numpys(family: str, structure: dict[str, Any]) -> None:
    found = compiled(family, **structure)
    rows = list(accepted(found, DRAWS, "numpy"))
    assert len(rows) >= min(DRAWS, found.space.size // 3)
    for values in rows:
        expected = BY_NUMPY[family](numbers_of(found.problem, values), **structure)
        key = answer(found.problem, values)
        near = values.get("tolerance", 0) or 1e-9
        assert key == pytest.approx(np.ravel(expected).tolist(), abs=near), values


@each_of_them
def test_who_rounds_at_the_end_is_right(family: str, structure: dict[str, Any]) -> None:
    """In full precision, with as many decimals as the answer has or with one more; nobody who slips is."""
    found = compiled(family, **structure)
    problem, slips = found.problem, found.slips[: found.singles]
    places = next(line.places for line in problem.lines if line.result and line.symbol == problem.answer.of)
    if "tolerance" not in found.layout.index:
        return
    for values in accepted(found, DRAWS, "rounding"):
        key, near = np.array(answer(problem, values)), values["tolerance"] + 1e-9
        exact = np.array(answer(problem, work(problem, numbers_of(problem, values), exact=True)))
        for said in (exact, on_paper(exact, places), on_paper(exact, places + 1)):
            assert np.abs(said - key).max() <= near, f"{said} for {key} ± {near}: {values}"
        for slip in slips:
            wrong = np.array(answer(problem, work(problem, numbers_of(problem, values), slip)))
            assert not np.abs(wrong - key).max() <= near, f"{slip.key} comes to {wrong}, marked right as {key} ± {near}"


# --- the notes' mistakes -----------------------------------------------------------------------------------------


def slipped(found: Blueprint, key: str, numbers: Found) -> Found:
    (slip,) = (slip for slip in found.slips if slip.key == key)
    return work(found.problem, numbers, slip)


def test_batches_that_are_not_rounded_are_a_slip() -> None:
    """The notes divide samples by batch size and leave it at that."""
    found = compiled("batches-per-epoch", asked="words")
    numbers = {"samples": 1000, "batch": 64}
    assert answer(found.problem, work(found.problem, numbers)) == [16]
    assert slipped(found, "not-rounded", numbers)["batches"] == Fraction(1000, 64)


@pytest.mark.parametrize("told", ["log-variance", "sigma", "variance"])
@pytest.mark.parametrize("latent", [1, 2, 3])
def test_divergence_with_the_notes_sign_is_a_slip(told: str, latent: int) -> None:
    """The notes take plus one half: the divergence would never be positive."""
    found = compiled("kl-divergence", told=told, latent=latent)
    for values in accepted(found, 20):
        numbers = numbers_of(found.problem, values)
        (key,) = answer(found.problem, work(found.problem, numbers))
        wrong = slipped(found, "sign", numbers)["divergence"]
        assert key > 0 > wrong and abs(key + wrong) <= 0.0011


def test_loss_with_the_notes_sign_is_a_slip() -> None:
    for found in structures("vae-loss"):
        assert "sign" in {slip.key for slip in found.slips[: found.singles]}
