"""What a platform's format cannot hold of a question, and what is written instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from generator.question import Question


@dataclass(frozen=True)
class Loss:
    """``what`` the format cannot hold, and what is there ``instead``; ``whole``: the question is left out."""

    what: str
    instead: str
    whole: bool = False


@dataclass
class Losses:
    """The losses of a file, counted by form. The report is called like the file: ``losses-moodle.md``."""

    file: str
    found: Counter[tuple[str, Loss]] = field(default_factory=Counter)
    written: int = 0
    left_out: list[str] = field(default_factory=list)

    def add(self, question: Question, losses: Iterable[Loss]) -> bool:
        """Count what is lost of a question; returns whether it is left out."""
        losses, form = tuple(losses), question.form.id
        whole = [loss.what for loss in losses if loss.whole]
        self.found.update((form, loss) for loss in losses if loss.whole or not whole)
        if whole:
            self.left_out.append(f"{question.sheet.blueprint.family.id} {form} {question.id}: {' and '.join(whole)}")
        else:
            self.written += 1
        return bool(whole)

    def report(self, folder: Path) -> tuple[str, ...]:
        """Write the report beside the file; returns the same in short, as notices."""
        parts = [f"# {self.file}: {_questions(self.written)} written, {len(self.left_out):,} left out"]
        told = [(form, f"- {_told(loss, count)}") for (form, loss), count in self._found()]
        parts += ["What the format cannot hold, and what is there instead:"] if told else ["Nothing is lost."]
        for form, lines in groupby(told, key=lambda each: each[0]):
            parts += [f"## {form}", "\n".join(line for _, line in lines)]
        if self.left_out:
            parts += ["## Left out", "\n".join(f"- {each}" for each in self.left_out)]
        text = "\n\n".join(parts) + "\n"
        (folder / f"losses-{self.file.partition('.')[0]}.md").write_text(text, encoding="utf-8", newline="\n")
        return tuple(f"{self.file} {line}" for line in self._notices())

    def _notices(self) -> Iterator[str]:
        """The same in short: a line for each loss, whatever the form."""
        if self.left_out:
            yield f"leaves out {_questions(len(self.left_out))}: losses-{self.file.partition('.')[0]}.md names them"
        counts = Counter[Loss]()
        for (_, loss), count in self._found():
            counts[loss] += count
        for loss, count in sorted(counts.items(), key=lambda each: (not each[0].whole, -each[1], each[0].what)):
            yield f"cannot hold {_told(loss, count)}"

    def _found(self) -> list[tuple[tuple[str, Loss], int]]:
        return sorted(self.found.items(), key=lambda each: (each[0][0], each[0][1].what))


def _told(loss: Loss, count: int) -> str:
    return f"{loss.what}: {loss.instead} ({_questions(count)})"


def _questions(count: int) -> str:
    return f"{count:,} question{'s' * (count != 1)}"
