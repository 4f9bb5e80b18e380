"""/v1/me/delegations: who acts for you, and for whom you act.

Acting for somebody is the same routes of /v1/me with the header `Jalon-For: <id of the delegation>`: what it does not
cover is refused, and the person concerned sees each access in their log."""

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
from app.facts.vocabulary import Category
from app.services import delegations

router = APIRouter(prefix="/v1/me", responses=doc.PROBLEMS)
Name = Annotated[str, Field(min_length=1, max_length=80)]


class Offer(BaseModel):
    """`person` and `delegate`: your name and your carer's, as the two of you will see them."""

    model_config = ConfigDict(extra="forbid")

    person: Name
    delegate: Name
    actions: list[Annotated[str, Field(max_length=20)]] = Field(max_length=10)
    categories: list[Category] = Field(max_length=50)
    days: int = Field(ge=1, le=3650)


class Code(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(max_length=60)


class Child(BaseModel):
    """The civil identity of your child: their record is held against it."""

    model_config = ConfigDict(extra="forbid")

    given: Name
    family: Name
    sex: Literal["female", "male"]
    birth_date: date


@router.get("/delegations", responses=doc.OK)
async def get_delegations(request: Request) -> Response:
    """Who acts for you (`given`), for whom you act (`received`), and what may be chosen."""
    me = caller(request)
    return plain(await delegations.mine(me.services, me.who))


@router.post("/delegations", responses=doc.OK)
async def post_delegation(request: Request, sent: Offer) -> Response:
    """Invite a carer: the code to give them is shown once."""
    me = caller(request)
    wanted = delegations.Offer(sent.person, sent.delegate, sent.actions, sent.categories, sent.days)
    return plain({"code": await delegations.offer(me.services, me.who, wanted)})


@router.post("/delegations/acceptance", responses=doc.OK)
async def accept_delegation(request: Request, sent: Code) -> Response:
    """Take up an invitation with its code."""
    me = caller(request)
    return plain(await delegations.accept(me.services, me.who, sent.code))


@router.post("/children", responses=doc.OK)
async def post_child(request: Request, sent: Child) -> Response:
    """Open an account for your child under 15: the delegation by which you act for them. It changes at 15 and ends at
    18."""
    me = caller(request)
    child = delegations.Child(sent.given, sent.family, sent.sex, sent.birth_date)
    return plain({"id": await delegations.add_child(me.services, me.who, child)})


@router.delete("/delegations/{delegation}", status_code=204, responses=doc.ABSENT)
async def delete_delegation(request: Request, delegation: str) -> Response:
    """End it: either of the two may, and it holds from the next request on."""
    me = caller(request)
    if not await delegations.end(me.services, me.who, delegation):
        raise HTTPException(404)
    return Response(status_code=204)
