"""The pages of the human guarantee: the board's list, one answer to read again, and what anyone may know of it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import UsageError
from app.i18n import N_
from app.services.guarantee import board, public
from app.services.guarantee.content import load_guarantee
from app.trust.door import Refused
from app.web import browser
from app.web.browser import myself, read_form, services_of
from app.web.problems import problem_page
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE, PUBLIC = "/garantie-humaine", "/transparence/garantie-humaine"
STATES = {
    "to_read": N_("À lire"), "waiting": N_("Lu ; l’autre lecteur n’a pas fini"), "to_discuss": N_("À discuter"),
    "to_confirm": N_("Une décision est proposée"),
}  # fmt: skip
SEX = {"female": N_("Femme"), "male": N_("Homme")}
_WRONG = {
    "verdict": N_("Rien n’est gardé : choisissez un avis, et dites pourquoi en quelques mots."),
    "read_already": N_("Vous avez déjà donné votre avis : il ne change plus."),
    "not_to_discuss": N_("Il n’y a rien à discuter ici pour le moment."),
    "not_to_confirm": N_("Aucune décision n’est proposée."),
    "same_person": N_("Qui propose ne confirme pas : l’autre personne doit le faire."),
    "issue_over": N_("Ce constat est clos : une nouvelle lecture en ouvrira un autre."),
}


@router.get(HERE)
async def my_board(request: Request, fait: str = "") -> Response:
    """What is to be read, the agreement, the register."""
    return await _board(request, done=fait)


async def _board(request: Request, *, done: str = "", wrong: str | None = None) -> Response:
    frame = browser.frame(request, here=HERE)
    shown = await board.board(services_of(request), myself(request), lang=frame.t.lang)
    return HTMLResponse(
        page("board.html", frame, b=shown, states=STATES, done=done, wrong=wrong), 422 if wrong else 200
    )


@router.get(HERE + "/lecture/{reading}")
async def one_reading(request: Request, reading: str) -> Response:
    """The answer and the facts behind it."""
    return await _reading(request, reading)


async def _reading(request: Request, reading: str, wrong: str | None = None) -> Response:
    frame = browser.frame(request, here=HERE)
    try:
        shown = await board.read(services_of(request), myself(request), reading, lang=frame.t.lang)
    except Refused as refused:  # withdrawn since, or not theirs: their own consents have no part in it
        return problem_page(request, refused)
    verdicts = [(one.id, frame.t(one.label)) for one in load_guarantee().verdicts]
    html = page("rereading.html", frame, c=shown, s=shown["shown"], verdicts=verdicts, states=STATES, sex=SEX,
                wrong=wrong, longest=board.LONGEST)  # fmt: skip
    return HTMLResponse(html, 422 if wrong else 200)


@router.post(HERE + "/lecture/{reading}")
async def judge(request: Request, reading: str) -> Response:
    """Give one's verdict, propose a decision after discussion, or confirm the other's."""
    form = await read_form(request)
    services, who, t = services_of(request), myself(request), browser.language(request)
    verdict, words = str(form.get("verdict", "")), str(form.get("words", ""))
    try:
        match form.get("do"):
            case "propose":
                found = await board.propose(services, who, reading, verdict, words, lang=t.lang)
            case "confirm":
                found = await board.confirm(services, who, reading, lang=t.lang)
            case _:
                found = await board.judge(services, who, reading, verdict, words, lang=t.lang)
    except Refused as refused:
        return problem_page(request, refused)
    except UsageError as error:
        if error.code not in _WRONG:
            raise
        return await _reading(request, reading, t(_WRONG[error.code]))
    done = "clos" if found["state"] == "closed" else "lu"
    return RedirectResponse(f"{HERE}?fait={done}#nouveau", 303)


@router.post(HERE + "/constat/{issue}")
async def advance(request: Request, issue: str) -> Response:
    """What becomes of a finding."""
    form = await read_form(request)
    t = browser.language(request)
    try:
        await board.advance(
            services_of(request), myself(request), issue, str(form.get("state", "")), str(form.get("words", ""))
        )
    except UsageError as error:
        if error.code not in _WRONG:
            raise
        return await _board(request, wrong=t(_WRONG[error.code]))
    return RedirectResponse(f"{HERE}?fait=suite#nouveau", 303)


@router.get(PUBLIC)
async def for_everybody(request: Request) -> Response:
    """What was read again, and what was found."""
    frame, visit = browser.visitor(request)
    shown = await public.published(services_of(request), lang=frame.t.lang)
    return browser.visited(request, HTMLResponse(page("guarantee_public.html", frame, g=shown)), visit)
