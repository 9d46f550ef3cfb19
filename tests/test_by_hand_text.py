"""The families about text by hand, worked out again with plain Python and numpy from what a record says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from conftest import blueprints, compiled, records

from generator.resources import sentences

DRAWS = 200
Record = dict[str, Any]


def listed(stem: str) -> list[list[str]]:
    """The sentences that a stem lists."""
    return [line.split() for line in re.findall(r"^\d+\. (.*)$", stem, re.MULTILINE)]


def quoted(stem: str) -> str:
    return re.findall("“([^”]*)”", stem)[0]


def term_frequency(found: Record) -> float:
    words = np.array([word for text in listed(found["stem"]) for word in text])
    return float(np.mean(words == quoted(found["stem"])))


def document_counts(found: Record) -> tuple[int, int]:
    """How many documents there are, and how many have the word."""
    if found["structure"]["told"] == "numbers":
        return found["numbers"]["documents"], found["numbers"]["containing"]
    texts, word = listed(found["stem"]), quoted(found["stem"])
    return len(texts), int(np.count_nonzero([word in text for text in texts]))


def inverse_document_frequency(found: Record) -> float:
    there, holds = document_counts(found)
    if found["structure"]["smoothed"]:
        return float(np.log((1 + there) / (1 + holds)) + 1)
    return float(np.log(there / holds))


def tf_idf(found: Record) -> float:
    there, holds = document_counts(found)
    if found["structure"]["told"] == "numbers":
        share = found["numbers"]["occurrences"] / found["numbers"]["size"]
    else:
        first = Counter(listed(found["stem"])[0])
        share = first[quoted(found["stem"])] / first.total()
    log = {"natural": np.log, "base 10": np.log10}[found["structure"]["logarithm"]]
    return float(share * log(there / holds))


def cbow_contexts(found: Record) -> list[str]:
    words, place = quoted(found["stem"]).split(), found["numbers"]["position"] - 1
    window = found["structure"]["window"]
    reach = len(words) if window == "whole sentence" else window
    return [*words[:place][-reach:], *words[place + 1 :][:reach]]


def skip_gram_pairs(found: Record) -> list[list[str]]:
    """All pairs of places of the sentence, and of those the ones that lie near enough to the target's."""
    words, place, window = quoted(found["stem"]).split(), found["numbers"]["position"] - 1, found["structure"]["window"]
    apart = np.abs(np.subtract.outer(np.arange(len(words)), np.arange(len(words))))
    return [[words[at], words[other]] for at, other in np.argwhere((apart > 0) & (apart <= window)) if at == place]


def tokenize_and_pad(found: Record) -> list[int]:
    stem, side, size = found["stem"], found["structure"]["padding"], found["numbers"]["maxlen"]
    if found["structure"]["index"] == "given":
        index = {word: int(number) for word, number in re.findall(r"(\w+) = (\d+)", stem)}
        text = quoted(stem).split()
    else:
        both = listed(stem)
        text, every = both[1], both[0] + both[1]
        ranked = sorted(dict.fromkeys(every), key=lambda word: -every.count(word))
        index = {word: number for number, word in enumerate(ranked[: found["numbers"]["kept"]], 2)}
    ids = [index.get(word, 1) for word in text]
    row = np.zeros(size, int)
    kept = ids[-size:] if side == "pre" else ids[:size]
    row[slice(size - len(kept), size) if side == "pre" else slice(len(kept))] = kept
    return row.tolist()


def next_word_samples(found: Record) -> int | list[int]:
    texts = listed(found["stem"])
    count = sum(map(len, texts)) - len(texts)
    return {
        "samples": count,
        "inputs": [count, max(map(len, texts)) - 1],
        "targets": [count, 1 + len(set().union(*texts))],
    }[found["structure"]["asked"]]


def padding_waste(found: Record) -> float:
    numbers = found["numbers"]
    lengths = [len(text) for text in listed(found["stem"])] or [numbers[f"length_{n}"] for n in range(1, 5)]
    batch = np.zeros((4, numbers.get("length", max(lengths))))
    for row, length in zip(batch, lengths, strict=True):
        row[:length] = 1
    return float(np.mean(batch == 0))


def train_test_split(found: Record) -> int:
    numbers = found["numbers"]
    test = -(-Fraction(numbers["samples"] * numbers["test_percent"], 100) // 1)
    rest = numbers["samples"] - test
    validation = -(-rest * Fraction(numbers.get("validation_percent", 0), 100) // 1)
    return int({"test": test, "validation": validation, "training": rest - validation}[found["structure"]["asked"]])


FAMILIES: dict[str, Callable[[Record], Any]] = {
    "term-frequency": term_frequency,
    "inverse-document-frequency": inverse_document_frequency,
    "tf-idf": tf_idf,
    "cbow-contexts": cbow_contexts,
    "skip-gram-pairs": skip_gram_pairs,
    "tokenize-and-pad": tokenize_and_pad,
    "next-word-samples": next_word_samples,
    "padding-waste": padding_waste,
    "train-test-split": train_test_split,
}


@pytest.mark.parametrize("family", FAMILIES)
def test_answer_is_what_plain_python_finds(family: str) -> None:
    asked = [found for found in blueprints() if found.family.id == family]
    checked = 0
    for blueprint in asked:
        for found in records(blueprint, "open", -(-DRAWS // len(asked)), seed="text"):
            value, near = found["answer"]["value"], found["answer"]["tolerance"]
            assert value == (pytest.approx(FAMILIES[family](found), abs=near) if near else FAMILIES[family](found)), (
                f"{found['structure']} {found['stem']}"
            )
            checked += 1
    assert checked >= DRAWS


def test_the_bank_holds_plain_sentences() -> None:
    bank = sentences()
    assert len(set(bank)) == len(bank)
    for text in bank:
        assert 5 <= len(text) <= 15 and all(re.fullmatch("[a-z]+", word) for word in text), text


def test_a_tokenizer_cuts_and_pads_where_it_is_told() -> None:
    """Two sentences by hand: the index, unknown words, a cut and zeros at either end."""
    numbers = {
        "sentence_1": ("the", "cat", "sat", "on", "the", "mat"),
        "sentence_2": ("the", "dog", "and", "the", "cat", "sleep", "in", "the", "sun"),
        "kept": 5,
    }  # the 2, cat 3, sat 4, on 5, mat 6
    whole = (2, 1, 1, 2, 3, 1, 1, 2, 1)
    for side, size, wanted in (
        ("pre", 6, whole[3:]),
        ("post", 6, whole[:6]),
        ("pre", 11, (0, 0, *whole)),
        ("post", 11, (*whole, 0, 0)),
    ):
        values = compiled("tokenize-and-pad", index="built", padding=side).values(numbers | {"maxlen": size})
        assert values["padded"] == wanted
