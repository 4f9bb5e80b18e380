"""What anyone may read: the service's health, the guidelines and models it uses, what each problem means."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

import risk_models
from app.api.answers import plain
from app.api.caller import services_of
from app.api.problem_texts import KINDS
from app.guidelines.model import Guideline

router = APIRouter()
_CACHE = "public, max-age=300"
_OK: dict[int | str, dict[str, Any]] = {200: {"description": "Done"}}


@router.get("/healthz", responses=_OK)
async def healthz() -> Response:
    """The process answers."""
    return plain({"status": "ok"})


@router.get("/readyz", responses=_OK | {503: {"description": "Not ready"}})
async def readyz(request: Request) -> Response:
    """The database answers and has the tables of this version."""
    ready = await asyncio.to_thread(services_of(request).is_ready)
    return plain({"status": "ready" if ready else "not ready"}, 200 if ready else 503)


@router.get("/v1/transparency/guidelines", responses=_OK)
async def guidelines(request: Request) -> Response:
    """The pack of recommendations: versions, sources, and the day each was last checked."""
    pack = services_of(request).pack
    return plain(
        {
            "pack": {"id": pack.id, "version": pack.version, "digest": pack.digest},
            "guidelines": [_guideline(guideline) for guideline in pack.guidelines],
        },
        cache=_CACHE,
    )


@router.get("/v1/transparency/models", responses=_OK)
async def models() -> Response:
    """The cards of the risk models: population, inputs, limits, sources."""
    return plain({"models": [risk_models.card(name).to_json() for name in risk_models.ids()]}, cache=_CACHE)


@router.get("/problems/{kind}", responses=_OK | {404: {"description": "No such kind of problem"}})
async def problem_kind(kind: str) -> Response:
    """What a problem's `type` means, and what to do."""
    known = KINDS.get(kind)
    if known is None:
        raise HTTPException(404)
    words = {lang: text._asdict() for lang, text in (("fr", known.fr), ("en", known.en))}
    return plain({"type": f"/problems/{kind}", "status": known.status, **words}, cache=_CACHE)


def _guideline(guideline: Guideline) -> dict[str, Any]:
    return {
        "id": guideline.id,
        "title": guideline.wording.title,
        "domain": guideline.domain,
        "effective_from": guideline.effective_from.isoformat(),
        "effective_until": guideline.effective_until.isoformat() if guideline.effective_until else None,
        "last_checked": guideline.last_checked.isoformat(),
        "sources": [source.model_dump(mode="json") for source in guideline.sources],
        "doubts": guideline.doubts,
    }
