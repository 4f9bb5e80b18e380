"""Sending one's record, and watching it being read; or starting without one, a question at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from markupsafe import escape
from starlette.formparsers import MultiPartException

from app.errors import RecordError
from app.i18n import N_, Translator
from app.services import imports, plans
from app.services.imports import Import
from app.services.uploads import read_upload
from app.web import browser
from app.web.answering import NotKept
from app.web.browser import services_of, signed_in
from app.web.changes import changed_by
from app.web.render import page
from app.web.routing import PageRoute
from app.web.view import answered_field, question_fields

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/mes-donnees"
PATIENCE = 1.0
"""Seconds that the answer to a sending waits for a short reading to end."""
TICK = 0.3
"""Seconds between two looks at what is being read."""

_NOT_PROVEN = N_("Rien ne prouve que ce fichier est le vôtre : il ne porte pas votre identité nationale de santé.")
REFUSALS = {
    "other_person": N_("Ce fichier parle d’une autre personne. Envoyez un fichier de votre propre dossier."),
    "identity_not_proven": _NOT_PROVEN,
    "no_patient": N_("Ce fichier ne dit pas de qui il parle. Envoyez-en un qui porte votre identité."),
    "identity_domain": _NOT_PROVEN,
    "several_patients": N_("Ces fichiers parlent de plusieurs personnes. Envoyez seulement les vôtres."),
    "unknown_format": N_(
        "Un PDF ou une photo ne se lit pas. Envoyez l’archive (zip) de Mon espace santé, ou un fichier XML ou JSON."
    ),
    "source_down": N_("Le service qui garde votre dossier ne répond pas. Réessayez plus tard, ou envoyez un fichier."),
    "source_refused": N_("Le service qui garde votre dossier a refusé. Recommencez, ou envoyez un fichier."),
    "empty": N_("Aucun fichier n’est arrivé. Choisissez-en un, puis envoyez."),
    "truncated": N_("Ce fichier est abîmé ou incomplet. Téléchargez-le à nouveau, puis renvoyez-le."),
    "too_large": N_("C’est trop volumineux. Envoyez moins de fichiers à la fois."),
    "zip_bomb": N_("Cette archive ne peut pas être ouverte sans risque. Téléchargez-la à nouveau."),
    "busy": N_("Un autre fichier a été enregistré au même moment. Renvoyez celui-ci."),
}
_OTHERWISE = N_("Ce fichier ne peut pas être lu. Téléchargez-le à nouveau, puis renvoyez-le.")


@router.get("/mon-dossier")
async def before_sending(request: Request) -> Response:
    """Where to find one's record, and the form."""
    await services_of(request).door.recognise(signed_in(request))
    return _form(request, None)


def _form(request: Request, error: RecordError | None, status: int = 200) -> HTMLResponse:
    frame = browser.frame(request, here=HERE)
    why = frame.t(REFUSALS.get(error.code, _OTHERWISE)) if error else None
    source = services_of(request).settings.source
    return HTMLResponse(page("record.html", frame, why=why, source=source.name if source else ""), status)


@router.post("/mon-dossier")
async def send(request: Request) -> Response:
    """Take the files, begin to read them, and go where the reading can be watched."""
    services, who = services_of(request), signed_in(request)
    await services.door.recognise(who)  # before 50 MB are taken from a stranger
    try:
        sent = await read_upload(request)
    except MultiPartException:
        return _form(request, RecordError("not a form", code="empty"), 400)
    browser.check_token(request, sent.fields.get("csrf", ""))
    if not any(content for _, content in sent.files):
        return _form(request, RecordError("nothing was sent", code="empty"), 422)
    if sum(len(content) for _, content in sent.files) > services.settings.upload_bytes:
        return _form(request, RecordError("too much", code="too_large"), 413)
    begun = await imports.start(services, who, sent.files)
    await asyncio.wait({begun.task} if begun.task else set(), timeout=PATIENCE)
    if begun.state == "refused" and isinstance(begun.error, RecordError):
        return _form(request, begun.error, 422)
    return RedirectResponse("/mon-dossier/lecture", 303)


@router.get("/mon-dossier/lecture")
async def watch(request: Request) -> Response:
    """How far the reading is. The page arrives as it goes, without script, and ends with what came of it."""
    services, who = services_of(request), signed_in(request)
    await services.door.recognise(who)
    begun = imports.of(services, who)
    if begun is None:
        return RedirectResponse("/mon-dossier", 303)
    frame = browser.frame(request, here=HERE)
    head, _, tail = page("reading.html", frame, total=begun.total).partition("<!--steps-->")
    return StreamingResponse(_told(begun, frame.t, head, tail), media_type="text/html; charset=utf-8")


async def _told(begun: Import, t: Translator, head: str, tail: str) -> AsyncIterator[str]:
    yield head
    told = -1
    while begun.state == "reading":
        now = begun.read if begun.total else -2 - begun.received
        if now != told:
            told = now
            words = (
                t("{n} sur {total} documents lus", n=begun.read, total=begun.total) if begun.total
                else t("Jalon reçoit votre dossier : {n} éléments.", n=begun.received)
            )  # fmt: skip
            yield f"<p>{escape(words)}</p>"
        await asyncio.sleep(TICK)
    yield f"<p>{escape(outcome(begun, t))}</p>" + tail


def outcome(begun: Import, t: Translator) -> str:
    """What came of an import, as a sentence."""
    if begun.state == "refused":
        code = begun.error.code if begun.error else ""
        return t("Rien n’est enregistré.") + " " + t(REFUSALS.get(code, _OTHERWISE))
    if not begun.summary["stored"]:
        return t("Ce dossier était déjà enregistré : rien n’a changé.")
    return t("C’est fini : {n} informations trouvées.", n=begun.summary["facts"])


@router.get("/questionnaire")
async def questionnaire(request: Request, reponse: int | None = None) -> Response:
    """One question at a time, the most useful first; the plan is there from the first answer."""
    return await questionnaire_page(request, answered=reponse)


async def questionnaire_page(
    request: Request, answered: int | None = None, problem: NotKept | None = None
) -> Response:
    services, who, frame = services_of(request), signed_in(request), browser.frame(request, here="/mon-plan")
    t = frame.t
    plan = json.loads((await plans.plan(services, who, lang=t.lang)).body)
    changed = await changed_by(services, who, answered, t.lang)
    wrong = answered_field(plan, problem.typed, str(problem), t) if problem else None
    fields = question_fields(plan, t, wrong)
    counted = {name: len(plan[name]) for name in ("strong_points", "now", "to_see_with_doctor")}
    html = page(
        "questionnaire.html", frame, q=fields[0] if fields else None, changed=changed,
        saved=answered is not None, wrong=wrong, forbidden=problem is not None and problem.forbidden, counted=counted,
    )  # fmt: skip
    return HTMLResponse(html, 422 if wrong else 200)
