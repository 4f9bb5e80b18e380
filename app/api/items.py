"""/v1/me/plan/items/{guideline}: what the citizen does about one item of their plan."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import answer
from app.api.caller import caller
from app.api.me import IdempotencyKey, Lang
from app.plans.decisions import Kind, Reason
from app.services import decisions
from app.services.rendering import render
from app.trust.repeats import Repeat

router = APIRouter(prefix="/v1/me/plan/items/{guideline}", responses=doc.PROBLEMS)


class DecisionBody(BaseModel):
    """`later` (with `until`, the day on which it comes back), `not_for_me` (with a reason, if the person wants to give
    one), or `ask_doctor`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"decision": "later", "until": "2027-01-15"}, {"decision": "not_for_me", "reason": "no_wish"},
        {"decision": "ask_doctor"},
    ]})  # fmt: skip

    decision: Kind
    until: date | None = None
    reason: Reason | None = None


class Done(BaseModel):
    """The act is done: on which day (`AAAA`, `AAAA-MM` or `AAAA-MM-JJ`)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"date": "2026-10"}]})

    date: str = Field(max_length=10, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
    fact: str | None = Field(None, max_length=80, description="Which act of the item's `settled_by`; else the first")
    result: str | None = Field(None, max_length=40, description="What it found, when the act has a result")


@router.get("", responses=doc.ETAGGED)
async def get_item(request: Request, guideline: str, lang: Lang = None) -> Response:
    """One item of your plan."""
    me = caller(request)
    return answer(request, render(await decisions.item(me.services, me.who, guideline, lang=me.lang)), me.lang)


@router.put("/decision", responses=doc.OK | doc.CONFLICT)
async def put_decision(
    request: Request, guideline: str, decided: DecisionBody, idempotency_key: IdempotencyKey = None
) -> Response:
    """Say "not now", "not for me" or "ask my doctor". What you set aside does not come back before its day."""
    me = caller(request)
    wanted = decisions.Wanted(decided.decision, decided.until, decided.reason)
    repeat = Repeat.of(idempotency_key, f"PUT decision {guideline}", _canonical(decided))
    return answer(request, await decisions.decide(me.services, me.who, guideline, wanted, repeat))


@router.delete("/decision", responses=doc.OK)
async def delete_decision(request: Request, guideline: str) -> Response:
    """Take back what you decided about this item."""
    me = caller(request)
    return answer(request, await decisions.take_back(me.services, me.who, guideline))


@router.post("/done", responses=doc.OK)
async def post_done(
    request: Request, guideline: str, told: Done, idempotency_key: IdempotencyKey = None
) -> Response:
    """Say that it is done already, and when: your plan counts it from now on."""
    me = caller(request)
    repeat = Repeat.of(idempotency_key, f"POST done {guideline}", _canonical(told))
    return answer(
        request,
        await decisions.done(me.services, me.who, guideline, told.date, told.fact, told.result, repeat),
    )


@router.get("/calendar", responses=doc.CALENDAR)
async def get_calendar(
    request: Request,
    guideline: str,
    on: Annotated[date | None, Query(description="The day of the event; else the first on which it is due")] = None,
    discreet: Annotated[bool, Query(description="A title that does not say what it is about")] = False,
    lang: Lang = None,
) -> Response:
    """An event for your calendar (iCalendar file)."""
    me = caller(request)
    made = await decisions.calendar(me.services, me.who, guideline, lang=me.lang, on=on, discreet=discreet)
    return calendar_file(made)


def calendar_file(content: bytes) -> Response:
    """An iCalendar file as it is sent."""
    headers = {"Content-Disposition": 'attachment; filename="jalon.ics"', "Cache-Control": "no-store"}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def _canonical(body: BaseModel) -> bytes:
    return json.dumps(body.model_dump(mode="json"), sort_keys=True).encode()
