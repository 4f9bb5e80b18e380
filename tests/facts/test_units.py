"""Units: exact factors, spellings, the right factor for the analyte, and no guess."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.facts.units import UnitError, to_canonical
from app.facts.vocabulary import load_vocabulary

FACTS = load_vocabulary().facts


@pytest.mark.parametrize(
    ("fact", "value", "unit", "canonical"),
    [
        ("ldl_cholesterol", 1.42, "g/L", 3.67212),
        ("ldl_cholesterol", 142, "mg/dL", 3.67212),
        ("ldl_cholesterol", 142, "mg/dl", 3.67212),
        ("non_hdl_cholesterol", 1, "g/L", 2.586),
        ("triglycerides", 1.95, "g/l", 2.22885),
        ("triglycerides", 100, "mg/dL", 1.143),
        ("fasting_glucose", 1.26, "g/L", 6.99426),
        ("hba1c", 41, "mmol/mol", 5.9015),
        ("hba1c", 5.8, "%{Hb}", 5.8),
        ("creatinine", 8.9, "mg/L", 78.676),
        ("creatinine", 0.89, "mg/dL", 78.676),
        ("creatinine", 92, "µmol/L", 92),
        ("creatinine", 92, "μmol/l", 92),
        ("urea", 0.3, "g/L", 4.995),
        ("albumin_creatinine_ratio", 30, "mg/g", 3.39367),
        ("albumin_creatinine_ratio", 2.8, "mg/mmol", 2.8),
        ("calcium", 95, "mg/L", 2.37025),
        ("vitamin_d", 30, "ng/mL", 74.88),
        ("uric_acid", 60, "mg/L", 356.88),
        ("haemoglobin", 121, "g/L", 12.1),
        ("height", 1.66, "m", 166),
        ("height", 65, "[in_i]", 165.1),
        ("weight", 150.8, "[lb_av]", 68.4017),
        ("weight", 71500, "g", 71.5),
        ("weight", 71.5, "Kg", 71.5),
        ("bmi", 0.00215, "kg/cm2", 21.5),
        ("systolic_bp", 14, "cmHg", 140),
        ("systolic_bp", 18, "kPa", 135.011),
        ("systolic_bp", 120, "mmHg", 120),
        ("body_temperature", 98.6, "[degF]", 37),
        ("egfr", 62, "mL/min/1,73m²", 62),
        ("platelets", 250, "G/L", 250),
        ("fasting_glucose", 1.0, "G/L", 5.551),
        ("tsh", 2, "µUI/mL", 2),
        ("crp", 1, "mg/dL", 10),
        ("alcohol_drinks_per_week", 2, "{drink}/d", 14),
        ("pack_years", 30, "paquets-années", 30),
        ("gestation_weeks", 15, "semaines", 15),
        ("ferritin", 30, "pg/uL", 30),
        ("falls_last_12_months", 2, None, 2),
    ],
)
def test_conversion(fact: str, value: float, unit: str | None, canonical: float) -> None:
    assert to_canonical(value, unit, FACTS[fact]) == pytest.approx(canonical, rel=1e-5)


@pytest.mark.parametrize(
    ("fact", "unit"),
    [
        ("hba1c", "mg/dL"), ("weight", "mg/dL"), ("weight", "pommes"), ("weight", None), ("weight", ""),
        ("cigarettes_per_day", "{pack}/d"), ("pack_years", "%"), ("height", "kg"), ("psa", "mmol/L"),
        ("total_cholesterol", "mmol/mol"), ("weight", "10*99999"), ("weight", "{kg}"),
    ],
)  # fmt: skip
def test_no_conversion(fact: str, unit: str | None) -> None:
    with pytest.raises(UnitError):
        to_canonical(1, unit, FACTS[fact])


def test_common_units_do_not_load_the_library() -> None:
    code = (
        "import sys; from app.facts.units import to_canonical; from app.facts.vocabulary import load_vocabulary;"
        "facts = load_vocabulary().facts; to_canonical(1.4, 'g/L', facts['ldl_cholesterol']);"
        "to_canonical(120, 'mmHg', facts['systolic_bp']); to_canonical(5, 'ug/L', facts['psa']);"
        "assert 'pint' not in sys.modules and 'ucumvert' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
