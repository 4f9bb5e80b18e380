"""/v1/transparency/monitoring: what Jalon answers, month after month, for anyone."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import language_of, services_of
from app.api.me import Lang
from app.services.monitoring import public

router = APIRouter()
_PUBLIC: dict[int | str, dict[str, Any]] = {200: {"description": "Done"}}
Month = Annotated[str | None, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="AAAA-MM; the last by default")]


@router.get("/v1/transparency/monitoring", responses=_PUBLIC | doc.WRONG)
async def monitoring(request: Request, month: Month = None, lang: Lang = None) -> Response:
    """Overrides by guideline, version and reason, drift against the reference month, calibration, differences between
    groups, and the thresholds that are crossed. Groups of fewer than 11 are left out; `shown` is null for a month of
    which nothing was computed."""
    found = await public.published(services_of(request), month, lang=lang or language_of(request))
    return plain(found, cache="public, max-age=300")
