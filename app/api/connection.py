"""/v1/me/record/connection: a record that comes from the server that holds it, with the access that you give there.

An app opens `url` in the browser of the device; the server sends back to `/mon-dossier/connexion/retour` of this
service, an address that the app claims as its own, with `code` and `state`.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import caller
from app.services import connection, imports
from app.services.imports import Import

router = APIRouter(prefix="/v1/me/record", responses=doc.PROBLEMS)


class Answer(BaseModel):
    """What the server sent back."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(min_length=1, max_length=2_000)]
    state: Annotated[str, Field(min_length=1, max_length=200)]


@router.post("/connection", status_code=201, responses=doc.MADE | doc.ABSENT | doc.DOWN)
async def post_connection(request: Request) -> Response:
    """Begin: the address where you give access to your record, and the `state` that comes back with the answer."""
    me = caller(request)
    begun = await connection.begin(me.services, me.who)
    return plain({"url": begun.url, "state": begun.state}, 201)


@router.post("/connection/answer", status_code=202, responses=doc.READING | doc.ABSENT | doc.DOWN | doc.NOT_GIVEN)
async def post_connection_answer(request: Request, sent: Answer) -> Response:
    """Give what the server sent back: the record is fetched and read in the background. It must be yours, as for a
    file."""
    me = caller(request)
    begun = await connection.finish(me.services, me.who, {"code": sent.code, "state": sent.state})
    return plain(_told(begun), 202)


@router.get("/reading", responses=doc.OK | doc.ABSENT)
async def get_record_reading(request: Request) -> Response:
    """How far the reading of a record is, in this session: `reading`, `done` or `refused` (with the `code` of why)."""
    me = caller(request)
    await me.services.door.recognise(me.who)
    begun = imports.of(me.services, me.who)
    if begun is None:
        raise HTTPException(404)
    return plain(_told(begun))


def _told(begun: Import) -> dict[str, Any]:
    return {
        "state": begun.state, "received": begun.received, "read": begun.read, "total": begun.total,
        "summary": begun.summary or None, "code": begun.error.code if begun.error else None,
    }  # fmt: skip
