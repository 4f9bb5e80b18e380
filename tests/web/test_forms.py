"""What is typed in a question's form, as an answer; what is wrong, told in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.errors import UsageError
from app.i18n import translator
from app.web.forms import WrongAnswer, done_field, field_of, read_answer

FR = translator("fr")
TODAY = date(2026, 11, 15)


def read(fact: str, **typed: str) -> Any:
    return read_answer(fact, typed, FR, today=TODAY)


@pytest.mark.parametrize(
    ("fact", "typed", "answer"),
    [
        ("hypertension", {"answer": "true"}, True),
        ("hypertension", {"answer": "false"}, False),
        ("hypertension", {"answer": "unknown"}, "unknown"),
        ("tobacco_status", {"answer": "former"}, "former"),
        ("weight", {"number": "71,5"}, 71.5),
        ("weight", {"number": " 71 "}, 71.0),
        ("weight", {"answer": "unknown"}, "unknown"),
        ("systolic_bp", {"number": "128", "number2": "76"}, [128.0, 76.0]),
        ("mammography", {"date1": "2024"}, "2024"),
        ("mammography", {"date1": "9/2024"}, "2024-09"),
        ("mammography", {"date1": "3/9/2024"}, "2024-09-03"),
        ("mammography", {"date1": "2024-09-03"}, "2024-09-03"),
        ("mammography", {"date1": "2024", "result": "normal"}, {"date": "2024", "result": "normal"}),
        ("mammography", {"date1": "", "answer": "never"}, "never"),
        ("mmr_vaccine", {"answer": "date", "date1": "1996", "date2": "03/1998", "date3": ""}, ["1996", "1998-03"]),
        ("family_breast_cancer", {"answer": "none"}, []),
        (
            "family_breast_cancer",
            {"answer": "some", "relation1": "mother", "age1": "47", "relation2": "maternal_aunt", "age2": ""},
            [
                {"relation": "mother", "age_at_diagnosis": 47},
                {"relation": "maternal_aunt", "age_at_diagnosis": "unknown"},
            ],
        ),
        ("expected_delivery_date", {"date1": "24/02/2027"}, "2027-02-24"),
        ("birth_date", {"date1": "08/03/1974"}, "1974-03-08"),
    ],
)  # fmt: skip
def test_typed_answers(fact: str, typed: dict[str, str], answer: Any) -> None:
    assert read(fact, **typed) == answer


@pytest.mark.parametrize(
    ("fact", "typed"),
    [
        ("hypertension", {}),
        ("hypertension", {"answer": "maybe"}),
        ("tobacco_status", {"answer": "true"}),
        ("weight", {"number": ""}),
        ("weight", {"number": "lourd"}),
        ("weight", {"number": "nan"}),
        ("weight", {"number": "7000"}),
        ("weight", {"number": "71", "answer": "unknown"}),
        ("systolic_bp", {"number": "76", "number2": "128"}),
        ("systolic_bp", {"number": "128", "number2": ""}),
        ("mammography", {"date1": ""}),
        ("mammography", {"date1": "31/02/2024"}),
        ("mammography", {"date1": "hier"}),
        ("mammography", {"date1": "2027"}),
        ("family_breast_cancer", {"answer": "some"}),
        ("family_breast_cancer", {"answer": "some", "relation1": "", "age1": "47"}),
        ("family_breast_cancer", {"answer": "some", "relation1": "neighbour"}),
        ("family_breast_cancer", {"answer": "some", "relation1": "mother", "age1": "-3"}),
        ("family_breast_cancer", {"answer": "none", "relation1": "mother"}),
    ],
)
def test_wrong_answers_are_told_without_repeating_them(fact: str, typed: dict[str, str]) -> None:
    with pytest.raises(WrongAnswer) as told:
        read(fact, **typed)
    assert str(told.value)
    assert not any(value in str(told.value) for value in typed.values() if len(value) > 4)


def test_unknown_fact_is_refused() -> None:
    with pytest.raises(UsageError):
        read("no_such_fact", answer="true")


def test_every_question_offers_not_to_know() -> None:
    for fact in (
        "hypertension",
        "tobacco_status",
        "weight",
        "systolic_bp",
        "mammography",
        "mmr_vaccine",
        "birth_date",
    ):
        question = {"fact": fact, "text": "?", "choices": [{"value": "unknown", "text": "Je ne sais pas"}]}
        assert [value for value, _ in field_of(question, FR).choices].count("unknown") == 1


def test_already_done_asks_for_a_date_and_offers_results() -> None:
    field = done_field("cytology", "cervical_cancer_screening", FR)
    assert field.kind == "date"
    assert {value for value, _ in field.results} >= {"normal", "abnormal"}
    assert done_field("influenza_vaccine", "influenza_vaccination", FR).results == ()
