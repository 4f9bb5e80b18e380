"""My results: what each laboratory result means, in plain words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.services import results
from app.web import browser
from app.web.browser import services_of, signed_in
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/mes-resultats")
async def my_results(request: Request) -> Response:
    """Alarm signs first, then each result: its words, its place on the range, its course."""
    frame = browser.frame(request, here="/mes-resultats")
    found = await results.results(services_of(request), signed_in(request), lang=frame.t.lang)
    shown = json.loads(found.body)
    for group in shown["groups"]:
        for result in group["results"]:
            result["otherwise"] = written_otherwise(result)
    outside = [each for group in shown["groups"] for each in group["results"] if each["position"] in ("below", "above")]
    return HTMLResponse(page("results.html", frame, found=shown, outside=outside))


def written_otherwise(result: Mapping[str, Any]) -> str | None:
    """How the record writes the value, when that is none of the ways in which it is shown already."""
    written = result["as_recorded"]
    if not written:
        return None
    shown = {_bare(text) for text in (result["text"], *result["other_units"])}
    return None if _bare(written) in shown else str(written)


def _bare(text: str) -> str:
    """`2.550 g/L` and `2,55 g/L` are the same."""
    found = re.fullmatch(r"(.*?)(\d+)(?:[.,](\d*?)0*)?(\D.*)?", re.sub(r"\s", "", text))
    return text if found is None else "".join((found[1], found[2], f".{found[3]}" if found[3] else "", found[4] or ""))
