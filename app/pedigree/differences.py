"""Where what the person says of a relative and what their record says do not go together: both stay visible."""

from __future__ import annotations

from dataclasses import dataclass

from app.facts.kin import Kin
from app.facts.model import FactSheet
from app.pedigree.build import agree, statements


@dataclass(frozen=True, slots=True)
class Difference:
    """One relative, as a place of the record and as the person tells of them."""

    recorded: Kin
    told: Kin


def differences(sheet: FactSheet) -> list[Difference]:
    """Every relative of whom the two say something that cannot both be true. Recommendations follow the record."""
    found = []
    for _, every in statements(sheet):
        mine = [kin for kin in every if kin.author == "citizen"]
        theirs = [kin for kin in every if kin.author != "citizen"]
        found += [Difference(recorded, told) for recorded in theirs for told in mine if _differ(recorded, told)]
    return found


def _differ(one: Kin, other: Kin) -> bool:
    if None not in (one.deceased, other.deceased) and one.deceased != other.deceased:
        return True
    if None not in (one.age_at_death, other.age_at_death) and one.age_at_death != other.age_at_death:
        return True
    if one.born and other.born and (one.born.latest < other.born.earliest or other.born.latest < one.born.earliest):
        return True
    return any(
        a.absent != b.absent or not agree(a, b)
        for a in one.conditions
        for b in other.conditions
        if a.name is not None and a.name == b.name
    )
