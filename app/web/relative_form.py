"""One relative as a form, and what was typed as an answer (`app.facts.family_answers`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from app.facts.family_answers import kin_of
from app.i18n import Translator
from app.pedigree.content import load_content
from app.pedigree.words import sentence
from app.plans.words import RELATIONS
from app.records.relatives import KINSHIPS

_TEXTS = ("relation", "born", "sex", "adopted", "deceased", "age_at_death", "health")
UNKNOWN = "unknown"


class WrongRelative(ValueError):
    """What is wrong, in the reader's language; never what was typed."""


def blank() -> dict[str, Any]:
    return typed_of({})


def sent_of(form: FormData) -> dict[str, Any]:
    """Every field of the form, as it was sent."""
    ids = [condition.id for condition in load_content().conditions]
    typed: dict[str, Any] = {name: str(form.get(name, "")).strip() for name in _TEXTS}
    ages = {f"age-{name}": str(form.get(f"age-{name}", "")).strip() for name in ids}
    ticked = {name: [one for one in ids if one in form.getlist(name)] for name in ("condition", "absent")}
    return typed | ages | ticked


def typed_of(source: Mapping[str, Any]) -> dict[str, Any]:
    """Every field of the form, as it stands for a relative told before."""
    ids = [condition.id for condition in load_content().conditions]
    told = {one["condition"]: one for one in source.get("conditions", ())}
    died = source.get("deceased", True if "age_at_death" in source else None)
    return {
        "relation": source.get("relation", ""), "born": str(source.get("born") or ""), "sex": source.get("sex") or "",
        "adopted": source.get("adopted") or "", "health": source.get("health", ""),
        "deceased": "yes" if died else "no" if died is False else "",
        "age_at_death": _shown(source.get("age_at_death")),
        **{f"age-{name}": _shown(told.get(name, {}).get("age_at_diagnosis")) for name in ids},
        "condition": [name for name in ids if name in told and not told[name].get("absent")],
        "absent": [name for name in ids if name in told and told[name].get("absent")],
    }  # fmt: skip


def read_relative(typed: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    """Raises WrongRelative with a sentence to show."""
    relation = typed["relation"]
    if relation not in RELATIONS:
        raise WrongRelative(t("Choisissez de quel parent il s’agit."))
    found: dict[str, Any] = {"relation": relation}
    if typed["sex"] in ("female", "male") and KINSHIPS[relation].sex is None:
        found["sex"] = typed["sex"]
    if typed["adopted"] in ("in", "out"):
        found["adopted"] = typed["adopted"]
    if typed["born"]:
        if not (typed["born"].isascii() and typed["born"].isdecimal() and 1850 <= int(typed["born"]) <= 2100):
            raise WrongRelative(t("Écrivez une année de naissance en quatre chiffres, par exemple 1950."))
        found["born"] = typed["born"]
    died = _age(typed["age_at_death"], t)
    if died is not None and typed["deceased"] == "no":
        raise WrongRelative(t("La personne est en vie, ou elle est morte à un âge : gardez l’un des deux."))
    if died is not None or typed["deceased"] == "yes":
        found["deceased"] = True
        found |= {} if died is None else {"age_at_death": died}
    elif typed["deceased"] == "no":
        found["deceased"] = False
    conditions = _conditions(typed, died, t)
    if conditions:
        found["conditions"] = conditions
    if typed["health"] == UNKNOWN:
        if conditions:
            raise WrongRelative(t("Vous connaissez une maladie, ou rien de sa santé : gardez l’un des deux."))
        found["health"] = UNKNOWN
    return found


def told_words(relative: Mapping[str, Any], t: Translator) -> str:
    """What was told of one relative, as a sentence."""
    return sentence(kin_of(relative), t)


def _conditions(typed: Mapping[str, Any], died: int | None, t: Translator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for condition in load_content().conditions:
        age = _age(typed[f"age-{condition.id}"], t)
        if condition.id in typed["condition"] or (age is not None and condition.id not in typed["absent"]):
            if condition.id in typed["absent"]:
                raise WrongRelative(t("La même maladie est cochée deux fois, eue et pas eue : gardez l’une des deux."))
            if age is not None and died is not None and age > died:
                raise WrongRelative(t("L’âge de la maladie ne peut pas dépasser l’âge au décès."))
            found.append({"condition": condition.id, "age_at_diagnosis": UNKNOWN if age is None else age})
        elif condition.id in typed["absent"]:
            found.append({"condition": condition.id, "absent": True})
    return found


def _age(text: str, t: Translator) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and int(text) <= 120):
        raise WrongRelative(t("Écrivez un âge en années, ou laissez la case vide si vous ne le savez pas."))
    return int(text)


def _shown(age: Any) -> str:
    return "" if age is None or age == UNKNOWN else f"{age:g}" if isinstance(age, int | float) else ""
