from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.dates import PartialDate
from app.errors import ContentError, UsageError
from app.facts.answers import apply_answers, read_answers
from app.facts.model import Fact, FactSheet
from app.facts.reduce import ReducedFacts
from app.facts.vocabulary import load_vocabulary
from app.records.model import Subject

AS_OF = date(2026, 11, 15)


def sheet(**facts: Any) -> FactSheet:
    made = FactSheet(AS_OF, Subject(PartialDate.parse("1968-03-02"), "female"))
    for name, value in facts.items():
        made.facts[name] = [Fact(name, value, date=PartialDate.parse("2025-01-01"))]
    return made


def reduced(answers: dict[str, Any], name: str, before: FactSheet | None = None) -> Any:
    return ReducedFacts(apply_answers(before or sheet(), answers)).get(name)


@pytest.mark.parametrize(("name", "answer", "value"), [
    ("hypertension", True, True), ("hypertension", False, False), ("hypertension", "true", True),
    ("never_had_intercourse", "false", False), ("weight", 72, 72.0), ("waist", 88.5, 88.5),
    ("tobacco_status", "former", "former"), ("hysterectomy", "none", "none"),
    ("tobacco_stop_date", 2014, PartialDate.parse("2014")),
    ("tobacco_stop_date", date(2014, 5, 6), PartialDate.parse("2014-05-06")),
])
def test_an_answer_is_a_fact_of_its_kind(name: str, answer: Any, value: Any) -> None:
    (fact,) = apply_answers(sheet(), {name: answer}).facts[name]
    assert fact.value == value
    assert type(fact.value) is type(value)
    assert fact.author == "citizen"
    assert fact.date == PartialDate.of(AS_OF)
    assert fact.unit == load_vocabulary().facts[name].unit


def test_the_sheet_given_is_not_changed() -> None:
    before = sheet(weight=80.0)
    after = apply_answers(before, {"weight": 72, "waist": "unknown"})
    assert [fact.value for fact in before.facts["weight"]] == [80.0]
    assert before.unknown == []
    assert [fact.value for fact in after.facts["weight"]] == [80.0, 72.0]


@pytest.mark.parametrize("answer", ["unknown", None])
def test_not_knowing_is_said_and_then_forgotten_once_known(answer: Any) -> None:
    asked = apply_answers(sheet(), {"waist": answer})
    assert [unknown.id for unknown in asked.unknown] == ["waist"]
    assert reduced({}, "waist", asked).state == "unknown"
    told = apply_answers(asked, {"waist": 88})
    assert told.unknown == []
    assert reduced({}, "waist", told).value == 88.0


def test_a_pair_is_both_pressures_of_the_day() -> None:
    both = apply_answers(sheet(), {"systolic_bp": [128, 80]})
    assert [both.facts[name][0].value for name in ("systolic_bp", "diastolic_bp")] == [128.0, 80.0]


@pytest.mark.parametrize("answer", ["2025-06-10", {"date": "2025-06-10", "result": "normal"}, [2020, "2025-06-10"]])
def test_an_act_has_its_dates(answer: Any) -> None:
    assert reduced({"mammography": answer}, "mammography_last_date").value == PartialDate.parse("2025-06-10")


def test_a_result_counts_and_its_absence_is_not_one() -> None:
    done = {"date": "2025-06-10", "result": "abnormal"}
    assert reduced({"mammography": done}, "mammography_last_abnormal_date").state == "known"
    assert reduced({"mammography": "2025-06-10"}, "mammography_last_normal_date").state == "absent"


@pytest.mark.parametrize("never", ["never", False, []])
def test_never_is_known_to_be_none(never: Any) -> None:
    reading = reduced({"mammography": never}, "mammography_last_date")
    assert (reading.state, reading.value) == ("known", None)
    assert reduced({"influenza_vaccine": never}, "influenza_vaccine_last_date").state == "known"


def test_never_does_not_undo_an_act_of_the_record() -> None:
    reading = reduced({"mammography": "never"}, "mammography_last_date", sheet(mammography="normal"))
    assert reading.value == PartialDate.parse("2025-01-01")


def test_relatives_have_degree_side_and_age() -> None:
    answer = [{"relation": "maternal_aunt", "age_at_diagnosis": 47}, {"relation": "sister"}, "father"]
    first, second, third = apply_answers(sheet(), {"family_breast_cancer": answer}).facts["family_breast_cancer"]
    assert (first.details["degree"], first.details["side"], first.details["onset_low"]) == (2, "maternal", 47.0)
    assert (second.details["degree"], second.details["onset_low"]) == (1, None)
    assert third.details["sex"] == "male"


@pytest.mark.parametrize("nobody", ["none", False, []])
def test_nobody_in_the_family_is_known_to_be_none(nobody: Any) -> None:
    reading = reduced({"family_breast_cancer": nobody}, "family_breast_cancer")
    assert reading.state == "known"
    assert reading.facts == ()


def test_weight_and_height_give_the_body_mass_index() -> None:
    assert reduced({"weight": 81, "height": 180}, "bmi").value == pytest.approx(25.0)


def test_a_birth_date_makes_the_age_known() -> None:
    nobody = FactSheet(AS_OF, Subject(None, "female"))
    assert reduced({"birth_date": "1974-01-10"}, "age", nobody).value == 52
    with pytest.raises(UsageError):
        apply_answers(sheet(), {"birth_date": "1990-01-01"})


@pytest.mark.parametrize(("name", "answer", "expected"), [
    ("hypertension", "peut-être", "yes or no"), ("hypertension", 1, "yes or no"), ("weight", "lourd", "number"),
    ("weight", True, "number"), ("weight", 4000, "between 20 and 350 (kg)"), ("weight", float("nan"), "number"),
    ("tobacco_status", "sometimes", "one of current, former, never"), ("tobacco_stop_date", "hier", "a date"),
    ("mammography", "2030-01-01", "between birth and"), ("mammography", "1950", "between birth and"),
    ("mammography", {"result": "normal"}, "{date, result}"), ("systolic_bp", 128, "two numbers"),
    ("mammography", {"date": "2020", "result": "bof"}, "normal, abnormal"), ("systolic_bp", [128], "two numbers"),
    ("family_breast_cancer", [{"relation": "neighbour"}], "relation among"), ("bmi", {"a": 1}, "number"),
    ("family_breast_cancer", [{"relation": "mother", "age_at_diagnosis": 300}], "0 to 120"),
    ("family_breast_cancer", "mother", "list of relatives"), ("age", 50, "computed"),
])
def test_a_wrong_answer_names_the_fact_and_what_is_expected_never_the_answer(
    name: str, answer: Any, expected: str
) -> None:
    with pytest.raises(UsageError) as wrong:
        apply_answers(sheet(), {name: answer})
    assert wrong.value.code == "answers"
    assert expected in wrong.value.message
    assert name in wrong.value.message or name == "systolic_bp"
    for secret in ("peut-être", "lourd", "4000", "sometimes", "hier", "2030", "1950", "bof", "neighbour", "300"):
        assert secret not in str(wrong.value)


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(UsageError, match="weigth"):
        apply_answers(sheet(), {"weigth": 70})


def test_every_question_of_the_vocabulary_takes_not_knowing_and_refuses_nonsense() -> None:
    for definition in load_vocabulary().facts.values():
        if definition.question is not None:
            asked = apply_answers(sheet(), {definition.id: "unknown"})
            assert definition.id in {unknown.id for unknown in asked.unknown}
            if definition.type != "text":
                with pytest.raises(UsageError):
                    apply_answers(sheet(), {definition.id: {"no": "sense"}})


def test_a_file_of_answers(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("weight: 72\nhypertension: no\nmammography: 2025-06-10\nfit: {date: 2025-02, result: negative}\n")
    answers = read_answers(path)
    after = apply_answers(sheet(), answers)
    assert after.facts["hypertension"][0].value is False
    assert after.facts["mammography"][0].date == PartialDate.parse("2025-06-10")
    assert after.facts["fit"][0].date == PartialDate.parse("2025-02")
    path.write_text("- not\n- a mapping\n")
    with pytest.raises(UsageError):
        read_answers(path)
    path.write_text("weight: [1\n")
    with pytest.raises(ContentError):
        read_answers(path)
    path.write_text("")
    assert read_answers(path) == {}


@pytest.mark.parametrize(("answers", "state", "count"), [
    ({"hpv_vaccinated": True}, "unknown", None), ({"hpv_vaccinated": False}, "known", 0),
    ({"hpv_vaccinated": "unknown"}, "unknown", None), ({}, "absent", None),
    ({"hpv_vaccinated": True, "hpv_vaccine": ["2020-05-01"]}, "known", 1),
])
def test_a_yes_without_a_date_is_a_dose_of_unknown_day(
    answers: dict[str, Any], state: str, count: int | None
) -> None:
    found = reduced(answers, "hpv_vaccine_count")
    assert (found.state, found.value) == (state, count)
