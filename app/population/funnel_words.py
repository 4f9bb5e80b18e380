"""A funnel in words, and as JSON: for a public-health team or a doctor who asks where a count comes from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from app.facts.model import FactSheet
from app.guidelines import criteria as c
from app.guidelines.model import Guideline, Track
from app.guidelines.pack import Pack
from app.i18n import N_, Translator
from app.plans.criteria_words import criterion_words
from app.plans.explain import LEVELS
from app.plans.words import Words
from app.population.columns import BIRTH, kind_of
from app.population.funnel import Funnel, Path, Step
from app.population.status_words import STATUS_WORDS
from app.population.strata import UNKNOWN

_STEPS = {
    "everyone": N_("Tout le monde"),
    "before": N_("Aucune des situations qui passent avant"),
    "settled": N_("Aucune situation d'avant ne reste ouverte, faute de réponse"),
    "schedule": N_("Réponse de cette situation : « {status} »"),
    "open": N_("On ne peut pas dire si cette situation est la leur"),
}
_BETWEEN = ("before", "settled")
_NOT_TOLD = N_("non montré")
_STRATA = {
    "department": N_("Département"), "region": N_("Région"), "age_band": N_("Tranche d'âge"),
    "deprivation_quintile": N_("Cinquième de défavorisation"), "area": N_("Participation habituelle du département"),
}
_VALUES = {
    ("area", "low"): N_("faible"), ("area", "middle"): N_("moyenne"), ("area", "high"): N_("forte"),
    ("deprivation_quintile", "1"): N_("1 (le moins défavorisé)"),
    ("deprivation_quintile", "5"): N_("5 (le plus défavorisé)"),
}


def words_for(pack: Pack, as_of: date, t: Translator) -> Words:
    """Words of criteria: nobody's facts are needed."""
    return Words(FactSheet(as_of, None), t, pack.vocabulary, pack.titles)


def sentence(criterion: c.Criterion, guideline: Guideline, words: Words) -> str:
    """A criterion with all its parts, on one line."""
    t = words.t
    if isinstance(criterion, c.Use):
        return sentence(guideline.definitions[criterion.use], guideline, words)
    if isinstance(criterion, c.Not):
        return t("pas : {what}", what=sentence(criterion.not_, guideline, words))
    if isinstance(criterion, c.All):
        return t("({list})", list=t(" et ").join(sentence(part, guideline, words) for part in criterion.all))
    if isinstance(criterion, c.Any_):
        return t("({list})", list=t(" ou ").join(sentence(part, guideline, words) for part in criterion.any))
    if isinstance(criterion, c.AtLeast):
        told = " ; ".join(sentence(part, guideline, words) for part in criterion.of)
        return t("au moins {n} parmi ({list})", n=criterion.at_least, list=told)
    return criterion_words(criterion, words)


def track_title(track: Track | None, guideline: Guideline, t: Translator) -> str:
    if track is None:
        return t("Aucune des situations")
    return track_name(track, t)


def track_name(track: Track, t: Translator) -> str:
    """What it is about, or how far it is from the usual; and the id by which it is asked for."""
    return f"{t(track.wording.title or LEVELS[track.level])} ({track.id})"


def _stratum(name: str, value: str, t: Translator) -> str:
    told = N_("non connu") if value == UNKNOWN else _VALUES.get((name, value), value)
    return t("{what} : {value}", what=t(_STRATA.get(name, name)), value=t(told))


def text(funnel: Funnel, words: Words) -> str:
    t = words.t
    lines = [
        t("{title} : « {status} », {people} sur {everyone}", title=t(funnel.guideline.wording.title),
          status=t(STATUS_WORDS[funnel.status]), people=_number(funnel.people, t),
          everyone=_number(funnel.everyone, t)),
    ]  # fmt: skip
    if funnel.where:
        chosen = ", ".join(_stratum(name, value, t) for name, value in funnel.where.items())
        lines.append(t("Parmi : {list}", list=chosen))
    if funnel.people is None:
        lines.append(t("Trop peu de personnes pour être montrées, ou une case qui en ferait retrouver une autre."))
    for path in funnel.paths:
        lines += ["", *_path(path, funnel, words)]
    if funnel.examples:
        lines += ["", t("Exemples : personnes inventées, aucune n'existe.")]
        lines += [f"- {_example(row, words)}" for row in funnel.examples]
    return "\n".join(lines)


def _path(path: Path, funnel: Funnel, words: Words) -> Iterator[str]:
    t = words.t
    yield t("{what} : {value}", what=track_title(path.track, funnel.guideline, t), value=_number(path.people, t))
    if path.people is None:  # then no step is told either
        return
    for before, step in zip((None, *path.steps), path.steps, strict=False):
        if step.kind in _BETWEEN and before is not None and before.people == step.people:
            continue  # nobody is left out here
        if step.kind == "unknown":
            told = t("dont, sans réponse : {what}", what=_step(step, funnel, words))
            yield f"{_number(step.people, t):>14}      {told}"
        else:
            yield f"{_number(step.people, t):>14}  {_step(step, funnel, words)}"


def _step(step: Step, funnel: Funnel, words: Words) -> str:
    if step.criterion is not None:
        return sentence(step.criterion, funnel.guideline, words)
    return words.t(_STEPS[step.kind]).replace("{status}", words.t(STATUS_WORDS[funnel.status]))


def _number(people: int | None, t: Translator) -> str:
    return t(_NOT_TOLD) if people is None else t.number(people, 0)


def _example(row: dict[str, Any], words: Words) -> str:
    t = words.t
    told = [str(row["person"])] if row.get("person") else []
    if row.get(BIRTH) is not None:
        told.append(t("{what} : {value}", what=words.label(BIRTH), value=t.date(row[BIRTH])))
    for name, value in row.items():
        if name in ("person", BIRTH) or value is None or value is False:
            continue
        told.append(t("{what} : {value}", what=words.label(name), value=_value(name, value, words)))
    return " ; ".join(told)


def _value(name: str, value: Any, words: Words) -> str:
    t, kind = words.t, kind_of(name, words.vocabulary)
    if kind == "day":
        return t.date(value)
    if kind == "number":
        return words.quantity(value, words.unit(name))
    if kind == "flag":
        return t("oui")
    if kind in ("days", "relatives"):
        return t.number(len(value), 0)
    return words.value(words.definition(name), value)


def as_json(funnel: Funnel, words: Words) -> dict[str, Any]:
    return {
        "guideline": funnel.guideline.id, "status": str(funnel.status), "where": dict(funnel.where),
        "everyone": funnel.everyone, "people": funnel.people,
        "paths": [
            {
                "track": path.track.id if path.track else None, "open": path.open, "people": path.people,
                "steps": [
                    {"kind": step.kind, "people": step.people, "words": _step(step, funnel, words)}
                    for step in path.steps
                ],
            }
            for path in funnel.paths
        ],
        "examples": funnel.examples,
    }  # fmt: skip
