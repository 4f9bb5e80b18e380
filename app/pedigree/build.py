"""The facts of a person → their family: relatives told twice are one; the person's own diseases are there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from app.facts.dedupe import ONE_OF_A_KIND, RELIABILITY
from app.facts.kin import Kin, KinCondition
from app.facts.model import FactSheet
from app.facts.reduce import ReducedFacts
from app.pedigree.content import load_content
from app.records.relatives import KINSHIPS

SELF = "self"


@dataclass(frozen=True, slots=True)
class Pedigree:
    """The person (`relation` is `self`), their blood relatives and those adopted into the family."""

    person: Kin
    relatives: tuple[Kin, ...]
    as_of: date
    adopted: bool = False
    """The person was adopted: relatives told may be those of the adoptive family only if the record says so."""

    def named(self, *relations: str) -> list[Kin]:
        return [kin for kin in self.relatives if kin.relation in relations]


def pedigree_of(sheet: FactSheet) -> Pedigree:
    """The family that the sheet tells of."""
    return Pedigree(
        _person(sheet),
        tuple(_sorted([joined for joined, _ in statements(sheet)])),
        sheet.as_of,
        adopted=any(kin.adoption == "adopter" for kin in sheet.kin),
    )


def statements(sheet: FactSheet) -> list[tuple[Kin, tuple[Kin, ...]]]:
    """Each relative as one person, with what each place says of them."""
    found: list[tuple[Kin, tuple[Kin, ...]]] = []
    for kin in _people(sheet.kin):
        same = next((place for place, (other, _) in enumerate(found) if _same_person(other, kin)), None)
        if same is None:
            found.append((kin, (kin,)))
        else:
            joined, told = found[same]
            found[same] = (_join(joined, kin), (*told, kin))
    return found


def _people(everyone: Iterable[Kin]) -> Iterable[Kin]:
    """Without adoptive parents, whose health says nothing of heredity, and entries that speak of nobody."""
    for kin in everyone:
        told = any(not condition.absent for condition in kin.conditions)
        if kin.adoption != "adopter" and (kin.relation or told):
            yield replace(kin, conditions=_conditions(kin.conditions))


def _person(sheet: FactSheet) -> Kin:
    subject = sheet.subject
    facts = ReducedFacts(sheet)
    own = [
        KinCondition(condition.id)
        for condition in load_content().conditions
        if condition.own and facts.get(condition.own).value not in (None, False, "none")
    ]
    sex = subject.administrative_sex if subject else "unknown"
    return Kin(
        SELF, None if sex == "unknown" else sex, subject.birth_date if subject else None, conditions=tuple(own)
    )


def _same_person(one: Kin, other: Kin) -> bool:
    """Two statements of different places that can only be, or very probably are, about one relative.

    Mother, father and grandparents are one of a kind. Two sisters of one file are two; a sister of another file is the
    same when a disease and its age agree.
    """
    if one.relation != other.relation or one.relation is None:
        return False
    if one.relation in ONE_OF_A_KIND:
        return True
    if one.adoption != other.adoption:
        return False
    if {source.file for source in one.sources} & {source.file for source in other.sources}:
        return False
    return any(
        a.name == b.name is not None and not a.absent and not b.absent and agree(a, b)
        for a in one.conditions
        for b in other.conditions
    )


def _contradict(one: KinCondition, other: KinCondition) -> bool:
    return one.absent != other.absent or not agree(one, other)


def agree(one: KinCondition, other: KinCondition) -> bool:
    """The ages at diagnosis may be the same, as far as both are known."""
    low = max(age for age in (one.onset_low, other.onset_low, 0.0) if age is not None)
    high = min(age for age in (one.onset_high, other.onset_high, 120.0) if age is not None)
    return low <= high


def _join(one: Kin, other: Kin) -> Kin:
    """One person from two statements: what the more reliable author says first, completed by the other. What the person
    says against their record is no second disease: it is told apart (`app.pedigree.differences`)."""
    if RELIABILITY[other.author] > RELIABILITY[one.author]:
        one, other = other, one
    added = other.conditions
    if other.author == "citizen" != one.author:
        told = {condition.name: condition for condition in one.conditions if condition.name}
        added = tuple(c for c in added if c.name not in told or not _contradict(c, told[c.name]))
    return replace(
        one,
        sex=one.sex or other.sex,
        born=one.born or other.born,
        deceased=other.deceased if one.deceased is None else one.deceased,
        age_at_death=other.age_at_death if one.age_at_death is None else one.age_at_death,
        adoption=one.adoption or other.adoption,
        health_known=one.health_known or other.health_known,
        conditions=_conditions((*one.conditions, *added)),
        sources=(*one.sources, *(source for source in other.sources if source not in one.sources)),
    )


def _conditions(told: Iterable[KinCondition]) -> tuple[KinCondition, ...]:
    """Each disease once, with the most precise age; a disease that somebody reports wins over one that is denied."""
    found: dict[object, KinCondition] = {}
    for condition in told:
        key = condition.name or condition.text or condition.codes
        before = found.get(key)
        if before is None or (before.absent and not condition.absent):
            found[key] = condition
        elif before.absent != condition.absent:
            continue
        elif not agree(before, condition):
            found[(key, condition.onset_low)] = condition  # a second cancer, at another age
        elif before.onset_low is None:
            found[key] = condition
    return tuple(found.values())


def _sorted(relatives: list[Kin]) -> list[Kin]:
    """In the order in which a family is told: parents, siblings, children, the mother's side, the father's."""
    order = list(KINSHIPS)
    return sorted(
        relatives,
        key=lambda kin: (
            order.index(kin.relation) if kin.relation in KINSHIPS else len(order),
            kin.born.earliest if kin.born else date.max,
        ),
    )
