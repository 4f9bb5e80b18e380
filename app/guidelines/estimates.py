"""Risk estimates that criteria may read: reduced facts → inputs of a published model → estimate, once a person.

What a model needs and the facts do not hold is named (`missing`), so that a guideline can ask for it. A model that
refuses (an excluded person, an age outside its range) gives no estimate, and its reason is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.facts.reads import Reads
from app.records.relatives import BOTH_BRANCHES

if TYPE_CHECKING:
    from app.facts.model import FactSheet
    from app.facts.reduce import ReducedFacts, ReducedValue
    from risk_models import RiskEstimate


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of what an estimate may be."""

    value: float
    category: str | None


@dataclass(frozen=True, slots=True)
class Estimated:
    """`estimate`, or why there is none: facts to ask for (`missing`) or a sentence (`refused`).

    `low` and `high` are equal for an estimate, and still known for a score that an unanswered question leaves open.
    """

    low: Bound | None = None
    high: Bound | None = None
    estimate: RiskEstimate | None = None
    missing: tuple[str, ...] = ()
    refused: str | None = None


STOPPED = Estimated(refused="the model is stopped")


class Estimates:
    """The estimates of one person on one day, each computed at most once."""

    __slots__ = ("_memo", "facts", "sheet", "stopped")

    def __init__(self, facts: ReducedFacts, sheet: FactSheet, stopped: frozenset[str] = frozenset()) -> None:
        self.facts, self.sheet = facts, sheet
        self.stopped = stopped
        """Models that were stopped (`app.guidelines.stops`): they give no estimate, and ask for nothing."""
        self._memo: dict[str, Estimated] = {}

    def of(self, model: str) -> Estimated:
        if (found := self._memo.get(model)) is None:
            found = self._memo[model] = STOPPED if model in self.stopped else MODELS[model](self.facts)
        return found

    def bounds(self, model: str) -> tuple[Bound | None, Bound | None]:
        found = self.of(model)
        return found.low, found.high

    def reads(self, model: str) -> tuple[str, ...]:
        """The facts that the model looked at for this person."""
        reads = Reads(self.facts)
        MODELS[model](reads)
        return tuple(reads.seen)

    def missing(self, model: str) -> tuple[str, ...]:
        return self.of(model).missing


def _compute(model: str, inputs: dict[str, Any], names: dict[str, str]) -> Estimated:
    from risk_models import NotApplicable, compute

    try:
        estimate = compute(model, inputs)
    except NotApplicable as refused:
        low, high = refused.refusal.bounds or (None, None)
        if low is not None and high is not None:
            from risk_models.models.eisinger import category_of

            return Estimated(
                Bound(low, category_of(int(low))), Bound(high, category_of(int(high))),
                missing=tuple(dict.fromkeys(names.values())), refused=str(refused),
            )
        inputs_missing = dict.fromkeys(name.partition("[")[0] for name in refused.missing)  # `relatives[0]` is one
        return Estimated(missing=tuple(names.get(name, name) for name in inputs_missing), refused=str(refused))
    assert estimate.value is not None
    bound = Bound(estimate.value, estimate.category)
    return Estimated(bound, bound, estimate)


_SCORE2_FACTS = {"sbp": "systolic_bp", "total_cholesterol": "total_cholesterol", "hdl_cholesterol": "hdl_cholesterol"}
_SCORE2_EXCLUSIONS = {
    "established_cvd": "cardiovascular_disease", "severe_chronic_kidney_disease": "chronic_kidney_disease",
    "familial_hypercholesterolaemia": "familial_hypercholesterolaemia", "pregnant": "pregnant",
}


def _score2(facts: ReducedFacts, model: str, ages: tuple[int, int]) -> Estimated:
    age = facts.get("age")
    if age.state != "known" or age.low is None or age.low != age.high or not ages[0] <= age.low <= ages[1]:
        return Estimated(refused="age outside the range of the model")
    inputs: dict[str, Any] = {"region": "low", "age": int(age.low)}
    names = {**_SCORE2_FACTS, "sex": "sex_at_birth", "smoker": "tobacco_status"}
    sex, tobacco, diabetes = facts.get("sex_at_birth"), facts.get("tobacco_status"), facts.get("diabetes")
    if sex.state in _SAID:
        inputs["sex"] = sex.value
    if tobacco.state in _SAID:
        inputs["smoker"] = tobacco.value == "current"
    if diabetes.state in _SAID:
        inputs["diabetes"] = diabetes.value in ("type1", "type2")
    for name, fact in _SCORE2_FACTS.items():
        number = _number(facts.get(fact))
        if number is not None:
            inputs[name] = number
    for name, fact in _SCORE2_EXCLUSIONS.items():
        if facts.get(fact).value is True:
            inputs[name] = True
    return _compute(model, inputs, names)


_SAID = ("known", "presumed")


def _number(reading: ReducedValue) -> float | None:
    """A value, not a bound (`> 90`) and not a stale one."""
    return reading.low if reading.state == "known" and reading.low == reading.high else None


_CANCERS = {"family_breast_cancer": "breast", "family_ovarian_cancer": "ovary"}


def _eisinger(facts: ReducedFacts) -> Estimated:
    """Families that nobody has spoken of give no score; relatives listed are taken as the whole list."""
    relatives: list[dict[str, Any]] = []
    silent: list[str] = []
    for fact_id, cancer in _CANCERS.items():
        reading = facts.get(fact_id)
        if reading.state != "known" and not reading.facts:
            silent.append(fact_id)
        relatives += [_relative(fact.details, cancer) for fact in reading.facts]
    if silent and not relatives:
        return Estimated(missing=tuple(silent), refused="the family history is not known")
    return _compute("eisinger", {"relatives": relatives}, {"relatives": "family_breast_cancer"})


def _relative(details: Any, cancer: str) -> dict[str, Any]:
    """A breast cancer of a relative whose sex nobody gave (a cousin) counts as a woman's, who has the fewer points."""
    low, high = details.get("onset_low"), details.get("onset_high")
    known = low is not None and low == high
    both = details.get("relation") in BOTH_BRANCHES
    return {
        "branch": details.get("side") or ("both" if both else "unknown"), "cancer": cancer,
        "sex": "female" if cancer == "ovary" else details.get("sex") or "female",
        "age": int(low) if known else None if low is None or high is None else [int(low), int(high)],
    }


_FINDRISC_FACTS = {
    "sex": "sex_at_birth", "daily_activity_30min": "daily_activity_30min",
    "vegetables_every_day": "vegetables_every_day", "ever_bp_medication": "antihypertensive_treatment",
}


def _findrisc(facts: ReducedFacts) -> Estimated:
    """The eight questions; a high glucose "ever" is a prediabetes or a gestational diabetes, said or denied."""
    age = facts.get("age")
    if age.state != "known" or age.low is None or age.low != age.high:
        return Estimated(missing=("birth_date",), refused="the age is not known")
    names = {**_FINDRISC_FACTS, "bmi": "bmi", "waist": "waist", "ever_high_glucose": "prediabetes",
             "family_diabetes": "family_diabetes"}
    inputs: dict[str, Any] = {"age": int(age.low)}
    for name, fact in _FINDRISC_FACTS.items():
        if facts.get(fact).state in _SAID:
            inputs[name] = facts.get(fact).value
    for name in ("bmi", "waist"):
        number = _number(facts.get(name))
        if number is not None:
            inputs[name] = number
    causes = ["prediabetes"] if inputs.get("sex") == "male" else ["prediabetes", "gestational_diabetes_history"]
    said = [facts.get(cause) for cause in causes]
    if any(reading.value is True for reading in said):
        inputs["ever_high_glucose"] = True
    elif all(reading.state in _SAID for reading in said):
        inputs["ever_high_glucose"] = False
    if (closest := _closest(facts.get("family_diabetes"))) is not None:
        inputs["family_diabetes"] = closest
    if facts.get("diabetes").value in ("type1", "type2"):
        inputs["known_diabetes"] = True
    if facts.get("pregnant").value is True:
        inputs["pregnant"] = True
    return _compute("findrisc", inputs, names)


def _closest(relatives: ReducedValue) -> str | None:
    """The closest relative with the disease; first cousins count with the second degree. None: not known."""
    degrees = [fact.details.get("degree") for fact in relatives.facts]
    if 1 in degrees:
        return "first_degree"
    if relatives.state != "known" or None in degrees:
        return None
    return "second_degree" if degrees else "none"


@dataclass(frozen=True, slots=True)
class _Questionnaire:
    """Answers that are points, one fact each, or the score that a record holds; a part of the answers gives bounds."""

    model: str
    items: tuple[str, ...]
    worst: int
    score: str
    asks_sex: bool = False
    last_asked_last: bool = False
    """Nobody is asked about thoughts of death out of the blue: only once the other answers are there."""

    def __call__(self, facts: ReducedFacts) -> Estimated:
        answers = self._answers(facts)
        recorded = _number(facts.get(self.score))
        if None in answers and recorded is not None:  # any answers with this sum: they have the same class
            answers = [max(0, min(self.worst, int(recorded) - self.worst * place)) for place in range(len(self.items))]
        missing = tuple(item for item, answer in zip(self.items, answers, strict=True) if answer is None)
        silent = len(missing) == len(self.items)
        if self.last_asked_last and len(missing) > 1:
            missing = tuple(item for item in missing if item != self.items[-1])
        if silent:
            return Estimated(missing=missing, refused="nothing was answered")
        low, high = (self._filled(answers, points, facts) for points in (0, self.worst))
        if low.low is None or high.low is None:
            return Estimated(missing=self.items, refused=low.refused or high.refused)
        return Estimated(low.low, high.low, None if missing else low.estimate, missing)

    def _answers(self, facts: ReducedFacts) -> list[int | None]:
        found = [facts.get(item) for item in self.items]
        answers = [int(str(one.value)) if one.state == "known" and one.value is not None else None for one in found]
        if self.model == "audit-c" and answers[0] == 0:  # who never drinks has no more to say
            return [0 if answer is None else answer for answer in answers]
        return answers

    def _filled(self, answers: list[int | None], points: int, facts: ReducedFacts) -> Estimated:
        given = [points if answer is None else answer for answer in answers]
        if self.model == "audit-c" and answers[0] is None and any(given[1:]):
            given[0] = max(given[0], 1)  # who says how much drinks sometimes
        inputs: dict[str, Any] = {"items": given}
        if self.asks_sex:  # unknown: the lower limit
            inputs["sex"] = "male" if facts.get("sex_at_birth").value == "male" else "female"
        return _compute(self.model, inputs, {"items": self.items[0]})


_PHQ = _Questionnaire("phq", tuple(f"phq_{n}" for n in range(1, 10)), 3, "phq9", last_asked_last=True)


def _phq_2(facts: ReducedFacts) -> Estimated:
    """The sum of the first two answers, or the one recorded."""
    recorded, answers = _number(facts.get("phq2")), _PHQ._answers(facts)[:2]
    if None in answers and recorded is not None:
        return Estimated(Bound(recorded, None), Bound(recorded, None))
    missing = tuple(item for item, answer in zip(_PHQ.items, answers, strict=False) if answer is None)
    if len(missing) == len(answers):
        return Estimated(missing=missing, refused="nothing was answered")
    low, high = (sum(points if answer is None else answer for answer in answers) for points in (0, 3))
    return Estimated(Bound(low, None), Bound(high, None), missing=missing)


MODELS: dict[str, Callable[[ReducedFacts], Estimated]] = {
    "score2": lambda facts: _score2(facts, "score2", (40, 69)),
    "score2-op": lambda facts: _score2(facts, "score2-op", (70, 89)),
    "eisinger": _eisinger, "findrisc": _findrisc,
    "audit-c": _Questionnaire("audit-c", ("audit_c_1", "audit_c_2", "audit_c_3"), 4, "audit_c", asks_sex=True),
    "phq": _PHQ, "phq-2": _phq_2, "gad-7": _Questionnaire("gad-7", tuple(f"gad_{n}" for n in range(1, 8)), 3, "gad7"),
}
"""The estimates that criteria may name (`{risk: score2, …}`)."""
