"""Listings: code that runs as it stands, and models told in every way."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable

import pytest
from conftest import each, records

from generator.blueprint import Blueprint
from generator.layers import LSTM, Dense, Embedding
from generator.layers.merge import Add, Average, Concatenate
from generator.listing import tell
from generator.model import Model, Node, sequential
from generator.model_file import read_model

MODULES = {"keras", "layers", "torch", "nn", *vars(builtins)}


@each(lambda problem: problem.code and problem.language == "python")
def test_code_is_valid_and_names_nothing_before_it_is_made(blueprint: Blueprint) -> None:
    for found in records(blueprint, "open", 3):
        before = found["stem"].partition("```")[0]
        told = [*re.findall(r"`(\w+)`", before), *re.findall(r"\$(\w)\$", found["stem"])]
        check(found["code"], told)
        assert found["code"] in found["stem"]


def check(code: str, told: Iterable[str] = ()) -> None:
    """Raises SyntaxError for what is no Python, AssertionError for a name that nothing has made and no one has told."""
    compile(code, "listing", "exec")
    body(ast.parse(code).body, MODULES | set(told))


def body(statements: Iterable[ast.stmt], known: set[str]) -> None:
    for statement in statements:
        if isinstance(statement, ast.ClassDef):
            attributes = set[str]()
            for method in statement.body:
                assert isinstance(method, ast.FunctionDef)
                body(method.body, known | {each.arg for each in method.args.args} | attributes)
                attributes |= {f"self.{each.attr}" for each in stored(method)}
            known.add(statement.name)
            continue
        if isinstance(statement, ast.FunctionDef):
            known.add(statement.name)
            body(statement.body, known | {each.arg for each in statement.args.args})
            continue
        if isinstance(statement, ast.For | ast.While | ast.If):
            asked = statement.iter if isinstance(statement, ast.For) else statement.test
            assert loaded(asked) <= known, f"{sorted(loaded(asked) - known)} in {ast.unparse(asked)!r}"
            known |= {each.id for each in names_in(statement.target)} if isinstance(statement, ast.For) else set()
            body(statement.body, known)
            continue
        if isinstance(statement, ast.ImportFrom):
            known |= {each.name for each in statement.names}
        within = {
            each.id
            for part in ast.walk(statement)
            if isinstance(part, ast.comprehension)
            for each in names_in(part.target)
        }
        unmade = loaded(statement) - known - within
        assert not unmade, f"{sorted(unmade)} in {ast.unparse(statement)!r}"
        made = {
            each.id for each in ast.walk(statement) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        }
        known |= made | {f"self.{each.attr}" for each in stored(statement)}


def names_in(target: ast.expr) -> list[ast.Name]:
    """The names that a loop or a comprehension fills."""
    return [each for each in ast.walk(target) if isinstance(each, ast.Name)]


def stored(statement: ast.stmt) -> list[ast.Attribute]:
    """The attributes of ``self`` that a statement makes."""
    return [each for each in attributes_of_self(statement) if isinstance(each.ctx, ast.Store)]


def loaded(statement: ast.AST) -> set[str]:
    """The names and attributes of ``self`` that a statement uses; ``self`` alone stands in a line of ``__init__``."""
    names = {each.id for each in ast.walk(statement) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    used = {f"self.{each.attr}" for each in attributes_of_self(statement) if isinstance(each.ctx, ast.Load)}
    return names - {"self"} | used


def attributes_of_self(statement: ast.stmt) -> list[ast.Attribute]:
    return [
        each
        for each in ast.walk(statement)
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "self"
    ]


@pytest.mark.parametrize("code", [
    "a = layers.Dense(1)(b)",
    "model = keras.Model(a, b)",
    "class Model(nn.Module):\n    def forward(self, x):\n        return self.dense(x)",
    "class Model(nn.Module):\n    def __init__(self):\n        self.a = 1\n    def forward(self):\n        return x",
])  # fmt: skip
def test_the_check_finds_what_is_not_made(code: str) -> None:
    with pytest.raises(AssertionError, match="in '"):
        check(code)


# --- graphs --------------------------------------------------------------------------------------------------------


def graph() -> Model:
    """Two texts through the same embedding and one LSTM each, merged."""
    return Model(
        {"a": (20,), "b": (30,), "c": (4,)},
        (
            Node("a_words", Embedding(100, 8), ("a",), name="embedding"),
            Node("b_words", Embedding(100, 8), ("b",), share="a_words", name="embedding"),
            Node("a_state", LSTM(16), ("a_words",)),
            Node("b_state", LSTM(16), ("b_words",), trainable=False),
            Node("both", Add(), ("a_state", "b_state")),
            Node("all", Concatenate(), ("both", "c")),
            Node("kind", Dense(3, "softmax"), ("all",)),
            Node("score", Dense(1), ("all",)),
        ),
        outputs=("kind", "score"),
    )


def test_graph_as_keras_code() -> None:
    assert tell(graph(), "keras").code.splitlines() == [
        'a = keras.Input((20,), dtype="int32")',
        'b = keras.Input((30,), dtype="int32")',
        "c = keras.Input((4,))",
        "embedding = layers.Embedding(100, 8)",
        "a_words = embedding(a)",
        "b_words = embedding(b)",
        "a_state = layers.LSTM(16)(a_words)",
        "b_state = layers.LSTM(16, trainable=False)(b_words)",
        "both = layers.Add()([a_state, b_state])",
        "all = layers.Concatenate()([both, c])",
        'kind = layers.Dense(3, activation="softmax")(all)',
        "score = layers.Dense(1)(all)",
        "model = keras.Model([a, b, c], [kind, score])",
    ]


def test_graph_as_pytorch_code() -> None:
    assert tell(graph(), "pytorch").code.splitlines() == [
        "class Model(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        "        self.embedding = nn.Embedding(100, 8)",
        "        self.a_state = nn.LSTM(input_size=8, hidden_size=16)",
        "        self.b_state = nn.LSTM(input_size=8, hidden_size=16)",
        "        self.kind = nn.Linear(20, 3)",
        "        self.score = nn.Linear(20, 1)",
        "",
        "    def forward(self, a, b, c):",
        "        a_words = self.embedding(a)",
        "        b_words = self.embedding(b)",
        "        a_state = self.a_state(a_words)[0][-1]",
        "        b_state = self.b_state(b_words)[0][-1]",
        "        both = a_state + b_state",
        "        all = torch.cat([both, c], dim=-1)",
        "        kind = torch.softmax(self.kind(all), dim=-1)",
        "        score = self.score(all)",
        "        return kind, score",
    ]


def test_graph_as_a_summary() -> None:
    rows = [
        [cell.strip() for cell in row.split("|")[1:-1]] for row in tell(graph(), "summary").text.splitlines() if row
    ]
    assert rows[0] == ["layer", "settings", "fed by", "output shape"]
    assert rows[3:9] == [
        ["`b` (input)", "", "", "30"],
        ["`c` (input)", "", "", "4"],
        ["`a_words` (`Embedding`)", "100 words", "`a`", "20 × 8"],
        ["`b_words` (`Embedding`)", "the weights of `a_words`", "`b`", "30 × 8"],
        ["`a_state` (`LSTM`)", "", "`a_words`", "16"],
        ["`b_state` (`LSTM`)", "frozen", "`b_words`", "16"],
    ]


def test_graph_in_the_words_of_its_family() -> None:
    assert tell(graph(), "words", "Two texts.").text == (
        "Two texts. Count as textbooks do, with one bias per gate and unit."
    )


def test_a_mean_has_no_pytorch_operator() -> None:
    with pytest.raises(NotImplementedError, match="no PyTorch code for Average"):
        Average().forward("", ("a", "b"))


def test_graph_keeps_its_outputs_as_data() -> None:
    assert read_model(graph().config()).last == ("kind", "score")
    assert "outputs" not in sequential((4,), (Dense(2), Dense(1))).config()
