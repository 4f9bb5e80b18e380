"""What one month's answers add up to: counts over the people who consent, and nothing of anybody.

A month is JSON: `statuses` (guideline version → status → people), `inputs` (fact → bin → people), `decisions` and
`software` (guideline version → what was decided → times), `groups` (guideline → sex and age → times), `calibration`
(model → group → people, announced, happened), `edges` (fact → where its bins end, made in the reference month).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.dates import age_on
from app.facts.model import Fact, FactSheet
from app.facts.reduce import ReducedFacts
from app.guidelines.estimates import Estimates
from app.guidelines.pack import Pack
from app.plans.model import Plan
from app.services.guarantee.people import Looked
from app.services.monitoring.content import Monitoring, OutcomeOf

Table = dict[str, dict[str, float]]
BINS = 5
FEWEST = 11
"""Values without which a fact has no bins of its own."""
OVERRIDES = frozenset({"set_aside", "adapt", "overridden"})


@dataclass(slots=True)
class Counts:
    """Fill with `add`, then `to_json`. `edges`: those of the reference month (None: this one is it)."""

    rules: Monitoring
    pack: Pack
    month: str
    edges: Mapping[str, list[float]] | None = None
    people: int = 0
    statuses: Table = field(default_factory=dict)
    inputs: Table = field(default_factory=dict)
    decisions: Table = field(default_factory=dict)
    groups: Table = field(default_factory=dict)
    calibration: Table = field(default_factory=dict)
    numbers: dict[str, list[float]] = field(default_factory=dict)

    def add(self, one: Looked) -> None:
        plan, self.people = one.plan, self.people + 1
        group = self._group(plan)
        for item in plan.items:
            guideline = item.recommendation.guideline
            _count(self.statuses, f"{guideline.id}@{guideline.effective_from}", item.status.value)
        for name, value in _inputs(plan.sheet):
            if isinstance(value, float):
                self.numbers.setdefault(name, []).append(value)
            else:
                _count(self.inputs, name, value)
        for decision in one.reviews:
            if decision.on.isoformat()[:7] == self.month and (key := self._in_force(decision.guideline, decision.on)):
                kind = f"{decision.kind}:{decision.reason}" if decision.reason else decision.kind
                _count(self.decisions, key, kind)
                if group is not None:
                    for part in group:
                        _count(self.groups, decision.guideline, f"{part}:decided")
                        _count(self.groups, decision.guideline, f"{part}:overridden", decision.kind in OVERRIDES)
        for outcome in self.rules.outcomes:
            self._calibrate(outcome, plan, group)

    def to_json(self, software: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
        """`software`: guideline, version and what became of each card given in the month."""
        edges = dict(self.edges) if self.edges is not None else {
            name: found for name, values in self.numbers.items() if (found := _edges(values))
        }  # fmt: skip
        inputs = {name: dict(bins) for name, bins in self.inputs.items()}
        for name, values in self.numbers.items():
            for value in values:
                _count(inputs, name, f"bin{bisect_right(edges[name], value)}" if name in edges else "known")
        for bins in inputs.values():
            if missing := self.people - sum(bins.values()):
                bins["unknown"] = missing
        cards: Table = {}
        for guideline, version, outcome in software:
            _count(cards, f"{guideline}@{version}", outcome)
        return {
            "people": self.people, "pack": self.pack.version, "statuses": self.statuses, "inputs": inputs,
            "decisions": self.decisions, "software": cards, "groups": self.groups, "calibration": self.calibration,
            "edges": edges,
        }  # fmt: skip

    def _in_force(self, guideline: str, day: date) -> str | None:
        found = next((one for one in self.pack.on(day) if one.id == guideline), None)
        return f"{guideline}@{found.effective_from}" if found else None

    def _group(self, plan: Plan) -> tuple[str, str] | None:
        """The sex and the class of ages."""
        subject = plan.sheet.subject
        if subject is None or subject.birth_date is None:
            return None
        age = age_on(subject.birth_date.earliest, plan.as_of)
        return subject.administrative_sex, self.rules.band(age)

    def _calibrate(self, outcome: OutcomeOf, plan: Plan, group: tuple[str, str] | None) -> None:
        """The risk as it would have been told `back_years` ago, and what happened since."""
        day = plan.as_of
        start = date(day.year - outcome.back_years, day.month, min(day.day, 28))
        birth = plan.sheet.subject.birth_date if plan.sheet.subject else None
        if birth is None or birth.latest > start:
            return
        past: FactSheet = replace(plan.sheet, as_of=start)
        found = Estimates(ReducedFacts(past, plan.pack.vocabulary), past).of(outcome.model).estimate
        if found is None or found.value is None:
            return
        risk = found.value / 100 if found.unit == "%" else found.value
        expected = 1 - (1 - risk) ** (outcome.back_years / outcome.horizon_years)
        happened = any(_happened(fact, start, day) for fact in plan.sheet.facts.get(outcome.fact, ()))
        for part in ("all", *(group or ())):
            _count(self.calibration, outcome.model, f"{part}:people")
            _count(self.calibration, outcome.model, f"{part}:announced", expected)
            _count(self.calibration, outcome.model, f"{part}:happened", happened)


def _inputs(sheet: FactSheet) -> Iterable[tuple[str, str | float]]:
    """The last value of each fact of a person, as a number or a word."""
    for name, facts in sheet.facts.items():
        value = facts[-1].value if facts else None
        if isinstance(value, bool) or value is None:
            yield name, str(value).lower()
        elif isinstance(value, int | float):
            yield name, float(value)
        else:
            yield name, value if isinstance(value, str) and len(value) <= 40 and value.isidentifier() else "known"


def _happened(fact: Fact, start: date, end: date) -> bool:
    return fact.value not in (False, None) and fact.date is not None and start < fact.date.earliest <= end


def _edges(values: list[float]) -> list[float]:
    """Where the bins end: each holds about as many values."""
    if len(values) < FEWEST:
        return []
    ordered = sorted(values)
    return sorted({ordered[len(ordered) * part // BINS] for part in range(1, BINS)})


def _count(table: Table, row: str, cell: str, add: float = 1) -> None:
    cells = table.setdefault(row, {})
    cells[cell] = cells.get(cell, 0) + add
