"""The access log as a verifiable one: its signed checkpoints for anyone, their proofs for each citizen."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import caller, services_of
from app.services import log

router = APIRouter()
Size = Annotated[int, Query(ge=0, le=2**62)]


@router.get("/v1/transparency/log", responses=doc.OK)
async def state(request: Request) -> Response:
    """The latest signed checkpoint (C2SP tlog-checkpoint), the key that checks it, and the longest time before an
    entry is in the tree."""
    return plain(await log.state(services_of(request)))


@router.get("/v1/transparency/log/checkpoints", responses=doc.OK | doc.WRONG)
async def checkpoints(request: Request, after: Size = 0, limit: int = 50) -> Response:
    """Every checkpoint signed so far, oldest first: keep them, and a rewritten history shows."""
    return plain(await log.history(services_of(request), after, limit))


@router.get("/v1/transparency/log/consistency", responses=doc.OK | doc.WRONG)
async def consistency(request: Request, first: Annotated[int, Query(alias="from", ge=1)], to: Size) -> Response:
    """Proof (RFC 6962 §2.1.2) that the entries of a smaller tree are the first ones of a larger one, unchanged."""
    return plain(await log.consistency(services_of(request), first, to))


@router.get("/v1/me/access-log/bundle", responses=doc.PROBLEMS | doc.OK)
async def bundle(request: Request, since: Annotated[int | None, Query(ge=1)] = None) -> Response:
    """Every entry about you with its proof, to check offline with `jalon audit verify`. Keep it for yourself: it holds
    the key that links those entries to you. `since`: the size of a checkpoint that you kept."""
    me = caller(request)
    made = await log.take_home(me.services, me.who, since)
    return Response(
        json.dumps(made, ensure_ascii=False, indent=1) + "\n",
        media_type="application/json",
        headers={"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="jalon-journal.json"'},
    )
