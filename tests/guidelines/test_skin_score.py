"""The skin guideline writes the SAMScore as criteria, so that one answer may be enough; the model is the formula: both
must say the same of everyone."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from app.facts.vocabulary import load_vocabulary
from app.guidelines.case_person import sheet_of
from app.guidelines.evaluate import evaluate
from app.guidelines.model import Status
from app.guidelines.pack import load_pack
from risk_models import compute

FACTORS = ("light_phototype", "freckles", "more_than_20_naevi_on_arms", "severe_childhood_sunburn",
           "lived_in_sunny_country")
AS_OF = date(2026, 10, 5)


@pytest.mark.parametrize("age", [18, 59, 60, 80])
@pytest.mark.parametrize("mother", [True, False])
def test_the_criteria_say_what_the_model_says(age: int, mother: bool) -> None:
    for answers in product((True, False), repeat=len(FACTORS)):
        facts = dict(zip(FACTORS, answers, strict=True))
        relatives = [{"relation": "mother", "condition": "melanoma", "age_at_diagnosis": 50.0}] if mother else []
        person = {"birth_date": f"{AS_OF.year - age}-10-05", "administrative_sex": "female", "facts": facts,
                  "events": [], "family": relatives, "unknown": []}
        sheet = sheet_of(person, AS_OF, load_vocabulary(), where="test")
        (found,) = evaluate(load_pack("fr"), sheet, only=["skin_cancer_check"])
        inputs = {**facts, "age": age, "personal_melanoma": False, "first_degree_melanoma": mother}
        high = compute("samscore", inputs).category == "high"
        assert found.status is (Status.DUE if high else Status.NOT_ELIGIBLE), facts
