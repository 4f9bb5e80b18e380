"""/v1/me/family: telling of your relatives, one by one. What your record says of them stays beside it."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import caller
from app.services import family, family_edit
from app.trust.repeats import Repeat

router = APIRouter(prefix="/v1/me/family", responses=doc.PROBLEMS)
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="The ETag of GET /v1/me/answers")]
TOLD = ("guideline", "title", "before", "after")
"""What is told of a recommendation that answers otherwise."""
Age = Annotated[float, Field(ge=0, le=120)]


class RelativeCondition(BaseModel):
    """`condition` as in `family_<condition>` facts; `absent`: this relative does not have it."""

    model_config = ConfigDict(extra="forbid")

    condition: Annotated[str, Field(max_length=60)]
    age_at_diagnosis: Age | Literal["unknown"] | None = None
    absent: bool = False


class Relative(BaseModel):
    """`relation`: `mother`, `paternal_aunt`…; `born`: AAAA, AAAA-MM or AAAA-MM-JJ. No name is ever asked."""

    model_config = ConfigDict(extra="forbid")

    relation: Annotated[str, Field(max_length=60)]
    sex: Literal["female", "male"] | None = None
    born: Annotated[str | None, Field(max_length=10)] = None
    deceased: bool | None = None
    age_at_death: Age | None = None
    adopted: Literal["in", "out"] | None = None
    health: Literal["known", "unknown"] = "known"
    conditions: Annotated[list[RelativeCondition], Field(max_length=20)] = []


class About(BaseModel):
    """`asked`: the conditions of which you told all that you know: nobody else of your family has had them."""

    model_config = ConfigDict(extra="forbid")

    adopted: bool = False
    asked: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=50)] = []


@router.get("/effects", responses=doc.OK, openapi_extra={"parameters": [doc.LANG]})
async def get_family_effects(request: Request) -> Response:
    """What your family changes: the recommendations that answer otherwise than if nothing were known of it."""
    me = caller(request)
    found = await family.effects(me.services, me.who, lang=me.lang)
    return plain({"changes": [{name: getattr(one, name) for name in TOLD} for one in found]})


@router.post("/relatives", status_code=201, responses=doc.MADE)
async def post_relative(request: Request, sent: Relative, idempotency_key: IdempotencyKey = None) -> Response:
    """Tell of one relative more; the answer is the id by which to change or remove them."""
    me = caller(request)
    relative = _relative(sent)
    repeat = Repeat.of(idempotency_key, "POST relative", json.dumps(relative, sort_keys=True).encode())
    return plain({"id": await family_edit.add(me.services, me.who, relative, repeat)}, 201)


@router.put("/relatives/{relative}", status_code=204, responses=doc.ABSENT | {412: doc.ETAGGED[412]})
async def put_relative(request: Request, relative: str, sent: Relative, if_match: IfMatch = None) -> Response:
    """Say otherwise of a relative of whom you told."""
    me = caller(request)
    await family_edit.change(me.services, me.who, relative, _relative(sent), if_match)
    return Response(status_code=204)


@router.delete("/relatives/{relative}", status_code=204, responses=doc.ABSENT | {412: doc.ETAGGED[412]})
async def delete_relative(request: Request, relative: str, if_match: IfMatch = None) -> Response:
    """Take back what you told of a relative. What your record says of them stays."""
    me = caller(request)
    await family_edit.remove(me.services, me.who, relative, if_match)
    return Response(status_code=204)


@router.put("/about", status_code=204, responses={412: doc.ETAGGED[412]})
async def put_family_about(request: Request, sent: About, if_match: IfMatch = None) -> Response:
    """Say whether you were adopted, and of which conditions you told all that you know."""
    me = caller(request)
    await family_edit.about(me.services, me.who, adopted=sent.adopted, asked=sent.asked, if_match=if_match)
    return Response(status_code=204)


def _relative(sent: Relative) -> dict[str, Any]:
    """Without what was left open."""
    return sent.model_dump(exclude_none=True)
