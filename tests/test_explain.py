"""`netdrill explain`: what it says of every recorded model, of Keras' own files, and of what is no model."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from generator.command import main, netdrill
from generator.explain import explain
from generator.model_file import read_model

CNN = {
    "input": [32, 32, 3],
    "layers": [
        {"type": "Conv2D", "filters": 8, "kernel_size": 5, "strides": 2},
        {"type": "BatchNormalization"},
        {"type": "MaxPooling2D"},
        {"type": "Flatten"},
        {"type": "Dense", "units": 10},
    ],
}


@pytest.fixture
def cnn(tmp_path: Path) -> Path:
    path = tmp_path / "cnn.json"
    path.write_text(json.dumps(CNN), encoding="utf-8")
    return path


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    code = 0
    try:
        main(["explain", *map(str, arguments)])
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_markdown_works_every_layer_on_paper(cnn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ran(capsys, str(cnn))
    assert (code, err) == (0, "")
    assert out.startswith("# cnn: 4,570 parameters\n")
    assert r"$K = 5 \cdot 5 \cdot 3 \cdot 8 = 600$ — kernels: one per filter, over all channels" in out
    assert r"$\left\lfloor \frac{32 - 5}{2} \right\rfloor + 1 = 14$" in out
    assert "moving_mean (8, not trained)" in out
    assert "18,280 bytes as float32, 9,140 bytes as float16, 4,570 bytes as int8" in out
    assert out.count("$$") % 2 == 0 and "[[" not in out and "None" not in out


def test_json_holds_exactly_what_is_documented(cnn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ran(capsys, str(cnn), "--format", "json")
    (line,) = out.splitlines()
    found = json.loads(line)
    assert list(found) == ["total", "trainable", "non_trainable", "output_shape", "layers"]
    assert (found["total"], found["trainable"], found["non_trainable"]) == (4570, 4554, 16)
    keys = ["name", "type", "trainable", "non_trainable", "weights", "output_shape"]
    assert all(list(layer) == keys for layer in found["layers"])


def test_pytorch_keeps_buffers_apart(cnn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ran(capsys, str(cnn), "--format", "json", "--convention", "pytorch")
    found = json.loads(out)
    assert (found["total"], found["trainable"], found["non_trainable"]) == (4554, 4554, 17)
    assert "17 numbers in buffers" in ran(capsys, str(cnn), "--convention", "pytorch")[1]


def test_every_worked_count_comes_to_the_layers_arrays() -> None:
    for convention in ("keras", "pytorch", "classic"):
        for layer in explain(read_model(CNN), convention).layers:
            if layer.weights:
                count = layer.values[layer.lines[-1].symbol.name]
                assert count == layer.trainable + layer.non_trainable
                assert layer.named[-1][0].endswith(f"= {count:,}".replace(",", "{,}"))


def test_a_file_of_models_goes_on_past_a_faulty_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "models.jsonl"
    bad = {"input": [2, 2, 3], "layers": [{"type": "Conv2D", "filters": 4, "kernel_size": 4}]}
    gru = {"input": [5, 3], "layers": [{"type": "GRU", "units": 4, "reset_after": False}]}
    path.write_text("\n".join(map(json.dumps, (CNN, bad, gru))) + "\n{oops\n", encoding="utf-8")
    code, out, _ = ran(capsys, str(path), "--format", "json", "--convention", "pytorch")
    good, refused, missing, broken = map(json.loads, out.splitlines())
    assert code == 2 and good["total"] == 4554
    assert refused == {"error": "layer 1 (Conv2D): the kernel of 4 × 4 is larger than the input of 2 × 2"}
    assert missing == {"no_equivalent": "layer 1 (GRU): PyTorch's GRU has no reset_after=False variant"}
    assert list(broken) == ["error"] and "not valid JSON" in broken["error"]
    code, out, err = ran(capsys, str(path), "--convention", "pytorch")
    assert code == 2 and len(err.splitlines()) == 2 and "no equivalent in this convention" in out


def test_no_equivalent_is_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "gru.json"
    path.write_text('{"input": [5, 3], "layers": [{"type": "GRU", "units": 4, "reset_after": false}]}')
    assert ran(capsys, str(path), "--convention", "pytorch", "--format", "json")[0] == 0


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(CNN)))
    assert ran(capsys, "-")[1].startswith("# model: 4,570 parameters")


def test_a_keras_archive_is_read_and_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = Path(__file__).parent / "data"
    record = json.loads(next(data.rglob("*unet.json")).read_text(encoding="utf-8"))
    path = tmp_path / "unet.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(record["keras_json"]))
        archive.writestr("model.weights.h5", b"")
    code, out, _ = ran(capsys, str(path), "--format", "json")
    assert code == 0 and json.loads(out)["total"] == record["answer"]["total"]


def test_the_page_stands_alone_and_escapes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "odd.json"
    layer = {"type": "Dense", "units": 3, "id": '<img src=x onerror="alert(1)">'}
    path.write_text(json.dumps({"input": [4], "layers": [layer]}), encoding="utf-8")
    code, page, _ = ran(capsys, str(path), "--format", "html")
    assert code == 0 and page.startswith("<!doctype html>")
    assert "<img" not in page and "&lt;img" in page
    assert not re.search(r"https?://|<script|\\[a-z]+\{|\$", page), "no request, no script, no raw TeX"
    assert "W = 4 · 3 = 12" in page


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not valid JSON"),
        ("[1, 2]", "a model is a table"),
        ('{"input": [4]}', "'layers' is missing"),
        ('{"input": [4], "layers": [{"type": "Dens", "units": 3}]}', "Did you mean 'Dense'?"),
        ('{"input": [4], "layers": [{"type": "Dense", "unit": 3}]}', "Did you mean 'units'?"),
        ('{"input": [4], "layers": [{"type": "Dense"}]}', "layer 1 (Dense): 'units' is missing"),
        ('{"input": [4], "layers": [{"type": "Dense", "units": -1}]}', "units is -1"),
        ('{"input": [4], "layers": [{"type": "Dense", "units": 3, "from": ["x"]}]}', "is fed by 'x'"),
    ],
)
def test_what_is_no_model_gets_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    code, out, err = ran(capsys, str(path))
    assert code == 2 and out == "" and len(err.splitlines()) == 1 and told in err, err


def test_a_missing_file_gets_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = ran(capsys, str(tmp_path / "none.json"))
    assert code == 2 and err.endswith("none.json: no such file\n")


def test_help_has_examples() -> None:
    for name in ("explain", "quiz"):
        told = CliRunner().invoke(netdrill, [name, "--help"])
        assert told.exit_code == 0 and f"netdrill {name} model" in told.output


def record_of(model: dict[str, Any], convention: str) -> dict[str, Any]:
    return explain(read_model(model), convention).record()


def test_shared_layers_count_once_and_frozen_ones_do_not_learn() -> None:
    model = {
        "inputs": {"a": [6], "b": [6]},
        "layers": [
            {"type": "Dense", "units": 4, "from": ["a"], "id": "left"},
            {"type": "Dense", "units": 4, "from": ["b"], "id": "right", "share": "left"},
            {"type": "Concatenate", "from": ["left", "right"], "id": "both"},
            {"type": "Dense", "units": 1, "from": ["both"], "id": "out", "trainable": False},
        ],
    }
    found = record_of(model, "keras")
    assert (found["total"], found["trainable"], found["non_trainable"]) == (28 + 9, 28, 9)
    assert [layer["output_shape"] for layer in found["layers"]] == [[4], [4], [8], [1]]


def test_a_model_in_a_model_is_one_layer() -> None:
    inner = {"type": "Model", "input": [6], "layers": [{"type": "Dense", "units": 4}, {"type": "Dense", "units": 2}]}
    found = record_of({"input": [6], "layers": [inner, {"type": "Dense", "units": 1}]}, "keras")
    assert found["total"] == 28 + 10 + 3
    assert [layer["trainable"] for layer in found["layers"]] == [38, 3]
