from __future__ import annotations

import re

import pytest

from app.dates import PartialDate
from app.facts.reduce import ReducedFacts
from app.facts.vocabulary import load_vocabulary
from app.guidelines.criteria import FactIs
from app.guidelines.model import Status
from app.i18n import translator
from app.plans.criteria_words import criterion_words
from app.plans.model import Item
from app.plans.plan import make_plan
from app.plans.words import Words
from app.records.model import Document
from tests.plans.conftest import SMOKER, fact, sheet


def item(plan_of: object, guideline: str) -> Item:
    return next(item for item in plan_of.items if item.id == guideline)  # type: ignore[attr-defined]


def test_a_fact_has_its_value_day_and_source() -> None:
    made = sheet(*SMOKER)
    words = Words(made, translator("fr"))
    assert words.fact(made.facts["systolic_bp"][0]) == (
        "Tension artérielle : 148/92\u00a0mmHg, le 11 mai 2026 (noté par un professionnel de santé)"
    )
    for_a_doctor = Words(made, translator("fr"), entries=True).fact(made.facts["systolic_bp"][0])
    assert for_a_doctor.endswith("(noté par un professionnel de santé, Observation/ta)")
    assert words.fact(made.facts["diastolic_bp"][0]) == words.fact(made.facts["systolic_bp"][0])
    assert "2,45\u00a0g/L, soit 6,34\u00a0mmol/L" in words.fact(made.facts["total_cholesterol"][0])


def test_a_date_is_as_precise_as_the_record() -> None:
    words = Words(sheet(), translator("fr"))
    assert "en mai 2014" in words.fact(fact("weight", 80.0, "2014-05", unit="kg"))
    assert "en 2014" in words.fact(fact("weight", 80.0, "2014", unit="kg"))
    assert "le 1er mai 2014" in words.fact(fact("weight", 80.0, "2014-05-01", unit="kg"))


def test_a_document_is_named_by_its_title() -> None:
    document = Document("bio.xml", "CR-BIO", "Bilan <b>lipidique</b>", PartialDate.parse("2026-04-22"))
    words = Words(sheet(documents=(document,)), translator("en"))
    said = words.fact(fact("weight", 80.0, "2026-04-22", unit="kg", file="bio.xml", entry="/a/b[3]"))
    assert said == "Weight: 80\u00a0kg, on 22 April 2026 (noted by a health professional, “Bilan <b>lipidique</b>”)"


def test_who_says_so_is_told() -> None:
    words = Words(sheet(), translator("fr"))
    assert "d'après vous" in words.fact(fact("weight", 80.0, "2026", unit="kg", author="citizen"))
    assert "appareil" in words.fact(fact("weight", 80.0, "2026", unit="kg", author="device"))
    answer = fact("weight", 80.0, "2026", unit="kg", author="citizen", file="answers")
    assert words.fact(answer).endswith("(votre réponse)")


def test_relatives_are_told_with_their_age() -> None:
    father = fact("family_colorectal_cancer", "father", relation="father", degree=1, onset_low=52.0, onset_high=52.0)
    made = make_plan(sheet(father, born="1975-01-01"))
    assert any("père à 52 ans" in sentence for sentence in item(made, "colorectal_cancer_screening").why)


def test_why_begins_with_the_reason_then_the_facts() -> None:
    why = item(make_plan(sheet(*SMOKER)), "tobacco").why
    assert why[0].startswith("Arrêter de fumer")
    assert any(sentence.startswith("Tabac : fume actuellement, le 11 mai 2026") for sentence in why[1:])


def test_silence_is_told_as_an_assumption_to_correct() -> None:
    assumes = " ".join(item(make_plan(sheet()), "colorectal_cancer_screening").assumes)
    assert "Syndrome de Lynch" in assumes
    assert "dites-le" in assumes


def test_an_act_of_which_the_record_knows_nothing_is_not_said_to_be_undone() -> None:
    silent = sheet(born="1955-01-01")
    due = item(make_plan(silent), "influenza_vaccination")
    assert due.status in ("due", "overdue")
    assert any("n'en garde pas trace" in sentence for sentence in due.why)
    silent.facts["influenza_vaccine"] = [fact("influenza_vaccine", False, "2026-11-15")]
    said = item(make_plan(silent), "influenza_vaccination").why
    assert not any("n'en garde pas trace" in sentence for sentence in said)


def test_a_figure_that_was_not_verified_says_so() -> None:
    tobacco = item(make_plan(sheet(*SMOKER)), "tobacco")
    guideline = tobacco.recommendation.guideline
    for verified, marked in (("yes", False), ("partly", True), ("no", True)):
        harm = guideline.wording.harm.model_copy(update={"verified": verified})
        wording = guideline.wording.model_copy(update={"harm": harm})
        tobacco.recommendation.guideline = guideline.model_copy(update={"wording": wording})
        assert ("(chiffre à vérifier)" in (tobacco.statement("harm") or "")) is marked
        assert tobacco.to_json()["verified"]["harm"] == verified


def test_the_benefits_of_a_screening_are_not_promised_to_who_has_a_symptom() -> None:
    ill = item(make_plan(sheet(fact("symptom_blood_in_stool", True, "2026-11-10"))), "colorectal_cancer_screening")
    assert ill.status == "see_doctor"
    assert ill.statement("benefit") is None
    assert ill.action


def test_a_unit_spelled_otherwise_is_not_told_twice() -> None:
    words = Words(sheet(), translator("fr"))
    said = words.fact(fact("creatinine", 88.0, "2026-01-01", unit="umol/L", as_recorded="88 µmol/L"))
    assert said.count("µmol/L") == 1


def test_what_is_computed_says_so() -> None:
    measured = sheet(fact("weight", 96.0, "2026-10-01"), fact("height", 172.0, "2026-10-01"))
    assert Words(measured, translator("fr")).reading(ReducedFacts(measured).get("bmi")) == (
        "Indice de masse corporelle : 32,4\u00a0kg/m², le 1er octobre 2026 (calculé d'après votre dossier)"
    )


def test_a_mean_a_count_and_a_drift_are_told_as_such() -> None:
    readings = [fact("systolic_bp", value, "2026-11-01", unit="mm[Hg]", author="device") for value in (128.0, 133.0)]
    filtration = [fact("egfr", 90.0, "2024-11-01"), fact("egfr", 75.0, "2026-11-01")]
    made = sheet(*readings, *filtration)
    words, values = Words(made, translator("fr")), ReducedFacts(made)
    told = [words.reading(values.get(name)) for name in
            ("systolic_bp_home_mean", "blood_pressure_home_count", "egfr_change")]
    assert "trois mois, chiffre du haut : 130,5\u00a0mmHg" in told[0]
    assert "en trois mois : 2," in told[1]
    assert "Évolution du débit de filtration en cinq ans : -15\u00a0mL/min/1,73 m²" in told[2]
    twice = FactIs.model_validate({"fact": "fasting_glucose_diabetic_count", "at_least": 2})
    assert criterion_words(twice, words) == "Glycémies à jeun au seuil du diabète : 2 ou plus"


def test_each_statement_of_the_record_is_told_once() -> None:
    first = sheet(fact("cytology", "normal", "2025-06-03"), born="1998-03-02", sex="female")
    why = item(make_plan(first), "cervical_cancer_screening").why
    assert sum("3 juin 2025" in sentence for sentence in why) == 1


@pytest.mark.parametrize("sex", ["female", "male"])
def test_a_plan_that_has_to_ask_does_not_tell_the_answer(sex: str) -> None:
    """While it is not known whether advice concerns the person, its reason speaks of people in general."""
    asked = set()
    for year in range(1934, 2012, 2):
        for found in make_plan(sheet(born=f"{year}-03-02", sex=sex, sections=frozenset())).items:
            if found.status is Status.ASK:
                asked.add(found.id)
                said = found.why[0]
                assert not re.search(r"(?i)votre situation|vos réponses|votre peau a |vous avez ", said), found.id
    assert {"alcohol", "skin_cancer_check"} <= asked


def test_no_unit_is_shown_as_a_code() -> None:
    for definition in load_vocabulary().facts.values():
        if definition.type == "quantity":
            shown = Words(sheet(), translator("fr")).quantity(2.0, definition.unit)
            assert not re.search(r"[{}\[\]*]|/(d|wk)\b|\bu[gm]", shown), (definition.id, shown)
