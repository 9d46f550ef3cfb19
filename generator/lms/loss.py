"""What a platform's format cannot hold of a question, and what is written instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path


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

    def add(self, form: str, id: str, losses: Iterable[Loss]) -> bool:
        """Count what is lost of a question; returns whether it is left out."""
        losses = tuple(losses)
        whole = any(loss.whole for loss in losses)
        self.found.update((form, loss) for loss in losses if loss.whole or not whole)
        if whole:
            self.left_out.append(id)
        else:
            self.written += 1
        return whole

    def report(self, folder: Path) -> tuple[str, ...]:
        """Write the report beside the file; returns the same in short, as notices."""
        told = [f"{form} ({count:,}): {loss.what}: {loss.instead}" for (form, loss), count in self._found()]
        head = f"{self.file}: {_questions(self.written)} written, {_questions(len(self.left_out))} left out."
        lost = "What the format cannot hold, by form, with the number of questions and what is there instead:"
        parts = [f"# {head}", *([lost, "\n".join(f"- {line}" for line in told)] if told else ["Nothing is lost."])]
        if self.left_out:
            parts += ["Left out:", "\n".join(f"- {id}" for id in self.left_out)]
        text = "\n\n".join(parts) + "\n"
        (folder / f"losses-{self.file.partition('.')[0]}.md").write_text(text, encoding="utf-8", newline="\n")
        return tuple(f"{self.file}: {line}" for line in self._notices())

    def _notices(self) -> Iterator[str]:
        """The same in short: a line for each loss, whatever the form."""
        if self.left_out:
            yield f"{_questions(len(self.left_out))} left out, which losses-{self.file.partition('.')[0]}.md names"
        counts = Counter[Loss]()
        for (_, loss), count in self._found():
            counts[loss] += count
        for loss, count in counts.items():
            yield f"{loss.what}: {loss.instead} ({_questions(count)})"

    def _found(self) -> list[tuple[tuple[str, Loss], int]]:
        return sorted(self.found.items(), key=lambda each: (each[0][0], each[0][1].what))


def _questions(count: int) -> str:
    return f"{count:,} question{'s' * (count != 1)}"
