"""/v1/me/helper-codes and /v1/helper-session: somebody beside a person helps them, with a one-time code.

What the code opens is used as any delegation is: the routes of /v1/me with the header `Jalon-For`, within what was
agreed.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import caller, services_of
from app.facts.vocabulary import Category
from app.services import helpers
from app.trust.helper_codes import Redeemed

router = APIRouter(prefix="/v1/me", responses=doc.PROBLEMS)
public_router = APIRouter(prefix="/v1")
Name = Annotated[str, Field(min_length=1, max_length=80)]


class NewCode(BaseModel):
    """`person` and `helper`: your name and theirs, as you will both see them; `minutes`: how long they may help."""

    model_config = ConfigDict(extra="forbid")

    person: Name
    helper: Name
    actions: list[Annotated[str, Field(max_length=20)]] = Field(max_length=10)
    categories: list[Category] = Field(max_length=50)
    minutes: int = Field(ge=1, le=120)


class HelperCode(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(max_length=40)


@router.get("/helper-codes", responses=doc.OK)
async def get_helper_codes(request: Request) -> Response:
    """What a helper may do, and until when a code that you made waits to be used."""
    me = caller(request)
    return plain(await helpers.choices(me.services, me.who))


@router.post("/helper-codes", status_code=201, responses=doc.MADE)
async def post_helper_code(request: Request, sent: NewCode) -> Response:
    """Make a code for somebody beside you: shown once, good once and for some minutes, in place of the one before."""
    me = caller(request)
    wanted = helpers.Wanted(sent.person, sent.helper, sent.actions, sent.categories, sent.minutes)
    made = await helpers.make(me.services, me.who, wanted)
    return plain({"code": made.code, "until": made.until}, 201)


@router.delete("/helper-codes", status_code=204, responses=doc.ABSENT)
async def delete_helper_code(request: Request) -> Response:
    """Make the code that waits good for nothing. Help that has begun ends with `DELETE /v1/me/delegations/{id}`."""
    me = caller(request)
    if not await helpers.withdraw(me.services, me.who):
        raise HTTPException(404)
    return Response(status_code=204)


@router.post("/help", status_code=201, responses=doc.MADE)
async def post_help(request: Request, sent: HelperCode) -> Response:
    """Help somebody beside you, from your own account, with their code: the delegation by which you act for them."""
    me = caller(request)
    return plain(_told(await helpers.help_with(me.services, sent.code, me.who)), 201)


@public_router.post("/helper-session", status_code=201, responses=doc.MADE | doc.WRONG)
async def post_helper_session(request: Request, sent: HelperCode) -> Response:
    """Help somebody beside you without an account: a session that can do nothing but act by this delegation."""
    found = await helpers.help_with(services_of(request), sent.code)
    return plain(_told(found) | {"token": found.token, "token_type": "Bearer"}, 201)


def _told(found: Redeemed) -> dict[str, str]:
    return {"delegation": found.delegation, "person": found.person, "until": found.until}
