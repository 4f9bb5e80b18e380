"""The studio's pages: campaigns, what each would change and whom it leaves behind, its words as people would get them,
its text, its history. They work without script."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import date
from typing import Any, cast, get_args

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.campaigns.model import Campaign, Message
from app.campaigns.report import age_pyramid, department_map, deprivation_chart
from app.campaigns.versions import AFTER, Step
from app.campaigns.wording import load_wording
from app.campaigns.words import tables_of
from app.errors import UsageError
from app.i18n import N_, Translator
from app.services import studio
from app.services.log_words import moment_words
from app.services.studio_people import simulated
from app.services.studio_samples import Tried, tried_on
from app.store.tables import moment
from app.web import browser
from app.web.browser import myself, read_form, services_of
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/equipe/campagnes"
STATES = {
    "saved": N_("Brouillon"), "submitted": N_("À approuver"), "approved": N_("Approuvée"), "refused": N_("Refusée"),
    "started": N_("En cours"), "stopped": N_("Arrêtée"),
}
STEPS: dict[Step, str] = {
    "submit": N_("Soumettre à une autre personne"), "approve": N_("Approuver"), "refuse": N_("Refuser"),
    "start": N_("Démarrer"), "stop": N_("Arrêter la campagne"),
}
_PROBLEMS = {
    "campaign_text": N_("Rien n’est gardé : le texte ne dit pas une campagne. Voyez ce qui est à corriger."),
    "campaign_exists": N_("Rien n’est gardé : une campagne porte déjà cet identifiant."),
    "campaign_words": N_("Rien n’est gardé : 500 caractères au plus pour dire pourquoi."),
    "campaign_to_mend": N_("Rien n’est fait : il reste des choses à corriger dans le texte."),
    "campaign_step": N_("Rien n’est fait : quelqu’un d’autre a agi entre-temps. Relisez."),
    "same_person": N_("Vous l’avez écrite ou soumise : une autre personne doit l’approuver."),
    "approval_until": N_("Rien n’est fait : donnez le dernier jour de l’accord, dans l’année qui vient."),
    "approval_over": N_("L’accord n’est plus valable : gardez une nouvelle version, et soumettez-la."),
    "campaign_days": N_("Le dernier jour de la campagne est passé."),
    "campaign_overlap": N_("Une autre campagne du même programme court en même temps : les mêmes personnes auraient "
                           "les deux."),
    "campaign_target": N_("La cible ne convient pas à cette population : personne, tout le monde, ou trop peu."),
    "no_population": N_("Aucun fichier de population n’est fourni : rien ne peut être simulé (JALON_POPULATION)."),
}  # fmt: skip


@router.get(HERE)
async def campaigns(request: Request) -> Response:
    """Every campaign, and the examples to begin from."""
    frame = browser.frame(request, here=HERE)
    found = await studio.listed(services_of(request), myself(request))
    states = _said(STATES, frame.t)
    known = {one["id"] for one in found}
    rows = [{**one, "state_words": states[one["state"]]} for one in found]
    examples = [name for name in studio.examples() if name not in known]
    return HTMLResponse(page("campaigns.html", frame, campaigns=rows, examples=examples))


@router.get(HERE + "/nouvelle")
async def new(request: Request, exemple: str = "") -> Response:
    """The form of a new campaign, empty or from an example."""
    await studio.listed(services_of(request), myself(request))
    return _form(request, None, studio.examples().get(exemple, ""), None, [])


@router.post(HERE + "/nouvelle")
async def create(request: Request) -> Response:
    """Check, or keep, a new campaign."""
    return await _written(request, None)


@router.get(HERE + "/{campaign}")
async def campaign(request: Request, campaign: str, fait: int = 0) -> Response:
    """First who is left behind, then what it would change, then where it stands."""
    return await _first(request, campaign, saved=bool(fait))


async def _first(request: Request, campaign: str, *, saved: bool = False, problem: str | None = None) -> Response:
    services, who = services_of(request), myself(request)
    frame = browser.frame(request, here=HERE)
    t = frame.t
    kept, told = await studio.show(services, who, campaign)
    tables, missing = [], None
    try:
        found = await asyncio.to_thread(simulated, services, kept.last.campaign)
        tables = list(tables_of(found, t))
    except UsageError as error:
        if error.code not in _PROBLEMS:
            raise
        missing = t(_PROBLEMS[error.code])
    states = _said(STATES, t)
    versions = [
        {**one, "state_words": states[one["state"]],
         "steps": [{**step, "words_of": states[step["event"]], "when": moment_words(moment(step["at"]), t),
                    "until": date.fromisoformat(step["until"]) if step["until"] else None} for step in one["steps"]]}
        for one in told["versions"]
    ]  # fmt: skip
    possible = [
        (step, label) for step, label in STEPS.items()
        if (kept.running is not None if step == "stop" else kept.last.state in AFTER[step])
        and not (step == "approve" and told["mine"])
    ]  # fmt: skip
    html = page(
        "campaign.html", frame, campaign=told, state_words=states[told["state"]], tables=tables,
        missing=missing, versions=versions, steps=possible, saved=saved, latest=services.today(),
        problem=t(_PROBLEMS[problem]) if problem else None,
    )  # fmt: skip
    return HTMLResponse(html, 409 if problem else 200)


@router.post(HERE + "/{campaign}")
async def step(request: Request, campaign: str) -> Response:
    """One step."""
    form = await read_form(request)
    wanted = str(form.get("step", ""))
    try:
        if wanted not in get_args(Step):
            raise UsageError("no such step", code="campaign_step")
        until = _day(str(form.get("until", "")))
        await studio.step(
            services_of(request), myself(request), campaign, cast(Step, wanted), str(form.get("words", "")), until,
            str(form["etag"]) if form.get("etag") else None,
        )  # fmt: skip
    except studio.CampaignChanged:
        return await _first(request, campaign, problem="campaign_step")
    except UsageError as error:
        if error.code not in _PROBLEMS:
            raise
        return await _first(request, campaign, problem=error.code)
    return RedirectResponse(f"{HERE}/{campaign}?fait=1#nouveau", 303)


@router.get(HERE + "/{campaign}/texte")
async def text(request: Request, campaign: str) -> Response:
    """The text, to be changed."""
    kept, told = await studio.show(services_of(request), myself(request), campaign)
    return _form(request, campaign, kept.last.text, kept.etag, told["to_mend"])


@router.post(HERE + "/{campaign}/texte")
async def rewrite(request: Request, campaign: str) -> Response:
    """Check, or keep, a new version."""
    return await _written(request, campaign)


@router.get(HERE + "/{campaign}/messages")
async def messages(request: Request, campaign: str) -> Response:
    """Each message as people would get it: telephone, e-mail, SMS, letter."""
    frame = browser.frame(request, here=HERE)
    services = services_of(request)
    found = await studio.campaign_of(services, myself(request), campaign)
    people = await asyncio.to_thread(tried_on, services, found)
    html = page("campaign_messages.html", frame, campaign=found, messages=_messages(found, frame.t), people=people)
    return HTMLResponse(html)


@router.get(HERE + "/{campaign}/changements")
async def history(request: Request, campaign: str, de: int, a: int) -> Response:
    """What changed between two versions."""
    frame = browser.frame(request, here=HERE)
    found = await studio.difference(services_of(request), myself(request), campaign, de, a)
    return HTMLResponse(page("campaign_changes.html", frame, campaign=campaign, before=de, after=a, changes=found))


@router.get(HERE + "/{campaign}/tableau/{number}")
async def table(request: Request, campaign: str, number: int) -> Response:
    """A table of the first screen as CSV (semicolons, as spreadsheets in France read it)."""
    services, t = services_of(request), browser.frame(request).t
    wanted = await studio.campaign_of(services, myself(request), campaign)
    tables = list(tables_of(await asyncio.to_thread(simulated, services, wanted), t))
    if not 1 <= number <= len(tables):
        raise UsageError("there is no such table", code="unknown_version")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerows([tables[number - 1].head, *tables[number - 1].rows])
    named = {"Content-Disposition": f'attachment; filename="{campaign}-{number}.csv"', "Cache-Control": "no-store"}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


@router.get(HERE + "/{campaign}/graphique")
async def chart(request: Request, campaign: str, quoi: str = "") -> Response:
    """Participation by deprivation, by age (`ages`) or by département (`carte`), drawn; the tables say the same."""
    services, t = services_of(request), browser.frame(request).t
    wanted = await studio.campaign_of(services, myself(request), campaign)
    draw = {"ages": age_pyramid, "carte": department_map}.get(quoi, deprivation_chart)
    drawn = await asyncio.to_thread(lambda: draw(simulated(services, wanted), t))
    return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


async def _written(request: Request, campaign: str | None) -> Response:
    """What was typed is checked, and kept when that is what was asked; otherwise the form comes back with it."""
    form = await read_form(request)
    services, who = services_of(request), myself(request)
    typed, etag = str(form.get("text", "")).replace("\r\n", "\n"), str(form.get("etag", "")) or None
    try:
        if form.get("do") != "keep":
            made, wrong = await studio.check(services, who, typed)
            people = await asyncio.to_thread(tried_on, services, made) if made and not wrong else []
            return _form(request, campaign, typed, etag, wrong, checked=True, tried=(made, people) if made else None)
        kept = await studio.save(services, who, typed, str(form.get("words", "")), etag, campaign)
    except studio.CampaignChanged as error:
        return _form(request, campaign, typed, etag, [], changed=error.changed, status=412)
    except UsageError as error:
        if error.code not in _PROBLEMS:
            raise
        wrong = [] if error.code == "campaign_words" else await _wrong(request, typed)
        return _form(request, campaign, typed, etag, wrong, problem=error.code, status=422)
    return RedirectResponse(f"{HERE}/{kept.id}?fait=1#nouveau", 303)


async def _wrong(request: Request, typed: str) -> list[dict[str, Any]]:
    return (await studio.check(services_of(request), myself(request), typed))[1] if typed.strip() else []


def _form(
    request: Request, campaign: str | None, typed: str, etag: str | None, wrong: list[dict[str, Any]], *,
    checked: bool = False, problem: str | None = None, changed: list[dict[str, Any]] | None = None, status: int = 200,
    tried: tuple[Campaign, list[Tried]] | None = None,
) -> Response:  # fmt: skip
    """`tried`: what the text says now, to be seen below it as people would get it."""
    frame = browser.frame(request, here=HERE)
    made, people = tried or (None, [])
    html = page(
        "campaign_text.html", frame, campaign=campaign, text=typed, etag=etag, to_mend=wrong, checked=checked,
        problem=frame.t(_PROBLEMS[problem]) if problem else None, changed=changed, longest=studio.LONGEST_TEXT,
        messages=_messages(made, frame.t) if made else [], people=people,
    )  # fmt: skip
    return HTMLResponse(html, status)


_FORMS = {"push": N_("Téléphone"), "email": N_("E-mail"), "sms": N_("SMS"), "letter": N_("Lettre")}
_LEVELS = {"b1": N_("français courant"), "falc": N_("facile à lire")}


def _messages(found: Campaign, t: Translator) -> list[dict[str, Any]]:
    forms, levels = _said(_FORMS, t), _said(_LEVELS, t)
    order = list(_FORMS)

    def place(one: Message) -> tuple[int, str, str]:
        return order.index(one.channel), (one.lang != "fr" and one.lang) or "", one.level

    named = {one.id: one.en if t.lang == "en" else one.fr for one in load_wording().techniques}
    return [
        {"form": forms[one.channel], "level": levels[one.level] if one.lang == "fr" else t("anglais"), "message": one,
         "techniques": [named.get(name, name) for name in one.techniques]}
        for one in sorted(found.messages, key=place)
    ]


def _said(words: dict[str, str], t: Translator) -> dict[str, str]:
    return {name: t(text) for name, text in words.items()}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError("not a day", code="approval_until") from None
