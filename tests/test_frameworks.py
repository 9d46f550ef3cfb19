"""Keras itself on 200 draws of every structure: convolution, pooling, softmax, losses, normalization, optimizers, cells
and output shapes.

Each family has one function below, which hands the drawn numbers to Keras' own layers, losses and optimizers (on JAX)
and names the quantities that come back: the answer, and lines on the way to it. Nothing is worked out here. What
PyTorch does otherwise is asked of JAX (its momentum) or of Keras with the setting that PyTorch's comes to; PyTorch's
own answers are recorded in ``data/by_hand_training.json`` and ``data/cells.json``, which plain tests read.

Needs the extra ``verify``: ``python -m pip install -e '.[test,verify]' && python -m pytest -m external -k frameworks``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from conftest import accepted, answer, arrays, compiled, problems

from generator.blueprint import Blueprint
from generator.sample import flattened, named

pytestmark = pytest.mark.external

DRAWS = 200
# Keras on JAX computes in single precision, and would not stay in double where told to
NEAR, SHARE = 5e-6, 1e-6
Keras = Any  # the module
Values = dict[str, Any]  # drawn numbers and lines by name, arrays as arrays
Axes = dict[str, Any]


@pytest.fixture(scope="session")
def keras(tmp_path_factory: pytest.TempPathFactory) -> Keras:
    """Keras on JAX, whatever the machine's own settings for it are."""
    with pytest.MonkeyPatch.context() as patch:  # these are read on import
        patch.setenv("KERAS_BACKEND", "jax")
        patch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))
        patch.setenv("JAX_PLATFORMS", "cpu")
        import keras
    return keras


# --- activations and losses --------------------------------------------------------------------------------------


def softmax(keras: Keras, v: Values, axes: Axes) -> Values:
    found = keras.ops.softmax(v["scores"])
    return {"p": found} if axes["asked"] == "all" else {"probability": found[1]}


def cross_entropy(keras: Keras, v: Values, axes: Axes) -> Values:
    if axes["of"] == "classes":
        predicted = [v[f"predicted_{place}"] for place in (1, 2, 3)]
        return {"L": keras.losses.CategoricalCrossentropy()(np.array([[0.0, 1, 0]]), np.array([predicted]))}
    if axes["of"] == "scores":
        loss = keras.losses.CategoricalCrossentropy(from_logits=True)
        found = loss(np.array([[0.0, 0, 1]]), v["scores"][None])
        return {"L": found, "p": keras.ops.softmax(v["scores"])[2]}
    targets = np.array({"yes": [[1.0]], "no": [[0.0]], "batch": [[1.0], [0], [1]]}[axes["of"]])
    predicted = np.reshape(v["predicted"], targets.shape)
    each = keras.losses.binary_crossentropy(targets, predicted)
    losses = {f"loss_{place}": loss for place, loss in enumerate(each, 1)} if axes["of"] == "batch" else {}
    return losses | {"L": keras.losses.BinaryCrossentropy()(targets, predicted)}


# --- convolution and pooling -------------------------------------------------------------------------------------


def conv_by_hand(keras: Keras, v: Values, axes: Axes) -> Values:
    layer = keras.layers.Conv2D(1, axes["kernel"], axes["stride"], use_bias=False)
    found = weighted(layer, v["image"][None, :, :, None], v["weights"][:, :, None, None])[0, :, :, 0]
    return {"map": found} if axes["asked"] == "map" else {"entry": found[1, 0]}


def max_pooling_by_hand(keras: Keras, v: Values, axes: Axes) -> Values:
    pooling = {"max": keras.layers.MaxPooling2D, "average": keras.layers.AveragePooling2D}[axes["pool"]]
    return {"pooled": pooling(axes["window"], axes["stride"])(v["map"][None, :, :, None])[0, :, :, 0]}


def flatten_by_hand(keras: Keras, v: Values, axes: Axes) -> Values:
    if axes["of"] == "channels first":  # Keras' layer would put the channels last before it flattens
        return {"flat": keras.ops.ravel(np.stack([v["channel_1"], v["channel_2"]]))}
    last = axes["of"] == "channels last"
    image = np.stack([v["channel_1"], v["channel_2"]], axis=-1) if last else v["matrix"]
    return {"flat": keras.layers.Flatten()(image[None])[0]}


# --- normalization and dropout -----------------------------------------------------------------------------------


def batch_norm_by_hand(keras: Keras, v: Values, axes: Axes) -> Values:
    if axes["asked"] == "prediction":
        layer = keras.layers.BatchNormalization(epsilon=0.001)
        kept = [np.array([v[name]]) for name in ("gamma", "beta", "mean", "variance")]
        return {"out": weighted(layer, np.array([[v["value"]]]), *kept)[0, 0]}
    batch = v["batch"][:, None]
    mean, variance = (found[0] for found in keras.ops.moments(batch, axes=[0]))
    if axes["asked"].startswith("moving"):
        old = v["momentum"] if axes["asked"].endswith("Keras") else 1 - v["momentum"]
        layer = keras.layers.BatchNormalization(momentum=old)
        layer.build(batch.shape)
        layer.moving_mean.assign([v["moving"]])
        layer(batch, training=True)
        return {"mean": mean, "new": layer.moving_mean[0]}
    layer = keras.layers.BatchNormalization(epsilon=0.001)
    layer.build(batch.shape)
    layer.gamma.assign([v["gamma"]])
    layer.beta.assign([v["beta"]])
    found = layer(batch, training=True)[:, 0]
    statistics = {"mean": mean, "variance": variance}
    return statistics | ({"y": found} if axes["asked"] == "batch" else {"y_one": found[0]})


def dropout_by_hand(keras: Keras, v: Values, axes: Axes) -> Values:
    """Keras draws its own masks: of many the first that is the mask asked about."""
    layer = keras.layers.Dropout(v["rate"], seed=0)
    many = np.tile(v["activations"], (20_000, 1))
    runs = (np.asarray(layer(many, training=True)) for _ in range(100))
    y = next(row for passed in runs for row in passed[((passed != 0) == (v["mask"] == 1)).all(axis=1)])
    if axes["asked"] == "layer":
        return {"y": y}
    neuron = keras.layers.Dense(1, use_bias=False)
    return {"y": y, "z": weighted(neuron, y[None], v["weights"][:, None])[0, 0]}


# --- optimizers --------------------------------------------------------------------------------------------------


def stepped(keras: Keras, weights: Any, gradient: Any, rate: float, **clipping: float) -> Any:
    """The weights after a step of stochastic gradient descent."""
    w = keras.Variable(weights)
    keras.optimizers.SGD(rate, **clipping).apply([np.asarray(gradient)], [w])
    return w.value


def gradient_descent_step(keras: Keras, v: Values, axes: Axes) -> Values:
    """Where a loss is told, JAX differentiates it."""
    from jax import grad

    rate = v["rate"]
    if axes["of"] == "gradient":
        return {"found": stepped(keras, v["weights"], v["gradients"], rate)}
    if axes["of"] == "mini-batch":
        centre = grad(lambda w: keras.ops.mean(v["gradients"] * w))(v["w"])  # of the mean of three losses
        return {"centre": centre, "new": stepped(keras, v["w"], centre, rate)}
    if axes["of"] == "two steps":
        slope = grad(lambda w: v["a"] * w**2)
        first = slope(v["start"])
        between = stepped(keras, v["start"], first, rate)
        second = slope(between)
        last = stepped(keras, between, second, rate)
        return {"gradient_1": first, "w_1": between, "gradient_2": second, "w_2": last}
    if axes["of"] == "parabola":
        slope = grad(lambda w: v["a"] * (w - v["c"]) ** 2)(v["w"])
        return {"gradient": slope, "new": stepped(keras, v["w"], slope, rate)}
    of_weight, of_bias = grad(lambda w, b: (w * v["x"] + b - v["target"]) ** 2 / 2, argnums=(0, 1))(v["w"], v["b"])
    if axes["of"] == "bias":
        return {"new": stepped(keras, v["b"], of_bias, rate)}
    return {"gradient": of_weight, "new": stepped(keras, v["w"], of_weight, rate)}


def momentum_step(keras: Keras, v: Values, axes: Axes) -> Values:
    two = axes["of"] == "two steps"
    start, velocity = (v["start"], 0.0) if two else (v["weights"], v["velocity"])
    gradients = [v["gradient_1"], v["gradient_2"]] if two else [v["gradient"]]
    after = keras_momentum if axes["convention"] == "keras" else pytorch_momentum
    steps = after(keras, start, velocity, gradients, v["rate"], v["momentum"])
    if two:
        return {f"{name}_{step}": value for step, found in enumerate(steps, 1) for name, value in found.items()}
    return {"faster": steps[0]["v"], "new": steps[0]["w"]}


def keras_momentum(
    keras: Keras, start: Any, velocity: Any, gradients: list[Any], rate: float, momentum: float
) -> list[Values]:
    """Weights and velocity after every step of Keras' optimizer."""
    w = keras.Variable(start)
    optimizer = keras.optimizers.SGD(rate, momentum)
    optimizer.build([w])
    optimizer.momentums[0].assign(velocity)
    found = []
    for gradient in gradients:
        optimizer.apply([np.asarray(gradient)], [w])
        found.append({"w": w.value, "v": optimizer.momentums[0].value})
    return found


def pytorch_momentum(
    keras: Keras, start: Any, velocity: Any, gradients: list[Any], rate: float, momentum: float
) -> list[Values]:
    """The same of JAX's optimizer, which keeps the velocity as PyTorch's does.

    It begins at rest: in a step of rate 0 the gradient becomes its velocity, and nothing moves.
    """
    from jax.example_libraries.optimizers import momentum as with_momentum
    from jax.example_libraries.optimizers import unpack_optimizer_state

    begin, update, _ = with_momentum(lambda step: rate if step else 0.0, momentum)
    state = update(0, velocity, begin(np.asarray(start)))
    found = []
    for step, gradient in enumerate(gradients, 1):
        state = update(step, gradient, state)
        w, moving = unpack_optimizer_state(state).subtree
        found.append({"w": w, "v": moving})
    return found


def gradient_clipping(keras: Keras, v: Values, axes: Axes) -> Values:
    """After a step from 0 with the learning rate 1, the weights are minus the clipped gradient."""
    if axes["by"] == "global norm":
        both = [keras.Variable(keras.ops.zeros(2)) for _ in range(2)]
        keras.optimizers.SGD(1.0, global_clipnorm=v["limit"]).apply([v["gradient_1"], v["gradient_2"]], both)
        return {"clipped": -both[0].value}
    clipping = {f"clip{axes['by']}": v["limit"]}
    found = {"clipped": -stepped(keras, keras.ops.zeros(3), v["gradient"], 1.0, **clipping)}
    if axes["asked"] == "weights":
        found["new"] = stepped(keras, v["weights"], v["gradient"], v["rate"], **clipping)
    return found


# --- neurons and cells -------------------------------------------------------------------------------------------


def weighted(layer: Any, x: Any, *weights: Any) -> Any:
    """What a layer with these weights makes of an input."""
    layer.build(x.shape)
    layer.set_weights(weights)
    return layer(x)


def stepping(cell: Any, x: Any, states: list[Any], *weights: Any) -> list[Any]:
    """The states of a recurrent cell with these weights after one step, of one sample."""
    cell.build(x.shape)
    cell.set_weights(weights)
    _, after = cell(x, [state[None] for state in states])
    return [state[0] for state in after]


def vector(value: Any) -> Any:
    """A number, too, as a vector: cells of one unit are written without arrays."""
    return np.reshape(value, -1)


def matrix(value: Any, rows: int) -> Any:
    """Weights written with a row per unit, as Keras has them: a column per unit."""
    return np.reshape(value, (rows, -1)).T


def elementwise(keras: Keras, v: Values, axes: Axes) -> Values:
    merge = {"sum": keras.layers.Add, "product": keras.layers.Multiply}[axes["operation"]]()
    first, second = ("state", "gate") if axes["numbers"] == "gate" else ("first", "second")
    return {"result": merge([v[first][None], v[second][None]])[0]}


def activation(axes: Axes) -> str | None:
    return None if axes["activation"] == "none" else axes["activation"]


def neuron_output(keras: Keras, v: Values, axes: Axes) -> Values:
    places = range(1, axes["inputs"] + 1)
    x, w = (np.array([v[f"{kind}_{place}"] for place in places]) for kind in ("input", "weight"))
    return {"y": weighted(keras.layers.Dense(1, activation(axes)), x[None], w[:, None], vector(v["bias"]))[0, 0]}


def dense_forward(keras: Keras, v: Values, axes: Axes) -> Values:
    layer = keras.layers.Dense(axes["units"], activation(axes))
    if axes["input"] == "batch":
        return {"y": weighted(layer, v["inputs"], v["kernel"], v["bias"][0])}
    return {"y": weighted(layer, v["input"][None], v["kernel"].T, v["bias"])[0]}


def read_out(keras: Keras, v: Values, state: Any) -> Any:
    """One sigmoid neuron behind a recurrent cell."""
    neuron = keras.layers.Dense(1, "sigmoid")
    return weighted(neuron, state[None], matrix(v["output_kernel"], 1), vector(v["output_bias"]))[0]


def rnn_step(keras: Keras, v: Values, axes: Axes) -> Values:
    units = axes["units"]
    weights = [matrix(v["kernel"], units), matrix(v["recurrent_kernel"], units), vector(v["bias"])]
    cell = keras.layers.SimpleRNNCell(units)
    (h,) = stepping(cell, vector(v["input"])[None], [vector(v["last_state"])], *weights)
    return {"h": h} if axes["asked"] == "state" else {"h": h, "y": read_out(keras, v, h)}


def rnn_over_a_sentence(keras: Keras, v: Values, axes: Axes) -> Values:
    units = axes["units"]
    words = keras.ops.one_hot([int(place) - 1 for place in axes["places"].split()[:3]], 4)
    kernel = np.stack([vector(v[f"weight_{place}"]) for place in (1, 2, 3, 4)])
    layer = keras.layers.SimpleRNN(units, return_sequences=True, unroll=True)  # a loop is compiled anew for every draw
    states = weighted(layer, words[None], kernel, matrix(v["recurrent_kernel"], units), vector(v["bias"]))[0]
    found = {f"h_{step}": state for step, state in enumerate(states, 1)}
    return found if axes["asked"] == "state" else found | {"y": read_out(keras, v, states[-1])}


def lstm_step(keras: Keras, v: Values, axes: Axes) -> Values:
    """The cell's two states, and each gate as a simple recurrent cell with the gate's activation function."""
    order, units = "ifgo", axes["units"]
    W, U, b = ({gate: v[f"{kind}_{gate}"].T for gate in order} for kind in "WUb")
    joined = [np.concatenate([kind[gate] for gate in order], axis=-1) for kind in (W, U, b)]
    h, c = stepping(keras.layers.LSTMCell(units), v["x"][None], [v["h_prev"], v["c_prev"]], *joined)
    gates = {}
    for gate in order:
        cell = keras.layers.SimpleRNNCell(units, "tanh" if gate == "g" else "sigmoid")
        (gates[gate],) = stepping(cell, v["x"][None], [v["h_prev"]], W[gate], U[gate], b[gate])
    return gates | {"c": c, "h": h}


def lstm_gate(keras: Keras, v: Values, axes: Axes) -> Values:
    function = "tanh" if axes["gate"] == "candidate" else "sigmoid"
    if axes["written"] == "joined":
        both = keras.ops.concatenate([v["last_state"], v["input"]])
        return {"gate": weighted(keras.layers.Dense(2, function), both[None], v["kernel"].T, v["bias"])[0]}
    weights = [v["kernel"].T, v["recurrent_kernel"].T, v["bias"]]
    cell = keras.layers.SimpleRNNCell(2, function)
    return {"gate": stepping(cell, v["input"][None], [v["last_state"]], *weights)[0]}


def lstm_state(keras: Keras, v: Values, axes: Axes) -> Values:
    """Keras' cell with no weights but biases, such that its gates are open as far as told: 0 and 1 at infinity."""
    from scipy.special import logit

    units, hidden = axes["units"], axes["asked"] == "hidden state"
    output = v["output_gate"] if hidden else 0.5
    biases = [logit(v["input_gate"]), logit(v["forget_gate"]), np.arctanh(v["candidate"]), logit(output)]
    joined = np.concatenate([np.broadcast_to(bias, units) for bias in biases])
    weights = [keras.ops.zeros((1, 4 * units)), keras.ops.zeros((units, 4 * units)), joined]
    states = [keras.ops.zeros(units), vector(v["last_cell_state"])]
    h, c = stepping(keras.layers.LSTMCell(units), keras.ops.zeros((1, 1)), states, *weights)
    return {"c": c, "h": h} if hidden else {"c": c}


def gru_step(keras: Keras, v: Values, axes: Axes) -> Values:
    """Keras' cell resets after the recurrent product, as PyTorch does, or before it, as the textbooks do."""
    units, x, old = axes["units"], vector(v["input"])[None], vector(v["last_state"])

    def arrays_of(name: str) -> list[Any]:
        return [matrix(v[f"{name}_{kind}"], units) for kind in ("kernel", "recurrent_kernel")]

    def bias(name: str) -> Any:
        both = [vector(v[f"{name}_{kind}"]) for kind in ("bias", "recurrent_bias") if f"{name}_{kind}" in v]
        return np.stack(both)

    gates = {"r": "reset_gate"} if axes["asked"] == "reset gate" else {"z": "update_gate", "r": "reset_gate"}
    found = {}
    for letter, name in gates.items():
        cell = keras.layers.SimpleRNNCell(units, "sigmoid")
        (found[letter],) = stepping(cell, x, [old], *arrays_of(name), bias(name).sum(axis=0))
    if axes["asked"] == "reset gate":
        return found
    names = [*gates.values(), "candidate"]
    kernel, recurrent = (np.concatenate(kind, axis=1) for kind in zip(*map(arrays_of, names), strict=True))
    biases = np.concatenate([bias(name) for name in names], axis=1)
    after = axes["convention"] != "classic"
    cell = keras.layers.GRUCell(units, reset_after=after)
    (h,) = stepping(cell, x, [old], kernel, recurrent, biases if after else biases[0])
    return found | {"h": h}


# --- texts -------------------------------------------------------------------------------------------------------


def tokenize_and_pad(keras: Keras, v: Values, axes: Axes) -> Values:
    """The ids are ours: Keras' own tokenizer is written for TensorFlow."""
    end = axes["padding"]
    return {"padded": keras.utils.pad_sequences([v["ids"]], int(v["maxlen"]), padding=end, truncating=end)[0]}


BY_HAND: dict[str, Callable[[Keras, Values, Axes], Values]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        softmax, cross_entropy,
        conv_by_hand, max_pooling_by_hand, flatten_by_hand,
        batch_norm_by_hand, dropout_by_hand,
        gradient_descent_step, momentum_step, gradient_clipping,
        elementwise, neuron_output, dense_forward,
        rnn_step, rnn_over_a_sentence, lstm_step, lstm_gate, lstm_state, gru_step,
        tokenize_and_pad,
    )
}  # fmt: skip


# --- shapes ------------------------------------------------------------------------------------------------------


def through(shape: tuple[int, ...], *layers: Any) -> tuple[int, ...]:
    """The shape behind the layers, of one sample or of a batch."""
    for layer in layers:
        shape = layer.compute_output_shape(shape)
    return shape


def conv_output_size(keras: Keras, v: Values, axes: Axes) -> int:
    """JAX's convolution, on which Keras' is built: Keras takes no stride beside a dilation."""
    from jax import ShapeDtypeStruct, eval_shape
    from jax.lax import conv_general_dilated

    padding = [(v["padding"], v["padding"])] * 2 if axes["padding"] == "number" else axes["padding"].upper()
    strides, dilations = ((v.get(name, 1),) * 2 for name in ("stride", "dilation"))
    image, kernel = (ShapeDtypeStruct((1, 1, v[name], v[name]), float) for name in ("size", "kernel"))
    found = eval_shape(
        lambda image, kernel: conv_general_dilated(image, kernel, strides, padding, rhs_dilation=dilations),
        image,
        kernel,
    )
    return found.shape[-1]


def pooling_output_size(keras: Keras, v: Values, axes: Axes) -> int:
    padding = "same" if axes["windows"] == "same" else "valid"
    layer = keras.layers.MaxPooling2D(v["pool"], v.get("stride"), padding)
    shape = through((1, v["size"], v["size"], v.get("channels", 1)), layer)
    return int(np.prod(shape)) if axes["asked"] == "values" else shape[1]


def flatten_size(keras: Keras, v: Values, axes: Axes) -> int:
    layers = keras.layers
    if axes["before"] == "a map":
        return through((1, v["rows"], v["columns"], v["channels"]), layers.Flatten())[1]
    conv = [layers.Conv2D(v["filters"], v["kernel"])] if axes["before"] == "a convolution" else []
    image = (1, v["size"], v["size"], v["channels"])
    return through(image, *conv, layers.MaxPooling2D(v["pool"]), layers.Flatten())[1]


def cnn_shape_trace(keras: Keras, v: Values, axes: Axes) -> list[int]:
    shape, found = (1, v["size"], v["size"], v["channels"]), []
    for block in range(1, axes["blocks"] + 1):
        conv = keras.layers.Conv2D(v[f"filters_{block}"], v[f"kernel_{block}"], padding=axes["padding"])
        for layer in (conv, keras.layers.MaxPooling2D(v["pool"])):
            shape = through(shape, layer)
            found += shape[1:]
    return [*found, *through(shape, keras.layers.Flatten())[1:]]


def unet_shape_trace(keras: Keras, v: Values, axes: Axes) -> list[int]:
    layers, kept = keras.layers, []
    shape = (1, v["size"], v["size"], v["channels"])

    def convolved(level: int) -> tuple[int, ...]:
        return through(shape, layers.Conv2D(v[f"filters_{level}"], v["kernel"], padding="same"))

    for level in range(1, axes["levels"] + 1):
        kept.append(convolved(level))
        shape = through(kept[-1], layers.MaxPooling2D(2))
    shape = convolved(axes["levels"] + 1)
    found = [*shape[1:]]
    for level in range(axes["levels"], 0, -1):
        large = through(shape, layers.UpSampling2D(2))
        shape = layers.Concatenate().compute_output_shape([large, kept.pop()])
        found += [*large[1:], *shape[1:]]
        shape = convolved(level)
    return found


def upsampling_output_size(keras: Keras, v: Values, axes: Axes) -> int:
    """PyTorch's padding cuts rings off, as Keras' Cropping2D does."""
    if axes["by"] == "upsampling":
        layer = keras.layers.UpSampling2D(v["factor"])
        return int(np.prod(through((1, v["size"], v["size"], v["channels"]), layer)))
    padding = "same" if axes["by"] == "transposed same" else "valid"
    extra = v.get("output_padding")
    layer = keras.layers.Conv2DTranspose(1, v["kernel"], v["stride"], padding, output_padding=extra)
    return through((1, v["size"], v["size"], 1), layer, keras.layers.Cropping2D(v.get("padding", 0)))[1]


def recurrent_output_shape(keras: Keras, v: Values, axes: Axes) -> list[int]:
    cell = {"one": keras.layers.GRU, "concat": keras.layers.LSTM, "sum": keras.layers.SimpleRNN}[axes["direction"]]
    layer = cell(v["units"], return_sequences=axes["sequences"])
    if axes["direction"] != "one":
        layer = keras.layers.Bidirectional(layer, merge_mode=axes["direction"])
    shape = through((v["batch"], v["timesteps"], v["features"]), layer)
    return [int(np.prod(shape))] if axes["asked"] == "values" else [*shape]


def embedding_output_shape(keras: Keras, v: Values, axes: Axes) -> list[int]:
    flat = [keras.layers.Flatten()] if axes["asked"] == "flattened" else []
    table = keras.layers.Embedding(v["vocabulary"], v["embedding"])
    shape = through((v["batch"], v["length"]), table, *flat)
    return [int(np.prod(shape))] if axes["asked"] == "values" else [*shape]


SHAPES: dict[str, Callable[[Keras, Values, Axes], int | list[int]]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        conv_output_size, pooling_output_size, flatten_size, cnn_shape_trace, unet_shape_trace, upsampling_output_size,
        recurrent_output_shape, embedding_output_shape,
    )
}  # fmt: skip


# --- the tests ---------------------------------------------------------------------------------------------------


def each_of(families: dict[str, Any]) -> pytest.MarkDecorator:
    """Parametrise a test over all structures of the families."""
    asked = [(family.id, axes) for family, axes, _ in problems() if family.id in families]
    assert {family for family, _ in asked} == set(families)
    names = [f"{family}:{'-'.join(map(str, axes.values()))}" for family, axes in asked]
    return pytest.mark.parametrize(("family", "axes"), asked, ids=names)


def draws_of(found: Blueprint) -> list[Values]:
    """Rows of 200 draws, or of all where there are fewer."""
    rows = list(accepted(found, DRAWS, "frameworks"))
    assert len(rows) == DRAWS or len(rows) > found.space.size // 3
    return rows


def parts_of(found: Blueprint, name: str, values: Values) -> list[Any]:
    """The entries of a quantity, from a row."""
    quantities = {line.symbol.name: line.symbol for line in found.problem.lines}
    return flattened([values[part.name] for part in quantities[name].parts])


def close(value: Any, near: float) -> Any:
    """What equals Keras' value or its entries, but for so much."""
    return pytest.approx(np.ravel(value).tolist(), abs=near, rel=SHARE)


def drawn(found: Blueprint, values: Values) -> Values:
    """A row as Keras takes it: its arrays put together, in single precision."""
    given = arrays(found.problem, values)
    return {name: value.astype(np.float32) if isinstance(value, np.ndarray) else value for name, value in given.items()}


@each_of(BY_HAND)
def test_key_and_lines_are_what_keras_answers(keras: Keras, family: str, axes: Axes) -> None:
    """The lines before they are rounded, and the key within its tolerance."""
    found = compiled(family, **axes)
    unrounded = replace(found, problem=replace(found.problem, where=())).exact
    key = found.problem.answer.symbol.name
    for values in draws_of(found):
        expected = BY_HAND[family](keras, drawn(found, values), axes)
        row = unrounded.compute(found.flat(values))
        assert row
        exact = named(unrounded, row)
        for name, value in expected.items():
            assert parts_of(found, name, exact) == close(value, NEAR), (name, values)
        got = flattened(answer(found.problem, values))
        assert got == close(expected[key], values.get("tolerance", 0) + NEAR), values


@each_of(SHAPES)
def test_sizes_are_what_keras_makes(keras: Keras, family: str, axes: Axes) -> None:
    found = compiled(family, **axes)
    for values in draws_of(found):
        assert answer(found.problem, values) == np.ravel(SHAPES[family](keras, values, axes)).tolist(), values
