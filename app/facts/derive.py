"""Facts computed from others: age, body-mass index, pack-years… Each keeps the facts that it was computed from.

A measured value newer than the computed one wins. Nothing is computed from a stale or uncertain part.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from app.dates import PartialDate, Period, add, age_on
from app.facts.model import Fact
from app.facts.reduce import ReducedFacts, ReducedValue

DEPENDS: dict[str, tuple[str, ...]] = {
    "age": ("birth_date",), "bmi": ("weight", "height"), "pack_years": ("cigarettes_per_day", "smoking_years"),
    "non_hdl_cholesterol": ("total_cholesterol", "hdl_cholesterol"), "blood_pressure": ("systolic_bp",),
    "weight_loss_12_months": ("weight",),
    "pregnancy_week_32_date": ("gestation_weeks",), "pregnancy_week_36_end_date": ("gestation_weeks",),
    "pregnancy_term_date": ("expected_delivery_date",),
}
"""What to ask for when a derived fact is not known."""


def _age(facts: ReducedFacts) -> ReducedValue:
    """Completed years (a); an interval when the birth date is known to the month or year."""
    birth = facts.sheet.subject.birth_date if facts.sheet.subject else None
    if birth is None:
        return ReducedValue("age", "absent")
    return age_between(age_on(birth.latest, facts.as_of), age_on(birth.earliest, facts.as_of))


def age_between(youngest: int, oldest: int) -> ReducedValue:
    value = ReducedValue("age", "known", oldest)
    value.low, value.high = float(youngest), float(oldest)
    return value


def _administrative_sex(facts: ReducedFacts) -> ReducedValue:
    subject = facts.sheet.subject
    if subject is None or subject.administrative_sex == "unknown":
        return ReducedValue("administrative_sex", "absent")
    return ReducedValue("administrative_sex", "known", subject.administrative_sex)


def _follows_sex(name: str, *, female: str | bool, male: str | bool) -> Callable[[ReducedFacts], ReducedValue]:
    """Sex at birth and organs follow the administrative sex unless something says otherwise."""

    def derive(facts: ReducedFacts) -> ReducedValue:
        stated = facts.latest(facts.vocabulary.facts[name])
        if stated.facts or stated.state == "unknown":
            return stated
        sex = facts.get("administrative_sex")  # by its name: what is read is recorded
        if sex.state != "known":
            return ReducedValue(name, "absent")
        return ReducedValue(name, "known", female if sex.value == "female" else male)

    return derive


def _computed(
    facts: ReducedFacts, name: str, parts: tuple[str, str], formula: Callable[[float, float], float]
) -> ReducedValue:
    """The recorded value, or the formula on two known parts when it is newer or there is none."""
    recorded = facts.latest(facts.vocabulary.facts[name])
    first, second = facts.get(parts[0]), facts.get(parts[1])
    usable = all(p.state == "known" and p.low is not None and p.low == p.high for p in (first, second))
    if not usable or (recorded.state == "known" and _day(recorded) >= _day(first)):
        return recorded
    assert first.low is not None
    assert second.low is not None
    made_from = (*first.facts, *second.facts)
    return ReducedValue(name, "known", formula(first.low, second.low), made_from, first.date)


def _day(reading: ReducedValue) -> date:
    return reading.date.earliest if reading.date else date.min


def _bmi(facts: ReducedFacts) -> ReducedValue:
    """kg/m2, from weight (kg) and height (cm). No index is given during a pregnancy."""
    if facts.get("pregnant").state == "known" and facts.get("pregnant").value is True:
        return ReducedValue("bmi", "absent")
    return _computed(facts, "bmi", ("weight", "height"), lambda weight, height: weight / (height / 100) ** 2)


def _pack_years(facts: ReducedFacts) -> ReducedValue:
    parts = ("cigarettes_per_day", "smoking_years")
    return _computed(facts, "pack_years", parts, lambda daily, years: daily / 20 * years)


def _weight_loss(name: str, period: str) -> Callable[[ReducedFacts], ReducedValue]:
    """% lost since the heaviest weight of this period before the latest one; nothing during a pregnancy."""
    length = Period.parse(period)

    def derive(facts: ReducedFacts) -> ReducedValue:
        latest = facts.get("weight")
        if latest.state != "known" or latest.low is None or latest.date is None or facts.get("pregnant").value is True:
            return ReducedValue(name, "absent")
        day = latest.date.earliest
        weights = [f for f in facts.values("weight") if f.date and f.date.latest <= day < add(f.date.latest, length)]
        numbers = [(f.value, f) for f in weights if isinstance(f.value, float | int)]
        if len(numbers) < 2:
            return ReducedValue(name, "absent")
        heaviest, fact = max(numbers, key=lambda pair: pair[0])
        return ReducedValue(name, "known", 100 * (1 - latest.low / heaviest), (fact, *latest.facts), latest.date)

    return derive


def _non_hdl(facts: ReducedFacts) -> ReducedValue:
    """mmol/L, from total and HDL cholesterol of the same day."""
    total, hdl = facts.get("total_cholesterol"), facts.get("hdl_cholesterol")
    if total.state != "known" or hdl.state != "known" or total.date != hdl.date:
        return ReducedValue("non_hdl_cholesterol", "absent")
    assert total.low is not None
    assert hdl.low is not None
    return ReducedValue("non_hdl_cholesterol", "known", total.low - hdl.low, (*total.facts, *hdl.facts), total.date)


def _blood_pressure(facts: ReducedFacts) -> ReducedValue:
    """The systolic value (mm[Hg]) of the latest reading that has both values."""
    diastolic: dict[str, Fact] = {str(f.date): f for f in facts.values("diastolic_bp")}
    both = [(f, diastolic[str(f.date)]) for f in facts.values("systolic_bp") if str(f.date) in diastolic]
    if not both:
        return ReducedValue("blood_pressure", "absent")
    systolic, paired = both[-1]
    return ReducedValue("blood_pressure", "known", systolic.value, (paired, systolic), systolic.date)


def _pregnant(facts: ReducedFacts) -> ReducedValue:
    """A state that ends by itself: six weeks after the expected delivery date it must be asked again."""
    stated = facts.latest(facts.vocabulary.facts["pregnant"])
    if stated.state == "known" and stated.value is True:
        expected = facts.latest(facts.vocabulary.facts["expected_delivery_date"])
        if expected.latest is not None and add(expected.latest, Period.parse("P6W")) < facts.as_of:
            return ReducedValue("pregnant", "stale", True, stated.facts, stated.date)
    return stated


def _hysterectomy(facts: ReducedFacts) -> ReducedValue:
    """Nobody born a man is asked whether their womb was removed, unless a record or an answer speaks of it."""
    stated, sex = facts.latest(facts.vocabulary.facts["hysterectomy"]), facts.get("sex_at_birth")
    if stated.state in ("absent", "presumed") and sex.state == "known" and sex.value == "male":
        return ReducedValue("hysterectomy", "known", "none", sex.facts, sex.date)
    return stated


def _pregnancy_start(facts: ReducedFacts) -> ReducedValue:
    """First day of the last period, as an interval: stated, else from the recorded term, else from the expected day of
    delivery (40 to 41 weeks later), else some day of the last 42 weeks. None when there is no pregnancy."""
    name, as_of, pregnant = "pregnancy_start_date", facts.as_of, facts.get("pregnant")
    if pregnant.value is not True:
        return ReducedValue(name, pregnant.state)
    found = [facts.latest(facts.vocabulary.facts[part]) for part in (name, "gestation_weeks", "expected_delivery_date")]
    for part, start in zip(found, map(_start, found), strict=True):
        if start is not None and as_of - timedelta(weeks=46) < start.latest <= as_of:
            return ReducedValue(name, pregnant.state, start, part.facts, part.date)
    return ReducedValue(name, pregnant.state, PartialDate(as_of - timedelta(weeks=42), as_of))


def _start(stated: ReducedValue) -> PartialDate | None:
    """The start of the pregnancy that a day of last period, a term or an expected day of delivery tells."""
    if stated.state != "known":
        return None
    if stated.name == "gestation_weeks" and stated.low is not None and stated.date is not None:
        weeks = timedelta(weeks=int(stated.low))
        return PartialDate(stated.date.earliest - weeks - timedelta(days=6), stated.date.latest - weeks)
    if stated.earliest is None or stated.latest is None:
        return None
    if stated.name == "expected_delivery_date":
        return PartialDate(stated.earliest - timedelta(days=287), stated.latest - timedelta(days=280))
    return PartialDate(stated.earliest, stated.latest)


def _of_pregnancy(name: str, *, weeks: int, days: int = 0) -> Callable[[ReducedFacts], ReducedValue]:
    """A day of the pregnancy, so many weeks of amenorrhoea (and days) after its start; it may lie in the future."""

    def derive(facts: ReducedFacts) -> ReducedValue:
        start, later = facts.get("pregnancy_start_date"), timedelta(weeks=weeks, days=days)
        if start.earliest is None or start.latest is None:
            return ReducedValue(name, start.state)
        day = PartialDate(start.earliest + later, start.latest + later)
        return ReducedValue(name, start.state, day, start.facts, start.date)

    return derive


def _pregnancy_term(facts: ReducedFacts) -> ReducedValue:
    """The expected day of delivery, or 41 weeks after the start of the pregnancy when its term is known."""
    name, start = "pregnancy_term_date", facts.get("pregnancy_start_date")
    expected = facts.latest(facts.vocabulary.facts["expected_delivery_date"])
    if facts.get("pregnant").value is not True or not start.facts:
        return ReducedValue(name, "absent")
    if expected.state == "known" and expected.latest is not None and expected.latest >= facts.as_of:
        return ReducedValue(name, "known", expected.value, expected.facts, expected.date)
    return _of_pregnancy(name, weeks=41)(facts)


def _gestation_weeks(facts: ReducedFacts) -> ReducedValue:
    """Weeks of amenorrhoea (wk) on the day, as an interval: completed weeks since the pregnancy began."""
    stated, start = facts.latest(facts.vocabulary.facts["gestation_weeks"]), facts.get("pregnancy_start_date")
    if start.earliest is None or start.latest is None or stated.state == "unknown":
        return stated
    if not start.facts:  # nothing tells the term, or what tells it is of a former pregnancy
        return ReducedValue("gestation_weeks", "stale" if stated.state == "known" else stated.state)
    fewest, most = ((facts.as_of - day).days // 7 for day in (start.latest, start.earliest))
    value = ReducedValue("gestation_weeks", "known", fewest, start.facts, start.date)
    value.high = float(most)
    return value


def _tobacco_status(facts: ReducedFacts) -> ReducedValue:
    """« Never » cannot follow « smokes » or « has smoked »: then nobody knows, and it is asked again."""
    stated = facts.latest(facts.vocabulary.facts["tobacco_status"])
    if stated.value == "never":
        smoked = tuple(f for f in facts.values("tobacco_status") if f.value in ("current", "former"))
        if smoked:
            return ReducedValue("tobacco_status", "unknown", None, (*smoked, *stated.facts), stated.date)
    return stated


DERIVED: dict[str, Callable[[ReducedFacts], ReducedValue]] = {
    "age": _age, "administrative_sex": _administrative_sex, "bmi": _bmi, "pack_years": _pack_years,
    "weight_loss_1_month": _weight_loss("weight_loss_1_month", "P1M"),
    "weight_loss_6_months": _weight_loss("weight_loss_6_months", "P6M"),
    "weight_loss_12_months": _weight_loss("weight_loss_12_months", "P12M"),
    "non_hdl_cholesterol": _non_hdl, "blood_pressure": _blood_pressure,
    "pregnant": _pregnant, "pregnancy_start_date": _pregnancy_start, "gestation_weeks": _gestation_weeks,
    "pregnancy_term_date": _pregnancy_term,
    "pregnancy_week_32_date": _of_pregnancy("pregnancy_week_32_date", weeks=32),
    "pregnancy_week_36_end_date": _of_pregnancy("pregnancy_week_36_end_date", weeks=36, days=6),
    "hysterectomy": _hysterectomy,
    "tobacco_status": _tobacco_status,
    "sex_at_birth": _follows_sex("sex_at_birth", female="female", male="male"),
    "has_breast_tissue": _follows_sex("has_breast_tissue", female=True, male=False),
    "has_cervix": _follows_sex("has_cervix", female=True, male=False),
    "has_prostate": _follows_sex("has_prostate", female=False, male=True),
}
"""Names whose value is computed; every other name is the latest value of its fact or a reduction of the vocabulary."""
