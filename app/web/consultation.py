"""« Préparer ma consultation »: one's questions in one's own words, and what is known or not, to print or to show."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import UsageError
from app.services import consultation
from app.web import browser
from app.web.browser import read_form, services_of, signed_in
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/ma-consultation"


@router.get(HERE)
async def my_consultation(request: Request, fait: int = 0) -> Response:
    return await _page(request, saved=bool(fait))


async def _page(request: Request, *, saved: bool = False, typed: list[str] | None = None) -> Response:
    frame = browser.frame(request, here="/mon-plan")
    found = await consultation.consultation(services_of(request), signed_in(request), lang=frame.t.lang)
    asked = typed if typed is not None else found["own_questions"]
    lines = [*asked, *[""] * found["most_questions"]][: found["most_questions"]]
    html = page("consultation.html", frame, c=found, lines=lines, saved=saved, wrong=typed is not None,
                longest=consultation.LONGEST)  # fmt: skip
    return HTMLResponse(html, 422 if typed is not None else 200)


@router.post(HERE)
async def ask(request: Request) -> Response:
    """Keep the questions."""
    form = await read_form(request)
    typed = [str(value) for value in form.getlist("question")]
    try:
        await consultation.ask(services_of(request), signed_in(request), typed)
    except UsageError as error:
        if error.code != "questions":
            raise
        return await _page(request, typed=[one[: consultation.LONGEST] for one in typed])
    return RedirectResponse(f"{HERE}?fait=1#nouveau", 303)
