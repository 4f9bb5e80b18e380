"""What is recommended at my age? For everybody, without signing in: no cookie, no log entry, nothing in the address."""

from __future__ import annotations

from typing import Literal, cast

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.services import public_check
from app.web import browser
from app.web.browser import services_of
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/a-mon-age")
async def ask(request: Request) -> Response:
    return _page(request)


@router.post("/a-mon-age")
async def answer(request: Request) -> Response:
    """Nothing changes by this form, so it needs no token: whoever sends it gets an answer, and that is all."""
    form = await request.form(max_files=0, max_fields=10)
    age, sex = str(form.get("age", "")).strip(), str(form.get("sex", ""))
    if sex not in {"female", "male"} or not age.isdecimal() or int(age[:4]) > public_check.OLDEST:
        return _page(request, age=age[:10], sex=sex, wrong=True)
    lang = browser.language(request).lang
    known = cast(Literal["female", "male"], sex)
    found = await public_check.recommended(services_of(request), int(age), known, lang=lang)
    return _page(request, age=age, sex=sex, found=found)


def _page(request: Request, **values: object) -> Response:
    blank = {"age": "", "sex": "", "found": None, "wrong": False}
    html = page("check.html", browser.frame(request), **blank | values)
    return HTMLResponse(html, 422 if values.get("wrong") else 200)
