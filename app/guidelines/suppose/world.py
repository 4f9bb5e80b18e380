"""The same person, had they answered otherwise: the answers replace what is known of these facts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.dates import PartialDate
from app.errors import UsageError
from app.facts.answers import apply_answers
from app.facts.model import FactSheet
from app.facts.reduce import ReducedFacts
from app.facts.vocabulary import Vocabulary
from app.guidelines.reader import Reader
from app.guidelines.suppose.possible import Answers as Supposed

if TYPE_CHECKING:
    from app.guidelines.evaluate import Answers
    from app.guidelines.pack import Rulebook

_TOGETHER = {"systolic_bp": ("systolic_bp", "diastolic_bp")}
"""Facts that one answer gives."""


def supposing(book: Rulebook, reader: Reader, supposed: Supposed) -> Answers | None:
    """The guidelines' answers for that person; None when nobody could answer so (a day before birth)."""
    from app.guidelines.evaluate import Answers  # which weighs its questions with this module

    try:
        sheet = _sheet(reader.sheet, supposed, reader.facts.vocabulary)
    except UsageError:
        return None
    other = Reader(ReducedFacts(sheet, reader.facts.vocabulary), sheet)
    other.estimates.stopped = reader.estimates.stopped
    return Answers(book, other)


def _sheet(sheet: FactSheet, supposed: Supposed, vocabulary: Vocabulary) -> FactSheet:
    names = {part for name in supposed for part in _TOGETHER.get(name, (name,))}
    subject = sheet.subject
    if "birth_date" in supposed and subject is not None:
        subject = replace(subject, birth_date=PartialDate.of(supposed["birth_date"]))
    kept = replace(
        sheet, subject=subject, facts={name: values for name, values in sheet.facts.items() if name not in names},
        unknown=[unknown for unknown in sheet.unknown if unknown.id not in names],
    )
    rest = {name: answer for name, answer in supposed.items() if name != "birth_date"}
    return apply_answers(kept, rest, vocabulary)
