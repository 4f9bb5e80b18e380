"""Can this value be? Ranges, units that people confuse, and values that cannot be true together.

A value outside the hard range is set aside; a probable repair is offered in words, never applied. A value outside the
usual range that would be usual in another unit is set aside as a suspect unit; otherwise it is kept, with a note.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.facts.units import other_readings, rounded, units
from app.facts.vocabulary import Fact
from app.records.model import Quantity, Reason

_SHIFTS = (Decimal("0.1"), Decimal(10), Decimal("0.01"), Decimal(100))


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` when the value must not be used; `words` a sentence to show (also as a note on a kept value)."""

    reason: Reason | None = None
    words: str | None = None


_FINE = Verdict()


def judge(fact: Fact, quantity: Quantity, value: Decimal, ranges: tuple[str, ...] = ()) -> Verdict:
    """`value` is `quantity` in the canonical unit; `ranges` are the laboratory's reference ranges in words."""
    if fact.plausible is None:
        return _FINE
    hard, soft = fact.plausible.hard, fact.plausible.soft
    if _beyond(value, quantity.comparator, soft, hard):
        return Verdict(Reason.IMPLAUSIBLE_VALUE, _impossible(fact, quantity))
    if quantity.comparator is not None:
        return _FINE
    if other := _range_in_other_unit(fact, quantity, ranges):
        return Verdict(
            Reason.SUSPECT_UNIT,
            f"{quantity.raw} : l'intervalle de référence est en {other}, l'unité est peut-être fausse.",
        )
    if soft[0] <= value <= soft[1]:
        return _FINE
    for unit, reading in other_readings(quantity.value, fact):
        if reading != value and soft[0] <= reading <= soft[1]:
            return Verdict(Reason.SUSPECT_UNIT, f"{quantity.raw} : peut-être {quantity.value:f} {unit} ?")
    return Verdict(words=f"Valeur inhabituelle ({quantity.raw}) : à vérifier.")


def _beyond(
    value: Decimal, comparator: str | None, soft: tuple[float, float], hard: tuple[float, float]
) -> bool:
    """A bound is judged by all that it allows: `> 90` may be 90; `< 0.2` of what is never near zero cannot be."""
    if comparator is None:
        return not hard[0] <= value <= hard[1]
    if comparator.startswith(">"):
        return value > hard[1]
    return value < hard[0] or (hard[0] > 0 and value < soft[0])


def _impossible(fact: Fact, quantity: Quantity) -> str:
    sentence = f"{quantity.raw or quantity.value} : valeur impossible."
    repair = _repair(fact, quantity)
    return f"{sentence} Était-ce {repair} ?" if repair else sentence


def _repair(fact: Fact, quantity: Quantity) -> str | None:
    """The likeliest meaning: another unit first, then a lost decimal sign."""
    assert fact.plausible is not None
    low, high = fact.plausible.soft
    for unit, reading in other_readings(quantity.value, fact):
        if low <= reading <= high:
            canonical = f" ({rounded(reading):g} {fact.unit})" if unit != fact.unit else ""
            return f"{quantity.value:f} {unit}{canonical}"
    conversion = units().conversion(quantity.unit, fact) if quantity.unit else None
    for shift in _SHIFTS:
        shifted = quantity.value * shift
        if conversion is not None and low <= conversion(shifted) <= high:
            return f"{shifted.normalize():f} {quantity.unit}"
    return None


def _range_in_other_unit(fact: Fact, quantity: Quantity, ranges: tuple[str, ...]) -> str | None:
    """The unit in which the laboratory gives its range, when it is not that of the value and would fit the value."""
    assert fact.plausible is not None
    words = " ".join(ranges).lower().replace("µ", "u").replace("μ", "u")
    if not words or not quantity.unit:
        return None
    stated = {spelling.lower() for spelling in units().spellings(quantity.unit)}
    if any(spelling in words for spelling in stated):
        return None
    low, high = fact.plausible.soft
    for unit, reading in other_readings(quantity.value, fact):
        if unit.lower() not in stated and unit.lower() in words and low <= reading <= high:
            return unit
    return None
