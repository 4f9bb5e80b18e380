"""Le guichet du don: an agent records the choice of somebody who cannot do it here, and hands over the receipt."""

from __future__ import annotations

import hashlib
import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from starlette.formparsers import MultiPartException

from app.errors import UsageError
from app.i18n import N_
from app.services import donation_desk
from app.services.uploads import read_upload
from app.trust.door import Refused
from app.trust.vocabulary import Outcome
from app.web import browser
from app.web.browser import myself, services_of
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/guichet-don"
CHOICES = {"opposed": N_("Non à tout"), "included": N_("Oui, pour tous les usages")}
CHANNELS = {
    "paper": N_("Un courrier signé"), "helper": N_("La personne est devant moi"),
    "relatives": N_("Ses proches témoignent, la personne est décédée"),
}
WRONG = {
    "account": N_("Écrivez les 32 signes du numéro de compte, tel qu’il est sur « Don de données »."),
    "unknown": N_("Aucun compte n’a ce numéro."),
    "choice": N_("Choisissez ce qui est demandé, et d’après qui."),
    "relatives": N_("Des proches peuvent seulement témoigner d’un refus."),
    "paper": N_("Joignez le document numérisé : seule son empreinte est gardée."),
}


@router.get(HERE)
async def desk(request: Request) -> Response:
    """The form; it shows nothing of anybody."""
    await services_of(request).door.recognise(myself(request))
    return _page(request)


@router.post(HERE)
async def record(request: Request) -> Response:
    """Keep the choice, and show the receipt to hand over."""
    services, who = services_of(request), myself(request)
    await services.door.recognise(who)  # before a file is taken from a stranger
    try:
        sent = await read_upload(request)
    except MultiPartException:
        raise UsageError("the form is not complete", code="form") from None
    browser.check_token(request, sent.fields.get("csrf", ""))
    account = re.sub(r"\s", "", sent.fields.get("account", "")).lower()
    choice, channel = sent.fields.get("choice", ""), sent.fields.get("channel", "")
    paper = b"".join(content for _, content in sent.files)
    wrong = (
        "account" if not re.fullmatch(r"[0-9a-f]{32}", account)
        else "choice" if choice not in CHOICES or channel not in CHANNELS
        else "relatives" if channel == "relatives" and choice != "opposed"
        else "paper" if not paper
        else None
    )  # fmt: skip
    if wrong:
        return _page(request, wrong=wrong, typed=sent.fields)
    evidence = "sha256:" + hashlib.sha256(paper).hexdigest()
    try:
        made = await donation_desk.record_as(services, who, account, choice, channel, evidence)  # type: ignore[arg-type]
    except Refused as refused:
        if refused.outcome is Outcome.NOT_YOURS:
            return _page(request, wrong="unknown", typed=sent.fields)
        raise
    return _page(request, receipt=made.receipt, status=201)


def _page(
    request: Request, *, wrong: str | None = None, typed: dict[str, str] | None = None, receipt: str = "",
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    frame = browser.frame(request, here=HERE)
    html = page(
        "donation_desk.html", frame, wrong=wrong, error=frame.t(WRONG[wrong]) if wrong else None, typed=typed or {},
        receipt=receipt, choices={name: frame.t(words) for name, words in CHOICES.items()},
        channels={name: frame.t(words) for name, words in CHANNELS.items()},
    )  # fmt: skip
    return HTMLResponse(html, 422 if wrong else status)
