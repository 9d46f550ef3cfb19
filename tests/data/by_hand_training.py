"""What Keras and PyTorch answer to the families of training, convolution and variational autoencoders by hand.

Made with Keras 3.15 and PyTorch 2.15, in an environment that has them and needs nothing of this project:

    KERAS_BACKEND=torch python tests/data/by_hand_training.py > tests/data/by_hand_training.json

Every record names a family, one of its structures, numbers as a recipe gives them, and the framework's answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import keras
import numpy as np
import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader

random = Random("by hand")
DRAWS = 3  # of every structure, by each framework
Case = tuple[str, dict[str, Any], dict[str, Any], Any]


def tenths(low: int, high: int, *shape: int) -> Any:
    if not shape:
        return random.choice([n for n in range(low, high + 1) if n]) / 10
    return [tenths(low, high, *shape[1:]) for _ in range(shape[0])]


def whole(low: int, high: int, *shape: int) -> Any:
    return random.randint(low, high) if not shape else [whole(low, high, *shape[1:]) for _ in range(shape[0])]


def tensor(values: Any) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def plain(found: Any) -> Any:
    """Lists of numbers, from either framework."""
    found = keras.ops.convert_to_numpy(found) if not isinstance(found, float | int) else np.array(found)
    return np.round(found.astype(float), 7).tolist()


# --- activations and losses ----------------------------------------------------------------------------------------


def softmaxes() -> Iterator[Case]:
    for classes in (3, 4):
        scores = tenths(-10, 30, classes)
        for name in ("keras", "torch"):
            found = keras.ops.softmax(tensor(scores)) if name == "keras" else torch.softmax(tensor(scores), 0)
            for shifted in (False, True):
                axes = {"classes": classes, "shifted": shifted}
                yield "softmax", axes | {"asked": "all"}, {"scores": scores}, plain(found)
                yield "softmax", axes | {"asked": "one"}, {"scores": scores}, plain(found)[1]


def cross_entropies() -> Iterator[Case]:
    first, true = random.randint(5, 45) / 100, random.randint(5, 45) / 100
    p = [first, true, round(1 - first - true, 2)]
    numbers = {"predicted_1": first, "predicted_2": true}
    yield "cross-entropy", {"of": "classes"}, numbers, plain(F.nll_loss(tensor([p]).log(), torch.tensor([1])))
    loss = keras.losses.CategoricalCrossentropy()
    yield "cross-entropy", {"of": "classes"}, numbers, plain(loss(tensor([[0, 1, 0]]), tensor([p])))
    for of, target in (("yes", 1), ("no", 0)):
        guess = random.randint(3, 97) / 100
        binary = keras.losses.BinaryCrossentropy()
        yield "cross-entropy", {"of": of}, {"predicted": guess}, plain(binary(tensor([[target]]), tensor([[guess]])))
        found = F.binary_cross_entropy(tensor([guess]), tensor([target]))
        yield "cross-entropy", {"of": of}, {"predicted": guess}, plain(found)
    scores = tenths(-10, 30, 3)
    found = F.cross_entropy(tensor([scores]), torch.tensor([2]))
    yield "cross-entropy", {"of": "scores"}, {"scores": scores}, plain(found)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    yield "cross-entropy", {"of": "scores"}, {"scores": scores}, plain(loss(tensor([[0, 0, 1]]), tensor([scores])))
    guesses, targets = [random.randint(10, 95) / 100 for _ in range(3)], [1, 0, 1]
    found = F.binary_cross_entropy(tensor(guesses), tensor(targets))
    yield "cross-entropy", {"of": "batch"}, {"predicted": guesses}, plain(found)
    column = [[each] for each in guesses]
    found = keras.losses.BinaryCrossentropy()(tensor([[t] for t in targets]), tensor(column))
    yield "cross-entropy", {"of": "batch"}, {"predicted": guesses}, plain(found)


# --- convolution and pooling ---------------------------------------------------------------------------------------


def convolutions() -> Iterator[Case]:
    for kernel in (2, 3):
        for stride in (1, 2):
            size = kernel + stride
            image, weights = whole(0, 9, size, size), whole(-2, 2, kernel, kernel)
            as_torch = F.conv2d(tensor(image)[None, None], tensor(weights)[None, None], stride=stride)[0, 0]
            last = keras.ops.conv(
                tensor(image)[None, :, :, None], tensor(weights)[:, :, None, None], strides=stride, padding="valid",
                data_format="channels_last",
            )[0, :, :, 0]  # fmt: skip
            for found in (plain(as_torch), plain(last)):
                axes, numbers = {"kernel": kernel, "stride": stride}, {"image": image, "weights": weights}
                yield "conv-by-hand", axes | {"asked": "map"}, numbers, found
                yield "conv-by-hand", axes | {"asked": "entry"}, numbers, found[1][0]


def poolings() -> Iterator[Case]:
    by = {
        "max": (F.max_pool2d, keras.layers.MaxPooling2D),
        "average": (F.avg_pool2d, keras.layers.AveragePooling2D),
    }
    for pool, (function, layer) in by.items():
        for window in (2, 3):
            for stride in (1, 2):
                size = window + stride
                fine = whole(-9 if pool == "max" else 0, 9, size, size)
                axes = {"pool": pool, "window": window, "stride": stride}
                found = function(tensor(fine)[None, None], window, stride)[0, 0]
                yield "max-pooling-by-hand", axes, {"map": fine}, plain(found)
                made = layer(window, stride, data_format="channels_last", dtype="float64")
                yield (
                    "max-pooling-by-hand",
                    axes,
                    {"map": fine},
                    plain(made(tensor(fine)[None, :, :, None])[0, :, :, 0]),
                )


def flattened() -> Iterator[Case]:
    for rows, columns in ((2, 3), (3, 2), (3, 3)):
        matrix = whole(1, 20, rows, columns)
        axes, numbers = {"of": f"{rows} × {columns}"}, {"matrix": matrix}
        yield "flatten-by-hand", axes, numbers, plain(torch.flatten(tensor(matrix)))
        yield "flatten-by-hand", axes, numbers, plain(keras.layers.Flatten(dtype="float64")(tensor(matrix)[None])[0])
    a, b = whole(1, 20, 2, 2), whole(1, 20, 2, 2)
    numbers = {"channel_1": a, "channel_2": b}
    first = torch.nn.Flatten()(torch.stack([tensor(a), tensor(b)])[None])[0]
    yield "flatten-by-hand", {"of": "channels first"}, numbers, plain(first)
    last = keras.layers.Flatten(dtype="float64")(torch.stack([tensor(a), tensor(b)], -1)[None])[0]
    yield "flatten-by-hand", {"of": "channels last"}, numbers, plain(last)


# --- normalization and dropout -------------------------------------------------------------------------------------


def normalized() -> Iterator[Case]:
    batch, gamma, beta = whole(0, 20, 4), tenths(5, 25), tenths(-20, 20)
    numbers = {"batch": batch, "gamma": gamma, "beta": beta}
    for found in (_torch_norm(batch, gamma, beta), _keras_norm(batch, gamma, beta)):
        yield "batch-norm-by-hand", {"asked": "batch"}, numbers, found
        yield "batch-norm-by-hand", {"asked": "first value"}, numbers, found[0]
    mean, variance, value = tenths(-50, 50), tenths(20, 90), tenths(-90, 90)
    numbers = {"mean": mean, "variance": variance, "value": value, "gamma": gamma, "beta": beta}
    layer = torch.nn.BatchNorm1d(1, eps=0.001, dtype=torch.float64)
    _set(layer, weight=gamma, bias=beta, running_mean=mean, running_var=variance)
    found = layer.eval()(tensor([[value]]))
    yield "batch-norm-by-hand", {"asked": "prediction"}, numbers, plain(found.detach())[0][0]
    made = keras.layers.BatchNormalization(epsilon=0.001, dtype="float64")
    made.build((None, 1))
    made.set_weights([np.array([each]) for each in (gamma, beta, mean, variance)])
    found = made(tensor([[value]]), training=False)
    yield "batch-norm-by-hand", {"asked": "prediction"}, numbers, plain(found)[0][0]
    old, share = tenths(10, 190), random.choice([0.1, 0.2, 0.3, 0.4])
    numbers = {"batch": batch, "moving": old, "momentum": share}
    layer = torch.nn.BatchNorm1d(1, momentum=share, dtype=torch.float64)
    _set(layer, running_mean=old)
    layer.train()(tensor(batch)[:, None])
    yield "batch-norm-by-hand", {"asked": "moving mean in PyTorch"}, numbers, plain(layer.running_mean)[0]
    share = random.choice([0.6, 0.7, 0.8, 0.9])
    made = keras.layers.BatchNormalization(momentum=share, dtype="float64")
    made.build((None, 1))
    made.moving_mean.assign([old])
    made(tensor(batch)[:, None], training=True)
    numbers = {"batch": batch, "moving": old, "momentum": share}
    yield "batch-norm-by-hand", {"asked": "moving mean in Keras"}, numbers, plain(made.moving_mean)[0]


def _torch_norm(batch: list[int], gamma: float, beta: float) -> list[float]:
    layer = torch.nn.BatchNorm1d(1, eps=0.001, dtype=torch.float64)
    _set(layer, weight=gamma, bias=beta)
    return plain(layer.train()(tensor(batch)[:, None]).detach()[:, 0])


def _keras_norm(batch: list[int], gamma: float, beta: float) -> list[float]:
    layer = keras.layers.BatchNormalization(epsilon=0.001, dtype="float64")
    layer.build((None, 1))
    layer.gamma.assign([gamma])
    layer.beta.assign([beta])
    return plain(layer(tensor(batch)[:, None], training=True)[:, 0])


def _set(layer: torch.nn.Module, **values: float) -> None:
    with torch.no_grad():
        for name, value in values.items():
            getattr(layer, name).fill_(value)


def dropped() -> Iterator[Case]:
    """The mask is what the framework drew."""
    for units in (3, 4, 5):
        activations, weights, rate = tenths(1, 30, units), tenths(-20, 20, units), random.choice([0.1, 0.2, 0.3, 0.4])
        as_torch = F.dropout(tensor(activations), rate, training=True)
        as_keras = keras.layers.Dropout(rate, seed=units, dtype="float64")(tensor(activations), training=True)
        for found in (plain(as_torch), plain(as_keras)):
            numbers = {"activations": activations, "mask": [int(each != 0) for each in found], "rate": rate}
            yield "dropout-by-hand", {"units": units, "asked": "layer"}, numbers, found
            total = float(np.dot(weights, found))
            numbers |= {"weights": weights}
            yield "dropout-by-hand", {"units": units, "asked": "next neuron"}, numbers, round(total, 7)


# --- optimizers ----------------------------------------------------------------------------------------------------


def stepped(weights: Any, gradients: list[Any], convention: str, velocity: Any = None, **settings: Any) -> Any:
    """The weights after a step with each of the gradients."""
    if convention == "pytorch":
        w = torch.nn.Parameter(tensor(weights))
        optimizer = torch.optim.SGD([w], lr=settings["rate"], momentum=settings.get("momentum", 0))
        if velocity is not None:
            optimizer.state[w]["momentum_buffer"] = tensor(velocity)
        for gradient in gradients:
            w.grad = tensor(gradient)
            if "clipvalue" in settings:
                torch.nn.utils.clip_grad_value_([w], settings["clipvalue"])
            if "clipnorm" in settings:
                torch.nn.utils.clip_grad_norm_([w], settings["clipnorm"])
            optimizer.step()
        return plain(w.detach())
    rest = {name: value for name, value in settings.items() if name != "rate"}
    w = keras.Variable(np.array(weights), dtype="float64")
    made = keras.optimizers.SGD(learning_rate=settings["rate"], **rest)
    made.build([w])
    if velocity is not None:
        made.momentums[0].assign(np.array(velocity))
    for gradient in gradients:
        made.apply([tensor(gradient)], [w])
    return plain(w.value.detach())


def descended() -> Iterator[Case]:
    rate, w, g = random.choice([0.1, 0.2, 0.3, 0.4, 0.5]), tenths(-30, 30, 2), tenths(-40, 40, 2)
    for convention in ("keras", "pytorch"):
        numbers = {"weights": w, "gradients": g, "rate": rate}
        yield "gradient-descent-step", {"of": "gradient"}, numbers, stepped(w, [g], convention, rate=rate)
    a, c, start = whole(2, 5), whole(1, 9), tenths(-50, 90)
    found = _descent(lambda w: a * (w - c) ** 2, start, rate, 1)
    yield "gradient-descent-step", {"of": "parabola"}, {"a": a, "c": c, "w": start, "rate": rate}, found
    found = _descent(lambda w: a * w**2, start, rate, 2)
    yield "gradient-descent-step", {"of": "two steps"}, {"a": a, "start": start, "rate": rate}, found
    numbers = {"w": tenths(-20, 20), "b": tenths(-20, 20), "x": whole(2, 5), "target": whole(-5, 5), "rate": rate}
    x, y = numbers["x"], numbers["target"]
    found = _descent(lambda w: (w * x + numbers["b"] - y) ** 2 / 2, numbers["w"], rate, 1)
    yield "gradient-descent-step", {"of": "neuron"}, numbers, found
    found = _descent(lambda b: (numbers["w"] * x + b - y) ** 2 / 2, numbers["b"], rate, 1)
    yield "gradient-descent-step", {"of": "bias"}, numbers, found
    gradients = tenths(-60, 60, 3)
    found = _descent(lambda w: (tensor(gradients) * w).mean(), start, rate, 1)
    yield "gradient-descent-step", {"of": "mini-batch"}, {"w": start, "gradients": gradients, "rate": rate}, found


def _descent(loss: Callable[[torch.Tensor], torch.Tensor], start: float, rate: float, steps: int) -> float:
    """By automatic differentiation."""
    w = torch.nn.Parameter(tensor(start))
    optimizer = torch.optim.SGD([w], lr=rate)
    for _ in range(steps):
        optimizer.zero_grad()
        loss(w).backward()
        optimizer.step()
    return float(plain(w.detach()))


def with_momentum() -> Iterator[Case]:
    rate, momentum = random.choice([0.1, 0.2, 0.3, 0.4, 0.5]), random.choice([0.5, 0.6, 0.7, 0.8, 0.9])
    for convention in ("keras", "pytorch"):
        for of, shape in (("one weight", ()), ("two weights", (2,))):
            w, v, g = tenths(-30, 30, *shape), tenths(-20, 20, *shape), tenths(-40, 40, *shape)
            found = stepped(w, [g], convention, v, rate=rate, momentum=momentum)
            numbers = {"weights": w, "velocity": v, "gradient": g, "rate": rate, "momentum": momentum}
            yield "momentum-step", {"convention": convention, "of": of}, numbers, found
        w, first, second = tenths(-30, 30), tenths(-40, 40), tenths(-40, 40)
        found = stepped(w, [first, second], convention, rate=rate, momentum=momentum)
        numbers = {"start": w, "gradient_1": first, "gradient_2": second, "rate": rate, "momentum": momentum}
        yield "momentum-step", {"convention": convention, "of": "two steps"}, numbers, found


def clipped() -> Iterator[Case]:
    """With a learning rate of 1 and from 0, minus the weights are the clipped gradient."""
    w, rate = tenths(-30, 30, 3), random.choice([0.1, 0.2, 0.3, 0.4, 0.5])
    for by, limit in (("value", whole(1, 4)), ("norm", whole(2, 4))):
        g = tenths(-60, 60, 3)
        g[0] = 5.5  # so that there is something to clip
        for convention in ("keras", "pytorch"):
            settings = {f"clip{by}": limit}
            kept = [-each for each in stepped([0.0] * 3, [g], convention, rate=1.0, **settings)]
            yield "gradient-clipping", {"by": by, "asked": "gradient"}, {"gradient": g, "limit": limit}, kept
            numbers = {"gradient": g, "limit": limit, "weights": w, "rate": rate}
            found = stepped(w, [g], convention, rate=rate, **settings)
            yield "gradient-clipping", {"by": by, "asked": "weights"}, numbers, found
    first, second, limit = [5.5, tenths(-60, 60)], tenths(-60, 60, 2), whole(2, 4)
    numbers = {"gradient_1": first, "gradient_2": second, "limit": limit}
    parameters = [torch.nn.Parameter(tensor([0.0, 0.0])) for _ in range(2)]
    for parameter, gradient in zip(parameters, (first, second), strict=True):
        parameter.grad = tensor(gradient)
    torch.nn.utils.clip_grad_norm_(parameters, limit)
    yield "gradient-clipping", {"by": "global norm", "asked": "gradient"}, numbers, plain(parameters[0].grad)
    variables = [keras.Variable(np.zeros(2), dtype="float64") for _ in range(2)]
    keras.optimizers.SGD(1.0, global_clipnorm=limit).apply([tensor(first), tensor(second)], variables)
    found = [-each for each in plain(variables[0].value.detach())]
    yield "gradient-clipping", {"by": "global norm", "asked": "gradient"}, numbers, found


# --- batches -------------------------------------------------------------------------------------------------------


def batches() -> Iterator[Case]:
    size, epochs = random.choice([16, 32, 64]), whole(2, 3)
    samples = size * whole(40, 60) + whole(1, size - 1)
    numbers = {"samples": samples, "batch": size}
    loader = DataLoader(range(samples), batch_size=size)
    for asked in ("words", "pytorch"):
        yield "batches-per-epoch", {"asked": asked}, numbers, len(loader)
    yield "batches-per-epoch", {"asked": "last batch"}, numbers, len(list(loader)[-1])
    cut = DataLoader(range(samples), batch_size=size, drop_last=True)
    yield "batches-per-epoch", {"asked": "incomplete batch dropped"}, numbers, len(cut)
    yield "batches-per-epoch", {"asked": "keras"}, numbers, _updates(samples, size, 1, 0)
    more = numbers | {"epochs": epochs}
    for asked in ("words", "keras"):
        yield "updates-in-training", {"asked": asked}, more, _updates(samples, size, epochs, 0)
    yield "updates-in-training", {"asked": "pytorch"}, more, sum(1 for _ in range(epochs) for _ in loader)
    yield "updates-in-training", {"asked": "incomplete batch dropped"}, more, sum(1 for _ in range(epochs) for _ in cut)
    samples = 100 * whole(10, 30)
    numbers = {"samples": samples, "batch": size, "percent": 25}
    yield "batches-per-epoch", {"asked": "validation set"}, numbers, _updates(samples, size, 1, 0.25)
    found = _updates(samples, size, epochs, 0.25)
    yield "updates-in-training", {"asked": "validation set"}, numbers | {"epochs": epochs}, found


def _updates(samples: int, size: int, epochs: int, validation: float) -> int:
    """How many steps Keras' optimizer has counted after training."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.zeros((samples, 1))
    model.fit(x, x, batch_size=size, epochs=epochs, validation_split=validation, verbose=0)
    return int(plain(model.optimizer.iterations))


# --- variational autoencoders --------------------------------------------------------------------------------------


def divergences() -> Iterator[Case]:
    spreads = {"log-variance": (-20, 15), "sigma": (2, 20), "variance": (1, 30)}
    for told, (low, high) in spreads.items():
        for latent in (1, 2, 3):
            shape = (latent,) if latent > 1 else ()
            mean, spread = tenths(-20, 20, *shape), tenths(low, high, *shape)
            found = plain(_divergence(mean, _sigma(told, spread)))
            yield "kl-divergence", {"told": told, "latent": latent}, {"mean": mean, "spread": spread}, found
            if latent > 1:
                noise = tenths(-20, 20, latent)
                moved = torch.distributions.AffineTransform(tensor(mean), _sigma(told, spread))(tensor(noise))
                numbers = {"mean": mean, "spread": spread, "noise": noise}
                yield "vae-reparameterization", {"told": told, "latent": latent}, numbers, plain(moved)


def _sigma(told: str, spread: Any) -> torch.Tensor:
    given = tensor(spread)
    return {"sigma": given, "variance": given.sqrt(), "log-variance": (given / 2).exp()}[told]


def _divergence(mean: Any, sigma: torch.Tensor) -> torch.Tensor:
    standard = torch.distributions.Normal(tensor(0), tensor(1))
    return torch.distributions.kl_divergence(torch.distributions.Normal(tensor(mean), sigma), standard).sum()


def vae_losses() -> Iterator[Case]:
    mean, spread = tenths(-15, 15, 2), tenths(-15, 10, 2)
    regular = _divergence(mean, _sigma("log-variance", spread))
    for reconstructed in ("squared error", "mean squared error", "binary cross-entropy"):
        if reconstructed == "binary cross-entropy":
            x, output = whole(0, 1, 3), [random.randrange(10, 96, 5) / 100 for _ in range(3)]
            first = F.binary_cross_entropy(tensor(output), tensor(x), reduction="sum")
        else:
            x, output = tenths(1, 20, 3), tenths(1, 20, 3)
            reduction = "mean" if reconstructed.startswith("mean") else "sum"
            first = F.mse_loss(tensor(output), tensor(x), reduction=reduction)
        numbers = {"x": x, "output": output, "mean": mean, "spread": spread}
        axes = {"reconstructed": reconstructed}
        yield "vae-loss", axes | {"weighted": False}, numbers, plain(first + regular)
        yield "vae-loss", axes | {"weighted": True}, numbers | {"beta": 3}, plain(first + 3 * regular)


MADE = (
    softmaxes, cross_entropies, convolutions, poolings, flattened, normalized, dropped, descended, with_momentum,
    clipped, batches, divergences, vae_losses,
)  # fmt: skip

if __name__ == "__main__":
    torch.manual_seed(0)
    found = [case for make in MADE for _ in range(1 if make is batches else DRAWS) for case in make()]
    rows = (
        json.dumps({"family": family, "structure": axes, "numbers": numbers, "answer": answer}, ensure_ascii=False)
        for family, axes, numbers, answer in found
    )
    print("[\n" + ",\n".join(rows) + "\n]")
