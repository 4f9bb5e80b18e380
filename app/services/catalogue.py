"""The public catalogue: every version of a guideline, every model, campaign and project, each with what it rests on,
what is not sure, who sees it, what became of it, and whether it is suspended. The same for the page, JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import risk_models
from app.campaigns.model import Campaign, campaign_files, load_campaign
from app.campaigns.versions import Version
from app.errors import UsageError
from app.guidelines.model import Guideline
from app.i18n import N_, Translator
from app.plans.vigilance import load_vigilance
from app.services import model_pages, projects
from app.services.services import Services
from app.services.stops import told
from app.trust import campaigns, decision_support, signals, stops
from app.trust.donation.projects import load_projects
from app.trust.stops import History

ADDRESS, GUIDELINES = "/transparence/catalogue", "/transparence/recommandations"
Kind = Literal["guideline", "model", "campaign", "project"]
KINDS: dict[Kind, str] = {
    "guideline": N_("Recommandation"), "model": N_("Calcul de risque"), "campaign": N_("Campagne"),
    "project": N_("Projet de recherche ou d’intérêt général"),
}  # fmt: skip
STATES = {
    "in_force": N_("en vigueur"), "former": N_("remplacée"), "coming": N_("à venir"), "suspended": N_("suspendue"),
    "draft": N_("brouillon"), "over": N_("terminée"),
}  # fmt: skip
VERIFIED = {
    "yes": N_("vérifié à la source"), "partly": N_("vérifié en partie"), "no": N_("non vérifié à la source"),
}  # fmt: skip
SEEN_BY = N_(
    "Toute personne qui y consent, pour elle-même ; le médecin qu’elle nomme ; tout le monde, dans ce catalogue."
)
COLUMNS = (
    "kind", "id", "version", "title", "state", "from", "until", "suspended_since", "suspended_because", "seen_by",
    "evidence", "verified", "limits", "cards_given", "cards_accepted", "cards_set_aside", "problems", "reviews", "page",
)  # fmt: skip
"""Of the CSV. A figure that is empty is that of a small group, or is not measured."""


async def catalogue(services: Services, t: Translator, kind: Kind | None = None) -> dict[str, Any]:
    """All of it, or one kind. Raises UsageError (`language`)."""
    figures, history = await _figures(services), await services.door.look_up(stops.histories)
    started = await services.door.look_up(campaigns.published)
    names = {one.campaign.id for one in started}
    made: dict[Kind, Callable[[], list[dict[str, Any]]]] = {
        "guideline": lambda: [_guideline(services, one, figures, history, t) for one in services.pack.guidelines],
        "model": lambda: [_model(services, name, history, t) for name in risk_models.ids()],
        "campaign": lambda: [
            *(_campaign(services, one.campaign, history, t, one) for one in started),
            *(_campaign(services, one, history, t) for one in _examples() if one.id not in names),
        ],
        "project": lambda: [_project(services, one.id, t) for one in load_projects()],
    }
    entries = [one for name, make in made.items() if kind in (None, name) for one in make()]
    return {
        "as_of": services.today().isoformat(), "pack": {"id": services.pack.id, "version": services.pack.version},
        "small_cells": load_vigilance().small_cells, "lang": t.lang, "entries": entries,
    }  # fmt: skip


async def guideline(services: Services, name: str, t: Translator) -> dict[str, Any]:
    """One guideline in full, with all its versions. Raises UsageError (`unknown_guideline`)."""
    versions = [one for one in services.pack.guidelines if one.id == name]
    if not versions:
        raise UsageError("there is no such recommendation", code="unknown_guideline")
    figures, history = await _figures(services), await services.door.look_up(stops.histories)
    made = [_guideline(services, one, figures, history, t) for one in versions]
    today = services.today()
    shown = next((one for one in reversed(versions) if one.effective_from <= today), versions[-1])
    return {
        "guideline": name, "title": t(shown.wording.title), "versions": list(reversed(made)),
        "card": _card(shown, t), "stops": [told(services, one, t) for one in history if one.target == name],
    }  # fmt: skip


def as_csv(found: Mapping[str, Any]) -> bytes:
    """One line an entry; a cell that a spreadsheet would run as a formula stays text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in found["entries"]:
        figures, stopped = one["figures"] or {}, one["suspended"] or {}
        row = {
            **one, "suspended_since": stopped.get("since"), "suspended_because": stopped.get("reason"),
            "evidence": " | ".join(each["text"] for each in one["evidence"]), "limits": " | ".join(one["limits"]),
            **figures,
        }  # fmt: skip
        writer.writerow([_cell(row.get(name)) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def hidden(parts: Mapping[str, int], small: int) -> dict[str, int | None]:
    """Each part, None when it is of fewer than `small`; and as soon as one is hidden, its neighbours' sum would tell
    it: the smallest of the others is hidden too."""
    found: dict[str, int | None] = {name: None if 0 < n < small else n for name, n in parts.items()}
    told_parts = [(n, name) for name, n in found.items() if n]
    if list(found.values()).count(None) == 1 and told_parts:
        found[min(told_parts)[1]] = None
    return found


async def _figures(services: Services) -> dict[tuple[str, str], dict[str, Any]]:
    """(guideline, version) → how often cards were given, accepted and set aside, and what was reported."""
    cards = await services.door.look_up(decision_support.figures)
    reports = await services.door.look_up(signals.figures)
    small, found = load_vigilance().small_cells, dict[tuple[str, str], dict[str, Any]]()
    for key in {*cards, *reports}:
        given, said = cards.get(key, {}), reports.get(key, {})
        answered = {"cards_accepted": given.get("accepted", 0), "cards_set_aside": given.get("overridden", 0),
                    "cards_unanswered": given.get("", 0)}  # fmt: skip
        parts = hidden(answered, small)
        whole = sum(answered.values())
        reasons = {name.partition(":")[2]: n for name, n in given.items() if name.startswith("overridden:")}
        found[key] = {
            "cards_given": None if None in parts.values() or 0 < whole < small else whole, **parts,
            "set_aside_because": {name: n for name, n in hidden(reasons, small).items() if n},
            **{f"{name}s": None if 0 < said.get(name, 0) < small else said.get(name, 0)
               for name in ("problem", "review")},
        }  # fmt: skip
    return found


def _guideline(
    services: Services, one: Guideline, figures: Mapping[tuple[str, str], dict[str, Any]],
    history: Iterable[History], t: Translator,
) -> dict[str, Any]:  # fmt: skip
    version, today = one.effective_from.isoformat(), services.today()
    stopped = _stopped(history, "guideline", one.id, version)
    over = one.effective_until is not None and one.effective_until < today
    state = "suspended" if stopped else "former" if over else "coming" if one.effective_from > today else "in_force"
    rules = {track.verified for track in one.tracks}
    verified = "yes" if rules == {"yes"} else "no" if rules == {"no"} else "partly"
    return _entry(
        "guideline", one.id, version, t(one.wording.title), state, t,
        since=version, until=one.effective_until.isoformat() if one.effective_until else None, stopped=stopped,
        seen_by=t(SEEN_BY), evidence=[
            {"text": f"{s.title}, {s.publisher}, {s.date}", "url": s.url} for s in one.sources
        ],
        verified=verified, limits=list(one.doubts), page=f"{GUIDELINES}/{one.id}",
        figures=figures.get((one.id, version), _NO_FIGURES), changes=_changes(history, "guideline", one.id, version, t),
        last_checked=one.last_checked.isoformat(),
    )  # fmt: skip


_NO_FIGURES = {
    "cards_given": 0, "cards_accepted": 0, "cards_set_aside": 0, "cards_unanswered": 0, "set_aside_because": {},
    "problems": 0, "reviews": 0,
}  # fmt: skip


def _model(services: Services, name: str, history: Iterable[History], t: Translator) -> dict[str, Any]:
    card = model_pages.one(name, t)
    stopped = _stopped(history, "model", name, None)
    measured = [f"{each['measure']} : {each['value']} ({each['population']})" for each in card["performance"]]
    return _entry(
        "model", name, card["version"], card["plain"]["title"], "suspended" if stopped else "in_force", t,
        stopped=stopped, seen_by=card["plain"]["shown"],
        evidence=[{"text": each["citation"], "url": each["url"] or (each["doi"] and f"https://doi.org/{each['doi']}")}
                  for each in card["sources"]],
        verified="partly" if card["unverified"] else "yes",
        limits=[*([card["plain"]["limits"]] if card["plain"]["limits"] else []), card["plain"]["fit"]],
        page=card["plain"]["page"], validation=measured, changes=_changes(history, "model", name, None, t),
    )  # fmt: skip


def _examples() -> list[Campaign]:
    """The campaigns that come with Jalon."""
    return [load_campaign(path) for path in campaign_files()]


def _campaign(
    services: Services, one: Campaign, history: Iterable[History], t: Translator, version: Version | None = None
) -> dict[str, Any]:
    """One that a team started (`version`), or one that only comes as an example: a draft."""
    stopped = _stopped(history, "message", one.id, None)
    over = one.ends_on < services.today() or (version is not None and version.state == "stopped")
    state = "suspended" if stopped else "draft" if version is None else "over" if over else "in_force"
    return _entry(
        "campaign", one.id, str(version.number) if version else one.starts_on.isoformat(), t(one.title), state, t,
        since=one.starts_on.isoformat(),
        until=one.ends_on.isoformat(), stopped=stopped,
        seen_by=t("Les personnes de la cible qui acceptent les messages ; responsable : {owner}.", owner=one.owner),
        evidence=[{"text": f"{source.title}, {source.date}", "url": None} for source in one.sources.values()],
        verified="yes" if all(source.verified for source in one.sources.values()) else "partly", limits=[],
        page=None, changes=_changes(history, "message", one.id, None, t),
    )  # fmt: skip


def _project(services: Services, name: str, t: Translator) -> dict[str, Any]:
    found = projects.detailed(name, t)
    today = services.today().isoformat()
    allowed = found["ethics"]["decision"] == "favourable"
    state = "over" if found["ends_on"] < today else "in_force" if allowed and found["starts_on"] <= today else "draft"
    return _entry(
        "project", name, found["starts_on"], found["title"], state, t, since=found["starts_on"],
        until=found["ends_on"], seen_by=f"{found['who']['name']} ({found['purpose_label']})",
        evidence=[{"text": f"{found['purpose_article']}, {found['legal_basis']}", "url": None}], verified="partly",
        limits=[found["small_cells_words"]], page=found["page"],
    )  # fmt: skip


def _entry(
    kind: Kind, name: str, version: str, title: str, state: str, t: Translator, *, seen_by: str,
    evidence: list[dict[str, Any]], verified: str, limits: list[str], page: str | None, since: str | None = None,
    until: str | None = None, stopped: History | None = None, figures: Mapping[str, Any] | None = None,
    validation: list[str] | None = None, changes: list[dict[str, Any]] | None = None, last_checked: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "kind": kind, "kind_text": t(KINDS[kind]), "id": name, "version": version, "title": title, "state": state,
        "state_text": t(STATES[state]), "from": since, "until": until,
        "suspended": {"since": stopped.steps[0].at[:10], "reason": stopped.steps[0].words} if stopped else None,
        "seen_by": seen_by, "evidence": evidence, "validation": validation or [], "verified": verified,
        "verified_text": t(VERIFIED[verified]), "last_checked": last_checked, "limits": limits,
        "figures": dict(figures) if figures is not None else None, "changes": changes or [], "page": page,
    }  # fmt: skip


def _card(one: Guideline, t: Translator) -> dict[str, Any]:
    """What a guideline says, in the words that people read."""
    wording = one.wording
    return {
        "why": t(wording.why), "action": t(wording.action) if wording.action else None,
        "benefit": t(wording.benefit.text) if wording.benefit else None,
        "harm": t(wording.harm.text) if wording.harm else None,
        "tracks": [
            {"id": track.id, "verified": track.verified, "verified_text": t(VERIFIED[track.verified]),
             "why": t(track.wording.why) if track.wording.why else None}
            for track in one.tracks
        ],
    }  # fmt: skip


def _stopped(history: Iterable[History], kind: str, target: str, version: str | None) -> History | None:
    return next((one for one in _of(history, kind, target, version) if one.holds), None)


def _changes(
    history: Iterable[History], kind: str, target: str, version: str | None, t: Translator
) -> list[dict[str, Any]]:
    """What happened to it, the first thing first: stops and their lifts."""
    return [
        {"at": step.at[:10], "event": step.event, "text": step.words}
        for one in _of(history, kind, target, version) for step in one.steps
    ]  # fmt: skip


def _of(history: Iterable[History], kind: str, target: str, version: str | None) -> list[History]:
    return [one for one in history if (one.kind, one.target) == (kind, target) and one.version in (None, version)]


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
