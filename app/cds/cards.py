"""A plan → CDS Hooks cards: what to see with the doctor first, then the few things that are due, then what is missing.

Nothing is sent by the card itself: a suggestion is a draft, which the professional signs or not.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4, uuid5

from app.cds.content import decision_support
from app.guidelines.model import Status, Urgency
from app.i18n import N_
from app.plans.model import Item, Plan
from app.plans.suspended import SUSPENDED, Suspended, sources_of

LONGEST_SUMMARY = 140
"""Characters, by the specification."""
GUIDELINES = "https://jalon.invalid/guidelines"
"""The system of a card's topic: ids of our guidelines (.invalid: a name, not an address)."""
EXTENSION = "org.jalon.recommendation"
"""Which recommendation a card is about, for the caller's own statistics."""
REASONS = "https://jalon.invalid/override-reasons"
_CRITICAL: frozenset[Urgency | None] = frozenset({"today"})
_WARNING = frozenset({Status.SEE_DOCTOR, Status.SPECIALIST, Status.OVERDUE})
_DRAFTED = frozenset({"screening", "vaccines", "measures"})
"""Domains whose act is ordered; a habit is talked about."""
_UNVERIFIED = {"partly": N_("règle vérifiée en partie"), "no": N_("règle non vérifiée")}


def patient_cards(plan: Plan, not_sent: list[str], patient: str) -> list[dict[str, Any]]:
    """Cards of a plan. `not_sent`: keys of our prefetch templates left empty; `patient`: id of the Patient."""
    shown = [*plan.to_see_with_doctor, *plan.now][: decision_support().most_cards]
    cards = [card(plan, item, patient) for item in shown]
    cards += [suspended_card(plan, one) for one in plan.suspended if one.concerned]
    if plan.questions or not_sent:
        cards.append(_questions(plan, not_sent))
    return cards


def card(plan: Plan, item: Item, patient: str, *, summary: str | None = None, order: bool = True) -> dict[str, Any]:
    """One recommendation as a card."""
    t, found = plan.say.t, item.recommendation
    made: dict[str, Any] = {
        "uuid": str(uuid4()),
        "summary": shortened(summary or f"{item.title} : {item.when}"),
        "detail": detail(plan, item),
        "indicator": _indicator(item),
        "source": source(plan, item),
        "overrideReasons": [
            {"code": reason.code, "system": REASONS, "display": t(reason.label)}
            for reason in decision_support().override_reasons
        ],
        "extension": {EXTENSION: {
            "guideline": found.guideline.id, "version": found.guideline.effective_from.isoformat(),
            "status": item.status.value, "track": found.track.id if found.track else None,
        }},
    }  # fmt: skip
    if order and found.guideline.domain in _DRAFTED and item.status in (Status.DUE, Status.OVERDUE):
        made["suggestions"] = [_suggestion(plan, item, patient, made["uuid"])]
        made["selectionBehavior"] = "any"
    return made


def suspended_card(plan: Plan, one: Suspended) -> dict[str, Any]:
    """A recommendation that was stopped: said, with nothing to order."""
    t, text, guideline = plan.say.t, sources_of(one.guideline)[0], one.guideline
    return {
        "uuid": str(uuid4()),
        "summary": shortened(t("{title} : recommandation suspendue", title=one.title)),
        "detail": "\n".join(f"- {markdown(sentence)}" for sentence in one.sentences),
        "indicator": "warning" if one.sign else "info",
        "source": {
            "label": f"{text['publisher']}, {text['title']} ({text['date']})",
            "topic": {"system": GUIDELINES, "code": one.id, "display": f"{one.title} ({guideline.effective_from})"},
        },
        "extension": {EXTENSION: {
            "guideline": one.id, "version": guideline.effective_from.isoformat(), "status": SUSPENDED, "track": None,
        }},
    }  # fmt: skip


def shortened(text: str) -> str:
    """At most 140 characters, cut between words."""
    if len(text) <= LONGEST_SUMMARY:
        return text
    return text[: LONGEST_SUMMARY - 1].rpartition(" ")[0].rstrip(" ,;:") + "…"


def detail(plan: Plan, item: Item) -> str:
    """The facts, what it brings and costs, and what is not sure, in Markdown."""
    t, found = plan.say.t, item.recommendation
    lines = [f"- {markdown(sentence)}" for sentence in item.why]
    if item.assumes:
        lines += ["", f"**{t('Supposé d’après le silence du dossier')}**", ""]
        lines += [f"- {markdown(sentence)}" for sentence in item.assumes]
    for heading, kind in ((N_("Ce que cela apporte"), "benefit"), (N_("Ce que cela peut coûter"), "harm")):
        if said := item.statement(kind):  # type: ignore[arg-type]
            lines += ["", f"**{t(heading)}** {markdown(said)}"]
    if item.action:
        lines += ["", f"**{t('Comment faire')}** {markdown(item.action)}"]
    texts = [" · ".join(filter(None, (text["title"], text["publisher"], text["date"]))) for text in item.sources()]
    lines += ["", "_" + markdown(" ; ".join(texts)) + "_"]
    if found.track is not None and found.track.verified != "yes":
        lines += ["", f"_{t(_UNVERIFIED[found.track.verified])}_"]
    return "\n".join(lines)


def markdown(text: str) -> str:
    """Words as words: nothing of a record can become a link, an image, markup or HTML in the caller's page."""
    plain = re.sub(r"\s+", " ", text)
    return re.sub(r"([\\`*_\[\]<>#|!])", r"\\\1", plain)


def source(plan: Plan, item: Item | None) -> dict[str, Any]:
    """Whose recommendation it is, and which version of ours."""
    if item is None:
        return {"label": f"Jalon, {plan.pack.id} {plan.pack.version}"}
    text, guideline = item.sources()[0], item.recommendation.guideline
    out: dict[str, Any] = {"label": f"{text['publisher']}, {text['title']} ({text['date']})"}
    if text["url"]:
        out["url"] = text["url"]
    out["topic"] = {
        "system": GUIDELINES, "code": guideline.id,
        "display": f"{plan.say.t(guideline.wording.title)} ({guideline.effective_from.isoformat()})",
    }  # fmt: skip
    return out


def _indicator(item: Item) -> str:
    """`critical` is for what may not wait until tomorrow: it is meant to stop somebody who is working."""
    if item.urgency in _CRITICAL:
        return "critical"
    return "warning" if item.status in _WARNING or item.urgent else "info"


def _suggestion(plan: Plan, item: Item, patient: str, card_id: str) -> dict[str, Any]:
    t = plan.say.t
    request = {
        "resourceType": "ServiceRequest", "status": "draft", "intent": "proposal",
        "code": {"text": item.title}, "subject": {"reference": f"Patient/{patient}"},
        "occurrenceDateTime": plan.as_of.isoformat(),
        "reasonCode": [{"text": sentence} for sentence in item.why[:1]],
    }  # fmt: skip
    return {
        "label": shortened(t("Préparer : {title}", title=item.title)),
        "uuid": str(uuid5(UUID(card_id), "create")),
        "actions": [
            {"type": "create", "description": t("Ébauche à relire et à signer : {title}", title=item.title),
             "resource": request}
        ],
    }  # fmt: skip


def _questions(plan: Plan, not_sent: list[str]) -> dict[str, Any]:
    t, n = plan.say.t, len(plan.questions)
    lines = [f"- {markdown(question.text)}" for question in plan.questions]
    said = t.plural(
        "{n} question peut changer le plan de prévention", "{n} questions peuvent changer le plan de prévention", n
    )
    if not_sent:
        lines += ["", t("Non transmis par le logiciel, donc inconnu ici : {list}.", list=", ".join(not_sent))]
    return {
        "uuid": str(uuid4()),
        "summary": shortened(said if n else t("Une partie du dossier n'a pas été transmise")),
        "detail": "\n".join(lines).strip(),
        "indicator": "info",
        "source": source(plan, None),
    }  # fmt: skip
