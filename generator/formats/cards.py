"""Flash cards to cut: a PDF of two by four cards a page, to print on both sides and flip on the long edge."""

from __future__ import annotations

from pathlib import Path

from generator.bank import Bank
from generator.formats.pdf import save
from generator.printing.cards import cards
from generator.printing.typesetting import bodies, job


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``cards.pdf``; nothing where no question makes a card."""
    document = cards(bank)
    if document is None:
        return ("cards.pdf is not written: no question is of a form that makes a card, such as flash or open",)
    (some,) = bodies([document])
    return tuple(save({"cards": job(some, bank.printed, bank.title, cards=True)}, folder))
