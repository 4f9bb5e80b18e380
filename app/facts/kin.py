"""The relatives that a record or the person speaks of, ill or well: who they are, and what they have or do not have.

Family facts (`app.facts.family`) hold one disease of one relation, which is what guidelines count. Here each person
stays one person, with those who are well, whose health is not known, or who were adopted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.dates import PartialDate
from app.records.model import Adoption, Author, Code, Reason, RecordEntry, Sex, Source

USABLE = frozenset({Reason.REFUTED, Reason.NOT_A_BLOOD_RELATIVE, Reason.NO_CONTENT, Reason.UNCODED})
"""An entry set aside for one of these reasons still speaks of a person of the family."""


@dataclass(frozen=True, slots=True)
class KinCondition:
    """A relative's disease: `name` as in `family_<name>` facts (None when it is not one of them), and as written.

    Ages are completed years, equal when the age is known. `absent`: this relative does NOT have it.
    """

    name: str | None
    text: str | None = None
    codes: tuple[Code, ...] = ()
    onset_low: float | None = None
    onset_high: float | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Kin:
    """One relative. `relation` is a name of the case vocabulary, None when the record does not say which.

    `health_known` is False where the record says that nothing is known of this person's health.
    """

    relation: str | None
    sex: Sex | None = None
    born: PartialDate | None = None
    deceased: bool | None = None
    age_at_death: float | None = None
    adoption: Adoption | None = None
    health_known: bool = True
    conditions: tuple[KinCondition, ...] = ()
    author: Author = "professional"
    sources: tuple[Source, ...] = ()


def of_entries(entries: Iterable[tuple[RecordEntry, tuple[KinCondition, ...]]]) -> tuple[Kin, ...]:
    """The relatives of family entries, with the conditions that were recognised in each; one file's entries of one
    `key` are one person."""
    people: dict[tuple[str, str], Kin] = {}
    for entry, conditions in entries:
        told = entry.relative
        if told is None or not (entry.refusal is None or entry.refusal.reason in USABLE):
            continue
        key = (entry.source.file, told.key or entry.source.entry)
        before = people.get(key) or Kin(
            told.relation, told.sex, told.born, told.deceased, told.age_at_death, told.adoption, entry.unknown is None,
            author=entry.author,
        )  # fmt: skip
        people[key] = replace(
            before, conditions=(*before.conditions, *conditions), sources=(*before.sources, entry.source)
        )
    return tuple(people.values())
