"""What of a person's facts the granted categories let through."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any

from app.facts.model import FactSheet, UnknownFact
from app.facts.vocabulary import Vocabulary
from app.trust.vocabulary import CATEGORIES

WITHHELD = "non partagé"


def visible(sheet: FactSheet, granted: Set[str], vocabulary: Vocabulary) -> FactSheet:
    """The sheet with the facts of the granted categories only.

    Entries set aside and documents have no category: they show only when every category is granted. So do the
    names of the record's sections, from which absences are presumed.
    """
    if granted >= set(CATEGORIES):
        return sheet
    return replace(
        sheet,
        subject=sheet.subject if "identity" in granted else None,
        facts={name: facts for name, facts in sheet.facts.items() if _granted(name, granted, vocabulary)},
        unknown=[item for item in sheet.unknown if _granted(item.id, granted, vocabulary)],
        set_aside=[],
        documents=[],
        sections=frozenset(),
        kin=sheet.kin if "family" in granted else (),
        treating=sheet.treating if "identity" in granted else (),
    )


def presume_nothing(sheet: FactSheet, granted: Set[str], vocabulary: Vocabulary) -> FactSheet:
    """Say of every fact that is not granted that it is unknown, whether or not the record holds it: its
    silence must not be taken as "no" by rules that presume absence."""
    if granted >= set(CATEGORIES):
        return sheet
    hidden = [fact.id for fact in vocabulary.facts.values() if fact.category not in granted]
    return replace(sheet, unknown=[*sheet.unknown, *(UnknownFact(name, WITHHELD) for name in hidden)])


def visible_answers(answers: Mapping[str, Any], granted: Set[str], vocabulary: Vocabulary) -> dict[str, Any]:
    return {name: answer for name, answer in answers.items() if _granted(name, granted, vocabulary)}


def category_of(fact: str, vocabulary: Vocabulary) -> str | None:
    """The category of a fact, by its id or one of its other names, or of the answer about the whole family; None when
    there is no such fact."""
    if fact == "family":
        return "family"
    known = vocabulary.names.get(fact)
    return vocabulary.facts[known].category if known else None


def _granted(fact: str, granted: Set[str], vocabulary: Vocabulary) -> bool:
    category = category_of(fact, vocabulary)
    return category in granted if category else granted >= set(CATEGORIES)
