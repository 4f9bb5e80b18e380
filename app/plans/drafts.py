"""Drafts for the doctor to read, change and sign: a prescription, a letter, a summary for the record. Plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from app.guidelines.model import Status
from app.plans.care_plan import order, to_do
from app.plans.model import Item, Plan
from app.plans.review_words import sentences

Draft = Literal["prescription", "referral", "summary"]
_LETTER = frozenset({Status.SEE_DOCTOR, Status.SPECIALIST})


def draft(kind: Draft, plan: Plan, name: str | None = None) -> str:
    """Only what needs no decision, or was decided. Says so when there is nothing to write."""
    t = plan.say.t
    lines = list({"prescription": _prescription, "referral": _referral, "summary": _summary}[kind](plan, name))
    head = [t("ÉBAUCHE, à relire et à signer. Rien n’est prescrit tant que vous ne l’avez pas fait."), ""]
    return "\n".join([*head, *lines]).rstrip() + "\n"


def _who(plan: Plan, name: str | None) -> str:
    birth = plan.sheet.subject.birth_date if plan.sheet.subject else None
    born = plan.say.t("né(e) le {day}", day=plan.say.t.date(birth)) if birth else ""
    return ", ".join(part for part in (name, born) if part)


def _prescription(plan: Plan, name: str | None) -> Iterator[str]:
    t = plan.say.t
    yield from (t.date(plan.as_of), _who(plan, name), "")
    ordered = [item for item in to_do(plan, decided_only=True) if item.status not in _LETTER and item.settled_by]
    for item in ordered:
        yield f"- {order(item, plan)}"
        if item.why:
            yield f"  {t('Motif')} : {item.why[0]}"
    if not ordered:
        yield t("Rien à prescrire d’après ce qui est décidé.")


def _referral(plan: Plan, name: str | None) -> Iterator[str]:
    t = plan.say.t
    yield from (t.date(plan.as_of), "", t("Cher confrère, chère consœur,"), "")
    sent = [item for item in to_do(plan, decided_only=True) if item.status in _LETTER]
    if not sent:
        yield t("Rien à adresser d’après ce qui est décidé.")
        return
    yield t("Je vous adresse {who} pour :", who=_who(plan, name) or t("ce patient"))
    for item in sent:
        yield f"- {item.title}"
        yield from (f"  {sentence}" for sentence in item.why[1:])
    if plan.questions:
        yield from ("", t("Ce qu’on ne sait pas") + " :")
        yield from (f"- {question.text}" for question in plan.questions)
    yield from ("", t("Bien confraternellement,"))


def _summary(plan: Plan, name: str | None) -> Iterator[str]:
    t = plan.say.t
    yield t("Prévention, le {day} (recommandations {pack} {version})", day=t.date(plan.as_of), pack=plan.pack.id,
            version=plan.pack.version)  # fmt: skip
    for item in plan.items:
        if item.review is not None:
            yield f"- {item.title} : {' '.join(sentences(item.review, plan.say))}"
    for item in to_do(plan, decided_only=True):
        if item.review is None:
            yield f"- {item.title} : {item.when}"
    for one in plan.suspended:
        yield f"- {one.title} : {one.text}"
    waiting: list[Item] = [item for item in plan.items if item.awaits_review]
    if waiting:
        yield t.plural("{n} point attend une décision.", "{n} points attendent une décision.", len(waiting))
