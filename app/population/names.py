"""The names that a pack reads: its criteria, its schedules, and the inputs of the models that it names."""

from __future__ import annotations

from app.guidelines.check import names_used
from app.guidelines.model import Guideline
from app.population.columns import BIRTH

AUDIT_C = tuple(f"audit_c_{n}" for n in range(1, 4))
PHQ = tuple(f"phq_{n}" for n in range(1, 10))
GAD = tuple(f"gad_{n}" for n in range(1, 8))
OF_MODELS: dict[str, tuple[str, ...]] = {
    "score2": (
        "sex_at_birth", "tobacco_status", "diabetes", "systolic_bp", "total_cholesterol", "hdl_cholesterol",
        "cardiovascular_disease", "chronic_kidney_disease", "familial_hypercholesterolaemia", "pregnant",
    ),
    "findrisc": (
        "sex_at_birth", "daily_activity_30min", "vegetables_every_day", "antihypertensive_treatment", "bmi", "waist",
        "prediabetes", "gestational_diabetes_history", "family_diabetes", "diabetes", "pregnant",
    ),
    "eisinger": ("family_breast_cancer", "family_ovarian_cancer"),
    "audit-c": (*AUDIT_C, "audit_c", "sex_at_birth"), "phq": (*PHQ, "phq9"), "phq-2": (*PHQ[:2], "phq2"),
    "gad-7": (*GAD, "gad7"),
}  # fmt: skip
OF_MODELS["score2-op"] = OF_MODELS["score2"]


def names_of(guidelines: list[Guideline]) -> list[str]:
    """In a stable order, the birth date first."""
    found: dict[str, None] = {BIRTH: None}
    for guideline in guidelines:
        for used in names_used(guideline):
            if used.kind == "fact":
                found[used.name] = None
            elif used.kind == "risk":
                found.update(dict.fromkeys(OF_MODELS[used.name]))
    return list(found)
