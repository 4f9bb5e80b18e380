"""The public registry of projects of secondary use, in the reader's language."""

from __future__ import annotations

from typing import Any

from app.facts.vocabulary import load_vocabulary
from app.i18n import N_, Translator
from app.services.services import Services
from app.trust.donation import exports
from app.trust.donation.projects import Column, Project, load_projects
from app.trust.donation.terms import load_terms
from app.trust.purposes import load_consents

ADDRESS = "/transparence/projets"

DECISIONS = {
    "favourable": N_("avis favorable"),
    "unfavourable": N_("avis défavorable : rien ne sort"),
    "awaited": N_("avis attendu : rien ne sort"),
}
STATUSES = {
    "public": N_("organisme public"),
    "private_non_profit": N_("organisme privé sans but lucratif"),
    "private": N_("entreprise privée"),
}
SMALL_CELLS = {
    "refuse": N_("Si moins de 11 personnes se ressemblent, rien ne sort."),
    "leave_out": N_("Les personnes qui ressemblent à moins de 10 autres sont retirées."),
}
KEPT = {
    "as_is": N_("tel quel"),
    "month": N_("le mois seulement"),
    "quarter": N_("le trimestre seulement"),
    "year": N_("l’année seulement"),
    "shifted_day": N_("date décalée de façon secrète"),
}


def listed(t: Translator) -> list[dict[str, Any]]:
    """Every project of the registry, in short."""
    return [told(project, t) for project in load_projects()]


async def left(services: Services, name: str) -> list[dict[str, Any]]:
    """What left for a project: when, and about how many people."""
    return await services.door.look_up(lambda connection: exports.public(connection, name))


def told(project: Project, t: Translator) -> dict[str, Any]:
    """A project in short."""
    purpose = next(each for each in load_terms().purposes if each.id == project.purpose)
    return {
        "id": project.id, "example": project.example, "title": t(project.title), "why": t(project.why),
        "summary": t(project.summary), "who": project.who.name, "purpose": project.purpose,
        "purpose_label": t(purpose.label), "starts_on": project.starts_on.isoformat(),
        "ends_on": project.ends_on.isoformat(), "page": f"{ADDRESS}/{project.id}",
    }  # fmt: skip


def detailed(name: str, t: Translator) -> dict[str, Any]:
    """All of a project. Raises UsageError (`unknown_project`)."""
    project = load_projects().get(name)
    purpose = next(each for each in load_terms().purposes if each.id == project.purpose)
    labels = load_consents()["own_prevention"].texts["en" if t.lang == "en" else "fr"].categories
    return told(project, t) | {
        "who": project.who.model_dump() | {"status_words": t(STATUSES[project.who.status])},
        "purpose_article": purpose.article,
        "legal_basis": project.legal_basis,
        "categories": [{"id": name, "label": labels[name]} for name in project.categories],
        "columns": [_column(column, t) for column in project.columns],
        "small_cells": project.small_cells,
        "small_cells_words": t(SMALL_CELLS[project.small_cells]),
        "ethics": project.ethics.model_dump(mode="json") | {"words": t(DECISIONS[project.ethics.decision])},
        "keeps_until": project.keeps_until.isoformat(),
        "results": [
            result.model_dump(mode="json") | {"title": t(result.title), "summary": t(result.summary)}
            for result in project.results
        ],
    }


def _label(column: Column) -> str:
    vocabulary = load_vocabulary()
    reduction = vocabulary.reductions.get(column.fact)
    return reduction[1].label if reduction else vocabulary.facts[column.fact].label


def _column(column: Column, t: Translator) -> dict[str, Any]:
    kept = t(KEPT[column.keep]) if column.keep in KEPT else t("par tranche de {width}", width=f"{column.width:g}")
    return {
        "name": column.name, "label": t(_label(column)),
        "fact": column.fact, "keep": column.keep, "keep_words": kept, "why": t(column.why),
        "identifies": column.identifies, "width": column.width, "bottom": column.bottom, "top": column.top,
    }  # fmt: skip
