"""Sheets come back from storage exactly as they went in, through real JSON."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates import PartialDate
from app.facts.kin import Kin, KinCondition
from app.facts.model import Fact, FactSheet, SetAside, UnknownFact
from app.facts.storage import StorageError, from_storage, subject_from_storage, subject_to_storage, to_storage
from app.records.model import INS_DOMAINS, Author, Code, Document, Reason, Source, Subject, TreatingDoctor

words = st.text(max_size=12)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
dates = st.one_of(
    days.map(PartialDate.of),
    days.map(lambda day: PartialDate.parse(f"{day:%Y-%m}")),
    days.map(lambda day: PartialDate.parse(f"{day.year:04}")),
    st.tuples(days, days).map(lambda pair: PartialDate(min(pair), max(pair))),
)
numbers = st.floats(allow_nan=False)
sources = st.builds(Source, words, words)
values = st.one_of(numbers, words, st.booleans(), dates, st.integers(-(2**60), 2**60).map(float))
details = st.recursive(
    st.one_of(values, st.none(), days, st.integers()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(words, inner, max_size=3),
    ),
    max_leaves=6,
)
facts = st.builds(
    Fact,
    id=words,
    value=values,
    unit=st.none() | words,
    date=st.none() | dates,
    author=st.sampled_from(get_args(Author)),
    sources=st.lists(sources, max_size=2).map(tuple),
    as_recorded=st.none() | words,
    comparator=st.sampled_from([None, "<", "<=", ">", ">="]),
    basis=words,
    details=st.dictionaries(words, details, max_size=3),
)
subjects = st.builds(
    Subject,
    birth_date=st.none() | dates,
    administrative_sex=st.sampled_from(["male", "female", "unknown"]),
    identifiers=st.lists(st.tuples(st.sampled_from([*INS_DOMAINS, "urn:oid:1.2"]), words), max_size=3).map(
        tuple
    ),
    birth_name=st.none() | words,
    used_name=st.none() | words,
    given=st.none() | words,
    deceased=st.none() | dates,
)
documents = st.builds(
    Document,
    file=words,
    kind=words,
    title=st.none() | words,
    date=st.none() | dates,
    author=st.none() | words,
    readable=st.booleans(),
    reason=st.none() | words,
    source=st.none() | sources,
)
codes = st.builds(Code, words, words, st.none() | words)
ages = st.none() | numbers
kin = st.builds(
    Kin,
    relation=st.none() | words,
    sex=st.sampled_from([None, "female", "male"]),
    born=st.none() | dates,
    deceased=st.sampled_from([None, False, True]),
    age_at_death=ages,
    adoption=st.sampled_from([None, "in", "out", "adopter"]),
    health_known=st.booleans(),
    conditions=st.lists(
        st.builds(
            KinCondition,
            name=st.none() | words,
            text=st.none() | words,
            codes=st.lists(codes, max_size=2).map(tuple),
            onset_low=ages,
            onset_high=ages,
            absent=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    author=st.sampled_from(get_args(Author)),
    sources=st.lists(sources, max_size=2).map(tuple),
)
sheets = st.builds(
    FactSheet,
    as_of=days,
    subject=st.none() | subjects,
    facts=st.dictionaries(words, st.lists(facts, max_size=3), max_size=3),
    unknown=st.lists(
        st.builds(UnknownFact, words, words, st.lists(sources, max_size=2).map(tuple)), max_size=2
    ),
    set_aside=st.lists(st.builds(SetAside, sources, st.sampled_from(Reason), words), max_size=2),
    documents=st.lists(documents, max_size=2),
    treating=st.lists(
        st.builds(TreatingDoctor, words, st.none() | words, st.none() | dates, sources), max_size=2
    ).map(tuple),
    sections=st.frozensets(words, max_size=3),
    complete=st.booleans(),
    kin=st.lists(kin, max_size=2).map(tuple),
)


def through_json(data: Any) -> Any:
    return json.loads(json.dumps(data))


@given(sheets)
def test_round_trip(sheet: FactSheet) -> None:
    back = from_storage(through_json(to_storage(sheet)))
    assert back == sheet
    assert [[type(fact.value) for fact in values] for values in back.facts.values()] == [
        [type(fact.value) for fact in values] for values in sheet.facts.values()
    ]


@given(subjects)
def test_subjects_too(subject: Subject) -> None:
    assert subject_from_storage(through_json(subject_to_storage(subject))) == subject


def test_every_field_is_stored() -> None:
    """A field added to the models and forgotten here would be lost in silence."""
    sheet = FactSheet(
        date(2026, 1, 1),
        Subject(None, "unknown"),
        {"a": [Fact("a", 1.0)]},
        documents=[Document("a", "b")],
        kin=(Kin("mother"),),
    )
    stored = to_storage(sheet)
    assert set(stored) - {"format"} == set(FactSheet.__dataclass_fields__)
    assert set(stored["facts"]["a"][0]) == set(Fact.__dataclass_fields__)
    assert set(stored["documents"][0]) == set(Document.__dataclass_fields__)
    assert set(stored["kin"][0]) == set(Kin.__dataclass_fields__)
    assert set(stored["subject"]) == set(Subject.__dataclass_fields__)


def test_a_value_that_would_come_back_different_is_refused() -> None:
    sheet = FactSheet(date(2026, 1, 1), None, {"a": [Fact("a", 1.0, details={"x": {1, 2}})]})
    with pytest.raises(StorageError):
        to_storage(sheet)


@pytest.mark.parametrize("change", [{"format": 0}, {"facts": None}, {"as_of": "x"}, {"documents": [{}]}])
def test_what_this_version_cannot_read_is_said(change: dict[str, Any]) -> None:
    stored = to_storage(FactSheet(date(2026, 1, 1), None))
    with pytest.raises(StorageError):
        from_storage(stored | change)
