"""Generated people: facts that the pack reads, with odd dates, odd families, contradictions and gaps."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from app.dates import PartialDate
from app.facts.model import Fact, FactSheet, FactValue, UnknownFact
from app.facts.vocabulary import Fact as Definition
from app.facts.vocabulary import load_vocabulary
from app.guidelines.check import names_used
from app.guidelines.pack import load_pack
from app.records.model import Subject
from app.records.relatives import KINSHIPS

PACK = load_pack("fr")
VOCABULARY = load_vocabulary()
DAYS = st.dates(date(2025, 9, 1), date(2026, 12, 31))
PARTS = ("weight", "height", "birth_date")


def _read() -> list[Definition]:
    """The facts behind every name that the pack reads, and the parts of computed ones."""
    used = [used.name for g in PACK.guidelines for used in names_used(g) if used.kind == "fact"]
    bases = [VOCABULARY.reductions[n][0].id if n in VOCABULARY.reductions else n for n in used]
    names = dict.fromkeys([*bases, "weight", "height", "hdl_cholesterol", "total_cholesterol", "family_breast_cancer",
                           "family_ovarian_cancer", "expected_delivery_date"])
    return [VOCABULARY.facts[name] for name in names if VOCABULARY.facts[name].type != "derived"]


FACTS = _read()


def moments(latest: date = date(2027, 6, 1)) -> st.SearchStrategy[PartialDate]:
    """A day, a month or a year; some in the future."""
    text = st.dates(date(2012, 1, 1), latest).map(date.isoformat)
    return st.builds(lambda day, length: PartialDate.parse(day[:length]), text, st.sampled_from([10, 10, 10, 7, 4]))


def values(definition: Definition) -> st.SearchStrategy[FactValue]:
    if definition.type == "family":
        return st.sampled_from([False, *KINSHIPS])
    if definition.type == "dose":
        return st.sampled_from([False, "dose"])
    if definition.type == "event":
        return st.sampled_from([False, "done", *definition.values])
    if definition.type == "date":
        return moments()
    if definition.values:
        return st.sampled_from(list(definition.values))
    if definition.type == "boolean":
        return st.booleans()
    low, high = definition.plausible.soft if definition.plausible else (0.0, 100.0)
    return st.floats(low, high).map(lambda number: round(number, 1))


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    definition = draw(st.sampled_from(FACTS))
    value = draw(values(definition))
    details = {}
    if definition.type == "family" and isinstance(value, str):
        kin, onset = KINSHIPS[value], draw(st.none() | st.integers(20, 90))
        later = None if onset is None else onset + draw(st.sampled_from([0, 0, 10]))
        details = {"relation": value, "degree": kin.degree, "side": kin.side, "sex": kin.sex, "onset_low": onset,
                   "onset_high": later}
    number = isinstance(value, float) and definition.type == "quantity"
    return Fact(
        definition.id, value, definition.unit, draw(st.none() | moments()),
        draw(st.sampled_from(["professional", "citizen", "device", "system"])),
        comparator=draw(st.sampled_from([None, None, "<", ">"])) if number else None, details=details,
    )


@st.composite
def sheets(draw: st.DrawFn) -> FactSheet:
    as_of = draw(DAYS)
    day = as_of - timedelta(days=draw(st.integers(0, 100 * 365)))
    birth = draw(st.sampled_from([day.isoformat(), day.isoformat(), day.isoformat()[:7], day.isoformat()[:4], ""]))
    sex = draw(st.sampled_from(["female", "male", "unknown"]))
    held: dict[str, list[Fact]] = {}
    for fact in draw(st.lists(facts(), max_size=12)):
        held.setdefault(fact.id, []).append(fact)
    for same in held.values():
        same.sort(key=lambda fact: fact.date.earliest if fact.date else date.min)
    unknown = draw(st.lists(st.sampled_from([fact.id for fact in FACTS]), max_size=3, unique=True))
    return FactSheet(
        as_of, draw(st.sampled_from([None, *[Subject(PartialDate.parse(birth) if birth else None, sex)] * 9])), held,
        [UnknownFact(name, "…") for name in unknown],
        sections=draw(st.sampled_from([frozenset(), frozenset({"problems"}), frozenset({"problems", "medications"})])),
        complete=draw(st.booleans()),
    )
