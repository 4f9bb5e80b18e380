"""The plan for a general practitioner: statuses, dates, the facts used, nothing to persuade."""

from __future__ import annotations

from collections.abc import Iterator

from app.guidelines.model import Status
from app.i18n import N_
from app.plans.model import Item, Plan
from app.plans.text import Line, heading, paragraph

_UNVERIFIED = {"partly": N_("règle vérifiée en partie"), "no": N_("règle non vérifiée")}
_SILENT = (Status.NOT_ELIGIBLE, Status.NOT_NEEDED)


def gp_lines(plan: Plan) -> list[Line]:
    """One block a guideline: id, status, track, due date, facts with source, what was assumed, what is missing."""
    return list(_lines(plan))


def _lines(plan: Plan) -> Iterator[Line]:
    t, plan.say.words.entries = plan.say.t, True
    yield "title", t("Synthèse de prévention, le {day}", day=t.date(plan.as_of))
    yield "quiet", f"pack {plan.pack.id} {plan.pack.version}, {plan.pack.digest[:19]}…"
    yield from heading(t("Réponses des recommandations"))
    for item in plan.items:
        if item.status not in _SILENT:
            yield from _item(item, plan)
    if plan.suspended:
        yield from heading(t("Suspendu pour le moment"))
        for one in plan.suspended:
            yield from paragraph(f"{one.id} {one.text}", indent="    ", first="  • ")
    yield from heading(t("Non concerné"))
    for item in plan.items:
        if item.status in _SILENT:
            yield from paragraph(f"{item.id} [{item.status.value}] {item.why[0]}", indent="    ", first="  • ")
    if plan.assumptions:
        yield from heading(t("Supposé d'après le silence du dossier"))
        for sentence in plan.assumptions:
            yield from paragraph(sentence, indent="    ", first="  • ")
    if plan.sheet.set_aside:
        yield from paragraph(t.plural(
            "{n} élément du dossier mis de côté (voir `jalon facts`).",
            "{n} éléments du dossier mis de côté (voir `jalon facts`).", len(plan.sheet.set_aside),
        ))


def _item(item: Item, plan: Plan) -> Iterator[Line]:
    t, found = plan.say.t, item.recommendation
    parts = [found.status.value, found.track.id if found.track else "", "urgent" if item.urgent else ""]
    if found.due_from:
        parts.append(t("à partir du {day}", day=t.date(found.due_from)))
    yield "heading", f"{item.id} [{', '.join(part for part in parts if part)}]"
    for sentence in item.why[1:]:
        yield from paragraph(sentence, indent="    ", first="  - ")
    if found.asks:
        missing = t.series(plan.say.words.label(name) for name in found.asks)
        yield from paragraph(t("Manque : {list}", list=missing), indent="    ", first="  - ")
    source = item.sources()[0]
    said = f"{source['title']}, {source['publisher']}, {source['date']}"
    if found.track is not None and found.track.verified != "yes":
        said += f" ({t(_UNVERIFIED[found.track.verified])})"
    yield from paragraph(said, indent="    ", first="  = ")
