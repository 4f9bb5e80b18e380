"""What a doctor decided falls when what it rests on changes, the age of a relative included."""

from __future__ import annotations

from dataclasses import replace

from app.facts.answers import apply_answers
from app.facts.model import FactSheet
from app.plans.plan import make_plan
from app.plans.review import basis_of

BREAST = "breast_cancer_screening"


def basis(sheet: FactSheet) -> str:
    [item] = [one for one in make_plan(sheet).items if one.id == BREAST]
    return basis_of(item.recommendation, sheet)


def test_the_age_of_a_relative_is_part_of_it(everyone: list[FactSheet]) -> None:
    moved = 0
    for person in everyone:
        told = [
            apply_answers(replace(person), {"family_breast_cancer": [{"relation": "sister", "age_at_diagnosis": age}]})
            for age in (60, 61)
        ]
        items = [{one.id: one for one in make_plan(sheet).items}[BREAST].recommendation for sheet in told]
        if all("family_breast_cancer" in item.facts_used for item in items):
            assert basis(told[0]) != basis(told[1])
            moved += 1
    assert moved
