"""Numbers that deceive: what is kept, what is set aside, and the repair that is proposed but never made."""

from __future__ import annotations

import pytest

from app.facts.model import FactSheet
from tests.records.fhir.builders import LOINC, Json, amount, concept, observation, reasons, sheet

ORIGIN = "https://interop.esante.gouv.fr/ig/fhir/mesures/StructureDefinition/mesures-origin-of-data"


def one(code: str, value: float, unit: str | None, **more: object) -> FactSheet:
    comparator = {"comparator": more.pop("comparator")} if "comparator" in more else {}
    return sheet(observation("o", code, amount(value, unit, **comparator), **more))


@pytest.mark.parametrize(
    ("code", "value", "unit", "reason", "repair"),
    [
        ("8302-2", 1.78, "cm", "implausible_value", "178 cm"),
        ("8302-2", 178, "m", "implausible_value", "178 cm"),
        ("29463-7", 845, "kg", "implausible_value", "84.5 kg"),
        ("39156-5", 1.2, "kg/m2", "implausible_value", None),
        ("39156-5", 215, "kg/m2", "implausible_value", "21.5 kg/m2"),
        ("8480-6", 14, "mm[Hg]", "implausible_value", "140 mm[Hg]"),
        ("8310-5", 98.6, "Cel", "implausible_value", "37 Cel"),
        ("718-7", 121, "g/dL", "implausible_value", "12.1 g/dL"),
        ("4548-4", 5.5, "mmol/mol", "implausible_value", "5.5 %"),
        ("1558-6", 0.95, "mmol/L", "implausible_value", "g/L"),
        ("2093-3", 0.4, "mmol/L", "implausible_value", None),
        ("1558-6", 1.2, "mmol/L", "suspect_unit", "1.2 g/L"),
        ("1558-6", 5.5, "g/L", "suspect_unit", "5.5 mmol/L"),
        ("2093-3", 2.1, "mmol/L", "suspect_unit", "2.1 g/L"),
        ("2093-3", 5.2, "g/L", "suspect_unit", "5.2 mmol/L"),
        ("2160-0", 8.9, "mg/dL", "suspect_unit", "8.9 mg/L"),
        ("4548-4", 6.5, "mmol/mol", "implausible_value", "6.5 %"),
        ("4548-4", 92, "mg/dL", "unit_not_for_code", None),
        ("74011-8", 4, "{pack}/a", "suspect_unit", None),
    ],
)
def test_set_aside_with_a_proposed_repair(
    code: str, value: float, unit: str, reason: str, repair: str | None
) -> None:
    facts = one(code, value, unit)
    assert reasons(facts) == {"Observation/o": reason}
    assert facts.all() == []
    assert repair is None or repair in facts.set_aside[0].detail
    assert facts.unknown


@pytest.mark.parametrize(
    ("code", "value", "unit", "canonical"),
    [
        ("2089-1", 1.9, "mmol/L", 1.9),
        ("9318-7", 2.8, "mg/mmol", 2.8),
        ("59261-8", 5.8, "%", 5.8),
        ("74011-8", 25, "{pack}/a", 25),
        ("8664-5", 4, "{pack}/a", 4),
        ("29463-7", 190, "kg", 190),
        ("8302-2", 1.35, "m", 135),
    ],
)
def test_the_unit_given_rules(code: str, value: float, unit: str, canonical: float) -> None:
    facts = one(code, value, unit)
    assert [fact.value for fact in facts.all()] == [canonical]
    assert reasons(facts) == {}


def test_an_unusual_value_is_kept_with_a_note() -> None:
    fact = one("29463-7", 190, "kg").all()[0]
    assert "inhabituelle" in fact.details["note"]
    assert "note" not in one("29463-7", 90, "kg").all()[0].details


@pytest.mark.parametrize(
    ("code", "comparator", "value", "unit", "kept"),
    [
        ("98979-8", ">", 90, "mL/min/{1.73_m2}", True),
        ("2857-1", "<", 0.01, "ng/mL", True),
        ("3016-3", "<", 0.01, "m[IU]/L", True),
        ("1988-5", "<", 1, "mg/L", True),
        ("2345-7", "<", 0.2, "g/L", False),
        ("2345-7", ">", 500, "mmol/L", False),
    ],
)
def test_a_bound_stays_a_bound(code: str, comparator: str, value: float, unit: str, kept: bool) -> None:
    facts = one(code, value, unit, comparator=comparator)
    assert [fact.comparator for fact in facts.all()] == [comparator] * kept


@pytest.mark.parametrize(
    ("value", "unit", "words", "kept"),
    [
        (2.6, "mmol/L", "< 2,00 g/L", False),
        (5.9, "mmol/L", "< 2,00 g/L", True),
        (2.6, "mmol/L", "< 2,00 g/L (5,17 mmol/L)", True),
        (2.6, "mmol/L", "< 5,2", True),
    ],
)
def test_a_reference_range_in_another_unit(value: float, unit: str, words: str, kept: bool) -> None:
    facts = one("2093-3", value, unit, referenceRange=[{"text": words}])
    assert bool(facts.all()) is kept


@pytest.mark.parametrize(("original", "kept"), [(2.28, True), (2.05, False)])
def test_a_converted_value_is_held_against_its_original(original: float, kept: bool) -> None:
    origin = {"url": ORIGIN, "extension": [{"url": "originalValue", "valueQuantity": amount(original, "g/L")}]}
    facts = one("2093-3", 5.9, "mmol/L", extension=[origin])
    assert bool(facts.all()) is kept
    assert reasons(facts) == ({} if kept else {"Observation/o": "suspect_unit"})


def _pressure(systolic: float, diastolic: float) -> Json:
    parts = [
        {"code": concept(LOINC, code), "valueQuantity": amount(value, "mm[Hg]")}
        for code, value in (("8480-6", systolic), ("8462-4", diastolic))
    ]
    return observation(code="85354-9", valueQuantity=None, component=parts)


def test_an_inverted_pressure_is_set_aside_whole() -> None:
    assert reasons(sheet(_pressure(78, 124))) == {"Observation/o": "implausible_value"}
    assert len(sheet(_pressure(124, 78)).all()) == 2


def test_loose_pressures_of_one_day_are_a_pair() -> None:
    loose = [observation("s", "8480-6", amount(78, "mmHg")), observation("d", "8462-4", amount(124, "mmHg"))]
    assert set(reasons(sheet(*loose))) == {"Observation/s", "Observation/d"}


def _lipids(total: float, hdl: float, ldl: float) -> dict[str, str]:
    values = {"total": ("2093-3", total), "hdl": ("2085-9", hdl), "ldl": ("2089-1", ldl)}
    return reasons(sheet(*(observation(n, code, amount(v, "mmol/L")) for n, (code, v) in values.items())))


def test_parts_of_the_cholesterol_are_smaller_than_the_total() -> None:
    assert _lipids(5.0, 1.3, 3.1) == {}
    assert _lipids(5.0, 1.3, 5.4) == {"Observation/ldl": "implausible_value"}


def test_a_total_below_its_hdl_is_in_grams() -> None:
    assert _lipids(2.2, 2.5, 1.0)["Observation/total"] == "suspect_unit"
