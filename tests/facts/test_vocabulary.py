"""The vocabulary as content: names that guidelines rely on, units that exist, questions for what is asked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.errors import ContentError
from app.facts.units import is_unit, other_readings, units
from app.facts.vocabulary import Fact, Vocabulary, load_vocabulary

VOCABULARY = load_vocabulary()
CASE_NAMES_TEXT = """
mammography breast_ultrasound breast_mri cytology hpv_test colposcopy fit colonoscopy sigmoidoscopy
low_dose_chest_ct chest_xray abdominal_aorta_ultrasound psa skin_examination fasting_glucose hba1c blood_pressure
ldl_cholesterol total_cholesterol hdl_cholesterol triglycerides egfr creatinine albumin_creatinine_ratio ecg
bone_density prevention_appointment dental_check hiv_test chlamydia_test syphilis_test hepatitis_b_test
hepatitis_c_test dtp_vaccine dtcap_vaccine mmr_vaccine hpv_vaccine menacwy_vaccine menb_vaccine hepatitis_b_vaccine
varicella_vaccine influenza_vaccine covid19_vaccine pcv13_vaccine pcv15_vaccine pcv20_vaccine pcv21_vaccine
ppv23_vaccine shingrix_vaccine zostavax_vaccine rsv_vaccine sex_at_birth has_breast_tissue has_cervix has_prostate
hysterectomy bilateral_mastectomy unilateral_mastectomy_for_cancer breast_cancer_history atypical_hyperplasia
chest_radiotherapy_before_30 brca_variant never_had_intercourse sexually_active several_partners
men_who_have_sex_with_men hiv_positive immunosuppressed des_exposed hpv_vaccinated colorectal_cancer_history
adenoma_history lynch_variant familial_polyposis inflammatory_bowel_disease tobacco_status tobacco_stop_date
cigarettes_per_day smoking_years pack_years abdominal_aortic_aneurysm cardiovascular_disease heart_failure copd
asthma atrial_fibrillation hypertension chronic_kidney_disease systemic_autoimmune_disease diabetes
gestational_diabetes_history baby_over_4kg prediabetes lipid_lowering_treatment sedentary precarious bmi height
weight waist menopause menopause_age long_term_corticosteroids low_trauma_fracture pregnant gestation_weeks
pregnancy_wish nursing_home health_worker commune housing_before_1949 breast_lump bleeding_after_intercourse
postmenopausal_bleeding blood_in_stool bowel_habit_change unexplained_weight_loss coughing_blood changing_mole
thirst_polyuria palpitations
"""
FAMILY_TEXT = """
breast_cancer ovarian_cancer colorectal_cancer endometrial_cancer prostate_cancer pancreatic_cancer melanoma
abdominal_aortic_aneurysm myocardial_infarction stroke diabetes kidney_disease hip_fracture
familial_hypercholesterolaemia glaucoma
"""
CASE_NAMES = CASE_NAMES_TEXT.split()
FAMILY = FAMILY_TEXT.split()


def test_every_name_of_the_cases_is_a_fact() -> None:
    assert [name for name in CASE_NAMES if name not in VOCABULARY.names] == []
    assert [name for name in FAMILY if f"family_{name}" not in VOCABULARY.facts] == []


@pytest.mark.parametrize("name", [n for n in CASE_NAMES if n.endswith("_vaccine")])
def test_vaccines_are_doses(name: str) -> None:
    assert VOCABULARY.facts[name].type == "dose"


@pytest.mark.parametrize("fact", [f for f in VOCABULARY.facts.values() if f.type == "quantity"], ids=lambda f: f.id)
def test_quantities_convert_from_their_own_unit_and_have_sane_ranges(fact: Fact) -> None:
    assert fact.unit is not None
    conversion = units().conversion(fact.unit, fact)
    assert conversion is not None
    assert conversion(Decimal(2)) == 2
    assert fact.plausible is not None
    (low, high), (lowest, highest) = fact.plausible.soft, fact.plausible.hard
    assert lowest <= low < high <= highest
    assert all(reading.is_finite() for _, reading in other_readings(Decimal(2), fact))


def test_words_of_codes_are_words_of_the_fact() -> None:
    for fact in VOCABULARY.facts.values():
        tables = [*fact.value_codes.values(), fact.value_texts]
        words = {word for table in tables for word in table.values()}
        allowed = {"true", "false"} if fact.type == "boolean" else set(fact.values)
        assert words <= allowed, fact.id
        assert set(fact.unclear) <= set(fact.values), fact.id


def test_symptoms_are_presumed_absent_and_can_be_asked() -> None:
    symptoms = [fact for fact in VOCABULARY.facts.values() if fact.id.startswith("symptom_")]
    assert len(symptoms) > 20
    assert all(fact.absence == "presumed_no" and fact.question for fact in symptoms)


@pytest.mark.parametrize("name", ["tobacco_status", "mammography", "bmi", "sedentary", "fit"])
def test_habits_events_and_measures_are_never_presumed(name: str) -> None:
    assert VOCABULARY.facts[name].absence == "unknown"


def test_an_exact_code_wins_over_a_prefix_and_the_kind_of_entry_decides() -> None:
    assert [fact.id for fact, _ in VOCABULARY.find("cim10", "C50.9", "condition")] == ["breast_cancer_history"]
    assert [fact.id for fact, _ in VOCABULARY.find("cim10", "C50.9", "family_member")] == ["family_breast_cancer"]
    assert [fact.id for fact, _ in VOCABULARY.find("cim10", "C71.1", "condition")] == ["other_cancer_history"]
    assert [fact.id for fact, _ in VOCABULARY.find("cim10", "M10.0", "condition")] == ["other_condition"]
    assert VOCABULARY.find("https://labo.example.test", "C50.9", "condition") == ()
    assert [fact.id for fact, _ in VOCABULARY.find("atc", "J07BB02", "medication")] == ["other_medication"]


def test_a_name_stands_for_one_fact() -> None:
    one = Fact(id="a", type="boolean", label="A", category="habits")
    other = Fact(id="b", type="boolean", label="B", category="habits", aliases=["a"])
    with pytest.raises(ContentError):
        Vocabulary([one, one], "")
    with pytest.raises(ContentError):
        Vocabulary([one, other], "")


def test_each_unit_is_one() -> None:
    named = {fact.id: fact.unit for fact in load_vocabulary().facts.values() if fact.unit is not None}
    assert not {fact: unit for fact, unit in named.items() if not is_unit(unit)}
    assert not is_unit("mmolle")
