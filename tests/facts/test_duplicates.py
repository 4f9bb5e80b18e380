"""The same thing said twice: sources add up, near duplicates are set aside, disagreements stay visible."""

from __future__ import annotations

import itertools

import pytest

from tests.records.fhir.builders import (
    CCAM,
    LOINC,
    ME,
    Json,
    amount,
    concept,
    condition,
    immunization,
    observation,
    procedure,
    reasons,
    relative,
    sheet,
)

GRAMS, MOLES = amount(1.42, "g/L"), amount(3.67, "mmol/L")


def sources(fact_id: str, *resources: Json) -> list[list[str]]:
    return [[s.entry for s in fact.sources] for fact in sheet(*resources).facts.get(fact_id, [])]


def test_the_same_result_from_two_senders_is_one_fact() -> None:
    spelled = amount(1.42, "g/l")
    same = [observation("a", "2089-1", GRAMS), observation("b", "22748-8", spelled)]
    assert sources("ldl_cholesterol", *same) == [["Observation/a", "Observation/b"]]


def test_a_retyped_result_is_a_near_duplicate_in_any_order() -> None:
    lab, typed = observation("lab", "2089-1", GRAMS), observation("typed", "22748-8", MOLES, performer=[ME])
    for order in itertools.permutations([lab, typed]):
        assert reasons(sheet(*order)) == {"Observation/typed": "near_duplicate"}
        assert sources("ldl_cholesterol", *order) == [["Observation/lab"]]


def test_two_results_of_one_day_that_differ_are_two() -> None:
    two = [observation("a", "2089-1", GRAMS), observation("b", "2089-1", amount(1.62, "g/L"))]
    assert len(sources("ldl_cholesterol", *two)) == 2


def test_office_and_home_are_never_merged() -> None:
    both = [observation("office", "8867-4", amount(70, "/min")),
            observation("home", "8867-4", amount(70, "/min"), device={"display": "d"})]  # fmt: skip
    facts = sheet(*both).facts["heart_rate"]
    assert [fact.author for fact in facts] == ["professional", "device"]


def test_an_act_and_its_report_are_one_event() -> None:
    report = {"resourceType": "DiagnosticReport", "id": "r", "status": "final", "code": concept(LOINC, "24606-6"),
              "subject": ME, "effectiveDateTime": "2025-03-02", "conclusion": "ACR 2"}  # fmt: skip
    assert sources("mammography", procedure(), report) == [["Procedure/a", "DiagnosticReport/r"]]
    other = report | {"effectiveDateTime": "2023-03-02"}
    assert len(sources("mammography", procedure(), other)) == 2


def test_a_stated_result_completes_a_bare_act() -> None:
    act = procedure(code="JKQX001", performedDateTime="2026-03-02")
    read = observation(code="10524-7", valueQuantity=None, valueCodeableConcept=concept(
        "urn:oid:1.2.250.1.213.1.1.4.322", "MED-1193"))  # fmt: skip
    for order in itertools.permutations([act, read]):
        assert [fact.value for fact in sheet(*order).facts["cytology"]] == ["normal"]


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ({}, {}, 1),
        ({"lotNumber": "A"}, {}, 1),
        ({"lotNumber": "A"}, {"lotNumber": "B"}, 2),
        ({}, {"occurrenceDateTime": "2020-05-05"}, 2),
        ({"lotNumber": "A"}, {"lotNumber": "A", "occurrenceDateTime": "2020-05"}, 1),
        ({}, {"occurrenceDateTime": "2020"}, 2),
    ],
)
def test_one_dose_is_one_target_day_and_lot(first: Json, second: Json, count: int) -> None:
    assert len(sources("dtp_vaccine", immunization("a", **first), immunization("b", **second))) == count


def test_a_combined_vaccine_is_a_dose_of_each() -> None:
    assert set(sheet(immunization(code="J07CA09")).facts) == {"dtcap_vaccine", "hepatitis_b_vaccine"}


def test_words_support_a_coded_disease_but_never_make_one() -> None:
    words = condition("words") | {"code": {"text": "HTA."}}
    assert sources("hypertension", condition(), words) == [["Condition/c", "Condition/words"]]
    assert sources("hypertension", words, condition()) == [["Condition/c", "Condition/words"]]
    alone = sheet(words)
    assert reasons(alone) == {"Condition/words": "uncoded"}
    assert [unknown.id for unknown in alone.unknown] == ["hypertension"]


def test_one_mother_but_perhaps_two_sisters() -> None:
    assert len(sources("family_breast_cancer", relative("a"), relative("b"))) == 1
    assert len(sources("family_breast_cancer", relative("a", "SIS"), relative("b", "SIS"))) == 2


def test_never_contradicts_any_other_word_whatever_the_day() -> None:
    def tobacco(name: str, code: str, day: str) -> Json:
        return observation(name, "72166-2", valueQuantity=None, effectiveDateTime=day,
                           valueCodeableConcept=concept(LOINC, code))  # fmt: skip

    facts = sheet(tobacco("a", "LA18976-3", "2020-01-01"), tobacco("b", "LA18978-9", "2024-01-01"))
    told = {fact.value: fact.details["conflicts_with"] for fact in facts.facts["tobacco_status"]}
    assert told == {"current": ("Observation/b",), "never": ("Observation/a",)}


def test_a_disease_that_ended_has_two_days_a_history_does_not() -> None:
    over = {"onsetDateTime": "2015", "abatementDateTime": "2019-04"}
    asthma = sheet(condition(code="J45.9", **over)).facts["asthma"]
    assert [(fact.value, str(fact.date)) for fact in asthma] == [(True, "2015"), (False, "2019-04")]
    cancer = sheet(condition(code="C50.9", **over)).facts["breast_cancer_history"]
    assert [fact.value for fact in cancer] == [True]


def test_a_billing_suffix_does_not_hide_an_act() -> None:
    suffixed = procedure() | {"code": concept(CCAM, "QEQK004-1-0")}
    assert sources("mammography", suffixed) == [["Procedure/a"]]
