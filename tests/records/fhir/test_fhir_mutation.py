"""Whatever is broken in a bundle, the answer is a sheet of facts or one RecordError: never a traceback."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.content import samples_dir
from app.errors import RecordError
from app.facts.extract import extract
from app.records.fhir import read_fhir
from tests.records.fhir.builders import (
    AS_OF,
    LOINC,
    ME,
    Json,
    amount,
    answers,
    bundle,
    concept,
    condition,
    immunization,
    medication,
    observation,
    patient,
    procedure,
    relative,
)

WHOLE = bundle(
    {"resourceType": "Composition", "id": "k", "status": "final", "subject": ME, "type": concept(LOINC, "60591-5"),
     "section": [{"code": concept(LOINC, "11450-4"), "entry": [{"reference": "Condition/c"}]}]},
    patient(),
    observation("ct", referenceRange=[{"high": amount(2.0, "g/L"), "text": "< 2"}], note=[{"text": "n"}]),
    observation("ta", "85354-9", valueQuantity=None, component=[
        {"code": concept(LOINC, "8480-6"), "valueQuantity": amount(120, "mm[Hg]")},
        {"code": concept(LOINC, "8462-4"), "valueQuantity": amount(80, "mm[Hg]")}]),
    observation("fit", "27396-1", amount(12, "ug/g"), interpretation=[concept("x", "NEG")]),
    condition(onsetAge=amount(50, "a")),
    procedure(performedDateTime=None, performedPeriod={"start": "2024-05", "end": "2024-05-03"}),
    immunization(protocolApplied=[{"doseNumberPositiveInt": 2}], lotNumber="TEST"),
    medication(status="stopped"),
    relative(condition=[{"code": concept("http://hl7.org/fhir/sid/icd-10", "C50.9"), "onsetAge": amount(47, "a")}]),
    answers({"linkId": "chutes-12-mois", "answer": [{"valueInteger": 1}]}),
    {"resourceType": "DocumentReference", "id": "d", "status": "current", "subject": ME,
     "content": [{"attachment": {"contentType": "text/xml", "data": "PGE+"}}]},
    {"resourceType": "DiagnosticReport", "id": "r", "status": "final", "subject": ME, "issued": "2025-01-02",
     "code": concept(LOINC, "24606-6"), "result": [{"reference": "Observation/ct"}], "conclusion": "c"},
)  # fmt: skip

JSON_VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(["", "x", "2020", "2020-13-45", "0000-00-00", "9999-12-31", "P", "Patient/p", "#", "µ", "\0"]),
        st.text(max_size=12),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path] * bool(path) + [found for key, child in steps for found in _paths(child, (*path, key))]


PATHS = _paths(WHOLE)


def _read(data: bytes | Json) -> None:
    try:
        facts = extract(read_fhir(data, "r.json"), AS_OF)
    except RecordError:
        return
    json.dumps(facts.to_json())
    assert facts.digest().startswith("sha256:")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PATHS), JSON_VALUES), min_size=1, max_size=4))
@example([(("entry", 1, "resource", "name", 0, "use"), [])])
@example([(("entry", 2, "resource", "status"), {"a": []})])
@example([(("entry", 5, "resource", "meta"), {"security": [{"code": []}]})])
def test_any_element_may_be_anything(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    data = copy.deepcopy(WHOLE)
    for path, value in changes:
        node: Any = data
        try:
            for step in path[:-1]:
                node = node[step]
            node[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took that branch away
    _read(json.dumps(data).encode())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(json.dumps(WHOLE)) - 1), st.binary(max_size=4), st.booleans())
def test_any_byte_may_be_anything(position: int, junk: bytes, cut: bool) -> None:
    data = json.dumps(WHOLE).encode()
    _read(data[:position] + junk + (b"" if cut else data[position + 1 :]))


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e-400", "123456789" * 60, "0." + "1" * 400, "1E+15", "-0"])
@pytest.mark.parametrize("code", ["2093-3", "11996-6", "63640-7", "99999-9"])
def test_absurd_numbers(number: str, code: str) -> None:
    data = json.dumps(bundle(patient(), observation(code=code, value=amount(777, "mmol/L"))))
    _read(data.replace("777", number).encode())


ABSURD_UNITS = ["10*999999999", "kg" * 30, "{", "}", "/", ".", "m" * 39, "%%", "[", "{a}{b}", "2^9", "\0"]


@pytest.mark.parametrize("unit", ABSURD_UNITS)
def test_absurd_units(unit: str) -> None:
    _read(bundle(patient(), *(
        observation(f"o{number}", code, amount(1, unit)) for number, code in enumerate(["2093-3", "29463-7", "74013-4"])
    )))  # fmt: skip


@pytest.mark.parametrize("path", sorted(samples_dir().glob("*/*.json")), ids=lambda path: path.parent.name)
def test_our_samples_are_read_whole(path: Path) -> None:
    record = read_fhir(path.read_bytes(), path.name)
    facts = extract(record, AS_OF)
    told = {source for fact in facts.all() for source in fact.sources} | {item.source for item in facts.set_aside}
    told |= {source for unknown in facts.unknown for source in unknown.sources}
    assert {entry.source for entry in record.entries} <= told
    assert "unknown_code" not in {item.reason.value for item in facts.set_aside}
