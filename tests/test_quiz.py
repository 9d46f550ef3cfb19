"""`netdrill quiz`: the questions about a model have the answers that explaining it gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_explain import CNN

from generator.command import main
from generator.explain import explain
from generator.model_file import read_model
from generator.quiz import questions

TEXTS = {
    "input": [20],
    "layers": [
        {"type": "Embedding", "input_dim": 100, "output_dim": 16},
        {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 8}},
        {"type": "Dense", "units": 1},
    ],
}


@pytest.mark.parametrize("convention", ["keras", "pytorch", "classic"])
@pytest.mark.parametrize("model", [CNN, TEXTS], ids=["cnn", "texts"])
def test_the_keys_are_what_explaining_says(model: dict[str, object], convention: str, tmp_path: Path) -> None:
    explained = explain(read_model(model), convention)
    layers = {each.applied.number: each for each in explained.layers}
    counts = [e.trainable + e.non_trainable for e in explained.layers if e.weights]
    asked = list(questions(read_model(model), convention))
    assert len({question.id for question in asked}) == len(asked)
    for question in asked:
        what, _, number = str(question.sheet.blueprint.structure["ask"]).partition("-")
        values = question.sheet.blueprint.values({})
        key = [values[part.name] for part in question.sheet.problem.answer.parts]  # type: ignore[attr-defined]
        match what:
            case "count":
                assert key == [layers[int(number)].trainable + layers[int(number)].non_trainable]
            case "shape":
                assert key == list(layers[int(number)].output_shape)
            case "total":
                assert key == [sum(counts)]
            case "counts":
                assert key == counts
    kinds = {str(question.sheet.blueprint.structure["ask"]).split("-")[0] for question in asked}
    assert kinds == {"count", "shape", "total", "counts"}


def test_the_command_writes_worksheet_key_and_deck(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.json"
    path.write_text(json.dumps(CNN), encoding="utf-8")
    main(["quiz", str(path), "-o", str(tmp_path / "out")])
    folder = tmp_path / "out" / "net-quiz"
    assert {each.name for each in folder.iterdir()} == {
        "answers.md", "deck.apkg", "netdrill.lock", "questions.jsonl", "worksheet.md",
    }  # fmt: skip
    records = [json.loads(line) for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    assert f"{len(records)} questions" in capsys.readouterr().out
    assert "parameters: ____" in (folder / "worksheet.md").read_text(encoding="utf-8")
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    main(["quiz", str(path), "-o", str(tmp_path / "out")])
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


def test_a_model_with_nothing_to_ask_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.json"
    path.write_text('{"input": [4], "layers": [{"type": "Dropout"}]}', encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["quiz", str(path), "-o", str(tmp_path / "out")])
    assert stopped.value.code == 2 and "nothing to ask" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_quiz_of_several_models_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nets.jsonl"
    path.write_text(f"{json.dumps(CNN)}\n{json.dumps(TEXTS)}\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["quiz", str(path), "-o", str(tmp_path / "out")])
    assert "holds 2 models" in capsys.readouterr().err
