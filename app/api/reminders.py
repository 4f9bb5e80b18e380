"""/v1/me/reminders: how you are reminded, what was written to you and why, and your calendar's address. Which
channels are allowed is a consent (`/v1/me/consents`, purpose `reminders`)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import caller
from app.i18n import translator
from app.services import reminders

router = APIRouter(prefix="/v1/me", responses=doc.PROBLEMS)
Line = Annotated[str, Field(min_length=1, max_length=80)]


class PostalAddress(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Line
    street: Line
    more: Annotated[str, Field(max_length=80)] = ""
    postcode: str = Field(pattern=r"^\d{5}$")
    city: Line


class ReminderSettings(BaseModel):
    """All of them: what is left out is forgotten. `first`: the channel you prefer; `hours`: one of those that GET
    lists; `named`: letters and e-mails say what is due; `paused`: nothing at all, until `paused_until` if it is
    there."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[str, Field(max_length=254)] | None = None
    phone: Annotated[str, Field(max_length=30)] | None = None
    address: PostalAddress | None = None
    first: Literal["email", "sms", "push", "letter"] | None = None
    hours: Annotated[str, Field(max_length=40)] | None = None
    named: bool = False
    paused: bool = False
    paused_until: date | None = None


@router.get("/reminders", responses=doc.OK)
async def get_reminders(request: Request) -> Response:
    """How you are reminded, and the messages, newest first: why you, why then, which rule, which words."""
    me = caller(request)
    found = await reminders.mine(me.services, me.who)
    return plain(reminders.told(found, me.services, translator(me.lang)))


@router.put("/reminders", responses=doc.OK)
async def put_reminders(request: Request, sent: ReminderSettings) -> Response:
    """Change it; it holds from the next message on, those that wait included."""
    me = caller(request)
    await reminders.change(me.services, me.who, sent.model_dump(mode="json"), me.lang)
    found = await reminders.mine(me.services, me.who)
    return plain(reminders.told(found, me.services, translator(me.lang)))


@router.post("/reminders/calendar", status_code=201, responses=doc.MADE)
async def post_calendar(request: Request) -> Response:
    """A secret address to subscribe to in a calendar, shown once; a former one opens nothing any more."""
    me = caller(request)
    return plain({"url": await reminders.new_calendar(me.services, me.who)}, 201)


@router.delete("/reminders/calendar", status_code=204, responses=doc.ABSENT)
async def delete_calendar(request: Request) -> Response:
    """The address opens nothing any more."""
    me = caller(request)
    if not await reminders.end_calendar(me.services, me.who):
        raise HTTPException(404)
    return Response(status_code=204)
