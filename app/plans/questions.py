"""At most three questions, those that decide the most guidelines first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from app.facts.answers import ANSWERS
from app.facts.vocabulary import Fact as Definition
from app.guidelines.model import Status
from app.guidelines.recommendation import Recommendation
from app.i18n import N_
from app.plans.model import PlanQuestion
from app.plans.sentences import Sentences

MOST_QUESTIONS = 3

_ASKED_THROUGH = {
    "age": ("birth_date",), "bmi": ("weight", "height"), "pack_years": ("cigarettes_per_day", "smoking_years"),
    "blood_pressure": ("systolic_bp",), "diastolic_bp": ("systolic_bp",), "administrative_sex": ("sex_at_birth",),
}
"""What is computed is asked for through what it is computed from."""

_BY_TYPE = {"boolean": "yes_no", "quantity": "number", "coded": "choice", "date": "date", "event": "date",
            "dose": "date", "family": "relatives"}
_GENERIC = {
    "yes_no": N_("Est-ce que ceci vous concerne : {what} ?"),
    "number": N_("Connaissez-vous votre dernier résultat : {what} ?"),
    "date": N_("Connaissez-vous la date : {what} ?"),
    "relatives": N_("Dans votre famille : {what} ?"),
}


def choose_questions(found: Iterable[Recommendation], say: Sentences) -> list[PlanQuestion]:
    """Ranked by what the answer is likely to settle, each guideline counted for what it is worth, then by how many wait
    for it.

    To weigh a question is to answer it in every way: those that could not be among the first, if all that may be
    settled were, are not weighed.
    """
    waiting: dict[str, list[Recommendation]] = {}
    for recommendation in found:
        if recommendation.status is Status.ASK:
            for name in _to_ask(recommendation.unknown, say):
                waiting.setdefault(name, []).append(recommendation)
    at_most = {
        name: round(sum(r.guideline.priority for r in those if r.may_settle(name)), 6)
        for name, those in waiting.items()
    }
    weighed: dict[str, float] = {}
    for name in sorted(waiting, key=lambda n: -at_most[n]):
        first = sorted(weighed.values(), reverse=True)[:MOST_QUESTIONS]
        if len(first) == MOST_QUESTIONS and first[-1] > at_most[name]:
            break
        weighed[name] = round(sum(r.share(name) * r.guideline.priority for r in waiting[name]), 6)
    ranked: list[str] = []
    for _, equals in groupby(
        sorted(weighed, key=lambda n: (-weighed[n], -len(waiting[n]))), key=lambda n: (weighed[n], len(waiting[n]))
    ):
        ranked += _untied(list(equals), waiting, say)
        if len(ranked) >= MOST_QUESTIONS:
            break
    return [_question(name, waiting[name], say) for name in ranked[:MOST_QUESTIONS]]


def _untied(names: list[str], waiting: Mapping[str, list[Recommendation]], say: Sentences) -> list[str]:
    """Questions that settle as much and that as many wait for: first the one that stands first for somebody."""
    if len(names) < 2:
        return names
    place = {name: min(_to_ask(r.asks, say).index(name) for r in waiting[name]) for name in names}
    return sorted(names, key=lambda n: (place[n], -sum(r.guideline.priority for r in waiting[n]), n))


def _to_ask(asks: Iterable[str], say: Sentences) -> list[str]:
    """The facts that a person can answer: parts not yet known of what is computed, each once."""
    names: dict[str, None] = {}
    for name in asks:
        definition = say.words.definition(name)
        fact_id = definition.id if definition else name
        parts = _ASKED_THROUGH.get(fact_id, (fact_id,))
        names.update(dict.fromkeys([p for p in parts if p not in say.sheet.facts] or parts))
    not_known = {u.id for u in say.sheet.unknown if any(source.file == ANSWERS for source in u.sources)}
    return [name for name in names if name not in not_known]  # who said "I do not know" is not asked again


def _question(name: str, waiting: list[Recommendation], say: Sentences) -> PlanQuestion:
    t, changes = say.t, tuple(recommendation.id for recommendation in waiting)
    definition = say.vocabulary.facts.get(name)
    if name == "birth_date" or definition is None:
        return PlanQuestion(name, t("Quelle est votre date de naissance ?"), changes, "date")
    asked = definition.question
    if asked is None:
        kind = _BY_TYPE.get(definition.type, "text")
        text = t(_GENERIC.get(kind, N_("Que pouvez-vous nous dire de ceci : {what} ?")), what=t(definition.label))
        return PlanQuestion(name, text, changes, kind, None, definition.unit, _choices(definition, say))
    help_text = t(asked.help) if asked.help else None
    if definition.values and any(f.value == "done" for f in say.sheet.facts.get(name, ())):
        help_text = t("Nous avons une date ; il nous manque le résultat.")
    return PlanQuestion(
        name, t(asked.text), changes, asked.answer, help_text,
        definition.unit if asked.answer in ("number", "pair") else None, _choices(definition, say),
    )


def _choices(definition: Definition, say: Sentences) -> tuple[tuple[str, str], ...]:
    """Always with a way to say that one does not know."""
    t = say.t
    asked = definition.question
    unknown = ("unknown", t("Je ne sais pas"))
    if asked and asked.choices:
        return (*((value, t(words)) for value, words in asked.choices.items()), unknown)
    if definition.type == "boolean":
        return (("true", t("Oui")), ("false", t("Non")), unknown)
    if definition.type == "coded":
        return (*((value, say.words.value(definition, value)) for value in definition.values), unknown)
    if definition.type in ("event", "dose"):
        return (("never", t("Jamais")), unknown)
    return (unknown,)
