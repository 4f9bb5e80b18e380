"""/v1/content/stops: the stop button of the public-health team, and what everybody may read of it."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import caller, services_of, wanted_language
from app.api.me import Lang
from app.i18n import translator
from app.services import stops

router = APIRouter()
_REASON = Field(
    min_length=stops.SHORTEST, max_length=stops.LONGEST, description="Read by everybody who is concerned, as it is"
)


class StopWanted(BaseModel):
    """`guideline` (with the `version` to stop, its `effective_from`; without, every version), `model` or `message`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"kind": "guideline", "target": "tobacco", "reason": "La source est revue après une alerte."},
    ]})  # fmt: skip

    kind: Literal["guideline", "model", "message"]
    target: str = Field(max_length=80)
    version: str | None = Field(None, max_length=10, pattern=r"^\d{4}-\d{2}-\d{2}$")
    reason: str = _REASON


class LiftStep(BaseModel):
    """Lifting needs two people: one proposes, another confirms (or refuses)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"step": "propose", "reason": "La source est corrigée, et les cas passent."},
    ]})  # fmt: skip

    step: Literal["propose", "confirm", "refuse"]
    reason: str = _REASON


@router.get("/v1/transparency/stops", responses=doc.OK | doc.WRONG, openapi_extra={"parameters": [doc.LANG]})
async def public_stops(request: Request) -> Response:
    """What was stopped (`in_force`: still is), when, why, and each step since. Never by whom."""
    t = translator(wanted_language(request))
    return plain({"stops": await stops.public(services_of(request), t)})


@router.get("/v1/content/stops", responses=doc.PROBLEMS | doc.OK)
async def get_stops(request: Request, lang: Lang = None) -> Response:
    """The register of stops, and what may be stopped. `mine`: you took the last step, and cannot confirm it."""
    me = caller(request)
    return plain(await stops.register(me.services, me.who, translator(me.lang)))


@router.post("/v1/content/stops", status_code=201, responses=doc.PROBLEMS | doc.CONFLICT)
async def post_stop(request: Request, wanted: StopWanted) -> Response:
    """Stop a version of a guideline, a model or a message: it holds from the next request on, everywhere."""
    me = caller(request)
    made = await stops.stop(me.services, me.who, wanted.kind, wanted.target, wanted.version, wanted.reason)
    return plain({"id": made}, 201)


@router.post("/v1/content/stops/{stop}/lift", responses=doc.PROBLEMS | doc.OK | doc.ABSENT | doc.CONFLICT)
async def post_lift(request: Request, stop: str, wanted: LiftStep) -> Response:
    """Propose to lift a stop, confirm it (another person than who proposed), or refuse."""
    me = caller(request)
    await stops.lift(me.services, me.who, stop, wanted.step, wanted.reason)
    return plain({"id": stop, "step": wanted.step})
