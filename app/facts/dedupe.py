"""The same thing said twice: a duplicate adds a source, a near duplicate is set aside, a disagreement stays visible.

Office and home readings of a measure are never merged, even when equal: the author of a value stays with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.dates import PartialDate
from app.facts.model import Fact
from app.facts.vocabulary import Fact as Definition
from app.records.model import Author, RecordEntry

RELIABILITY: dict[Author, int] = {"professional": 3, "system": 2, "computed": 2, "device": 1, "citizen": 0}
"""Whose word stands when two speak of the same day."""

ONE_OF_A_KIND = {
    "mother", "father", "maternal_grandmother", "maternal_grandfather", "paternal_grandmother",
    "paternal_grandfather",
}
_SAME, _NEAR = 1e-6, 0.01


@dataclass(slots=True)
class Candidate:
    """A fact with the entry that it comes from."""

    fact: Fact
    entry: RecordEntry
    definition: Definition


@dataclass(slots=True)
class Merged:
    """What is kept, and what was set aside as saying the same thing again."""

    kept: list[Candidate]
    near: list[Candidate]


def merge(candidates: Iterable[Candidate]) -> Merged:
    """Merge duplicates within each fact id; the order of the record decides only between equals."""
    by_id: dict[str, list[Candidate]] = {}
    near: list[Candidate] = []
    for candidate in candidates:
        _put(candidate, by_id.setdefault(candidate.fact.id, []), near)
    kept = [candidate for group in by_id.values() for candidate in group]
    for group in by_id.values():
        _mark_conflicts(group)
    return Merged(kept, near)


def _put(new: Candidate, group: list[Candidate], near: list[Candidate]) -> None:
    for position, old in enumerate(group):
        if _is_duplicate(old, new):
            group[position] = _join(old, new)
            return
    for position, old in enumerate(group):
        if _is_near(old, new):
            if RELIABILITY[new.fact.author] > RELIABILITY[old.fact.author]:
                group[position], new = new, old
            near.append(new)
            return
    group.append(new)


def _is_duplicate(old: Candidate, new: Candidate) -> bool:
    match old.definition.type:
        case "quantity":
            return _same_number(old, new)
        case "dose":
            return _same_dose(old, new)
        case "family":
            return _same_relative(old, new)
        case "event":
            done = "done" in (old.fact.value, new.fact.value) and False not in (old.fact.value, new.fact.value)
            return (old.fact.value == new.fact.value or done) and _overlap(old.fact.date, new.fact.date)
        case "boolean":
            same = old.fact.value == new.fact.value
            undated = (old.fact.date is None or new.fact.date is None) and old.entry.kind == new.entry.kind
            return same and (undated or _overlap(old.fact.date, new.fact.date))
        case "text":  # two unlisted tests of one day may have the same result
            same = old.fact.value == new.fact.value and old.fact.date == new.fact.date
            return same and old.fact.details.get("code") == new.fact.details.get("code")
        case _:
            return old.fact.value == new.fact.value and old.fact.date == new.fact.date


def _same_number(old: Candidate, new: Candidate) -> bool:
    if old.fact.date != new.fact.date or old.fact.comparator != new.fact.comparator:
        return False
    if _distance(old, new) > _SAME:
        return False
    if old.definition.category != "measures" or set(old.entry.identifiers) & set(new.entry.identifiers):
        return True
    return old.fact.author == new.fact.author


def _is_near(old: Candidate, new: Candidate) -> bool:
    """Equal but for rounding, on the same day, from another unit or another author: a copy, not a second measure."""
    if old.definition.type != "quantity" or old.fact.date != new.fact.date or old.fact.date is None:
        return False
    if old.fact.comparator != new.fact.comparator or _distance(old, new) > _NEAR:
        return False
    retyped = old.fact.author != new.fact.author and old.definition.category != "measures"
    return retyped or _unit(old) != _unit(new)


def _unit(candidate: Candidate) -> str:
    value = candidate.entry.value
    unit = getattr(value, "unit", None) or ""
    return str(unit).lower()


def _distance(old: Candidate, new: Candidate) -> float:
    """Relative difference of two numbers; infinite when they are not numbers."""
    one, two = old.fact.value, new.fact.value
    if not isinstance(one, float | int) or not isinstance(two, float | int):
        return float("inf")
    return abs(one - two) / (abs(one) or 1.0) if one != two else 0.0


def _same_dose(old: Candidate, new: Candidate) -> bool:
    """One dose is one target, day and lot; a partial date joins an exact one only with the same lot or rank."""
    lots = {lot for lot in (old.fact.details.get("lot"), new.fact.details.get("lot")) if lot}
    if len(lots) > 1:
        return False
    if old.fact.date == new.fact.date:
        return True
    ranks = {old.fact.details.get("dose_number"), new.fact.details.get("dose_number")}
    same = (len(ranks) == 1 and None not in ranks) or (
        old.fact.details.get("lot") is not None and old.fact.details.get("lot") == new.fact.details.get("lot")
    )
    return same and _overlap(old.fact.date, new.fact.date)


def _same_relative(old: Candidate, new: Candidate) -> bool:
    if old.fact.value != new.fact.value:
        return False
    if set(old.entry.identifiers) & set(new.entry.identifiers):
        return True
    if old.fact.value not in ONE_OF_A_KIND:
        return False
    onsets = {old.fact.details.get("onset_low"), new.fact.details.get("onset_low")}
    return len(onsets) == 1 or None in onsets


def _overlap(one: PartialDate | None, two: PartialDate | None) -> bool:
    """The same day, as far as both dates tell."""
    if one is None or two is None:
        return one is two
    return one.earliest <= two.latest and two.earliest <= one.latest


def _join(old: Candidate, new: Candidate) -> Candidate:
    """One fact with both sources: the more reliable author, the more precise date, the stated result."""
    first, second = old.fact, new.fact
    better = new if RELIABILITY[second.author] > RELIABILITY[first.author] else old
    sources = (*first.sources, *(source for source in second.sources if source not in first.sources))
    value = second.value if first.value == "done" else first.value
    details = {**second.details, **first.details}
    if old.definition.type == "family" and first.details.get("onset_low") is None:
        details = {**first.details, **second.details}
    fact = replace(
        better.fact, value=value, sources=sources, details=details, date=_more_precise(first.date, second.date),
        as_recorded=first.as_recorded or second.as_recorded,
    )
    return Candidate(fact, better.entry, old.definition)


def _more_precise(one: PartialDate | None, two: PartialDate | None) -> PartialDate | None:
    if one is None or two is None:
        return one or two
    return two if two.latest - two.earliest < one.latest - one.earliest else one


def _mark_conflicts(group: list[Candidate]) -> None:
    """Name, on each side, the entries that say something else of the same day (or of a whole life: « never »)."""
    if group[0].definition.type not in ("coded", "boolean", "event"):
        return
    for candidate in group:
        others = [
            source.entry for other in group for source in other.fact.sources
            if other.fact.value != candidate.fact.value and _contradict(candidate, other)
        ]
        if others:
            details = {**candidate.fact.details, "conflicts_with": tuple(dict.fromkeys(others))}
            candidate.fact = replace(candidate.fact, details=details)


def _contradict(one: Candidate, other: Candidate) -> bool:
    if "never" in (one.fact.value, other.fact.value):
        return True
    sources = set(one.fact.sources) & set(other.fact.sources)
    return not sources and one.fact.date is not None and one.fact.date == other.fact.date
