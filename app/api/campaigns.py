"""/v1/campaigns: the studio of public-health teams. A campaign is its text (YAML, docs/how-to/campaigns.md)."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import caller
from app.campaigns.versions import Kept
from app.services import studio
from app.services.studio_people import simulated

router = APIRouter(prefix="/v1/campaigns")
IfMatch = Annotated[str | None, Header(alias="If-Match", description="The ETag of GET /v1/campaigns/{campaign}")]
_TEXT = Field(min_length=1, max_length=studio.LONGEST_TEXT, description="The campaign as YAML")


class CampaignText(BaseModel):
    """A campaign as a team writes it; `words`: why, for those who read the history."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"text": "id: exemple\ntitle: Exemple\n…", "words": "Le second paragraphe est plus court."},
    ]})  # fmt: skip

    text: str = _TEXT
    words: str = Field("", max_length=studio.LONGEST_WORDS)


class CheckedText(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "id: exemple\n…"}]})

    text: str = _TEXT


class CampaignStepWanted(BaseModel):
    """`approve` is for somebody else than the author, with the last day on which it holds (`until`)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"step": "approve", "words": "Relu avec deux médecins.", "until": "2027-06-30"},
    ]})  # fmt: skip

    step: Literal["submit", "approve", "refuse", "start", "stop"]
    words: str = Field("", max_length=studio.LONGEST_WORDS)
    until: date | None = None


@router.get("", responses=doc.PROBLEMS | doc.OK)
async def get_campaigns(request: Request) -> Response:
    """Every campaign, with where it stands."""
    me = caller(request)
    return plain({"campaigns": await studio.listed(me.services, me.who)})


@router.post("", status_code=201, responses=doc.PROBLEMS | doc.CONFLICT)
async def post_campaign(request: Request, sent: CampaignText) -> Response:
    """A new campaign, as a draft. What is to be mended is told by GET, and keeps it from being submitted."""
    me = caller(request)
    return _kept(await studio.save(me.services, me.who, sent.text, sent.words, None), 201)


@router.post("/lint", responses=doc.PROBLEMS | doc.OK)
async def post_lint(request: Request, sent: CheckedText) -> Response:
    """What is to be mended in a text, which is not kept: where, what, how."""
    me = caller(request)
    _, wrong = await studio.check(me.services, me.who, sent.text)
    return plain({"to_mend": wrong})


@router.get("/{campaign}", responses=doc.PROBLEMS | doc.ETAGGED | doc.ABSENT)
async def get_campaign(request: Request, campaign: str) -> Response:
    """A campaign with its text, what is to be mended in it, its versions and the steps of each."""
    me = caller(request)
    kept, told = await studio.show(me.services, me.who, campaign)
    return _tagged(told, kept)


@router.put("/{campaign}", responses=doc.PROBLEMS | doc.ETAGGED | doc.ABSENT | doc.CONDITIONAL)
async def put_campaign(request: Request, campaign: str, sent: CampaignText, if_match: IfMatch = None) -> Response:
    """A new version, as a draft: what runs goes on until the new version is approved and started. `If-Match` names what
    you read: when somebody wrote meanwhile, nothing is kept and `changed` says what differs."""
    me = caller(request)
    return _kept(await studio.save(me.services, me.who, sent.text, sent.words, if_match, campaign), 200)


@router.post("/{campaign}/steps", responses=doc.PROBLEMS | doc.ETAGGED | doc.ABSENT | doc.CONFLICT | doc.CONDITIONAL)
async def post_step(request: Request, campaign: str, sent: CampaignStepWanted, if_match: IfMatch = None) -> Response:
    """Submit, approve (four eyes), refuse, start or stop."""
    me = caller(request)
    return _kept(await studio.step(me.services, me.who, campaign, sent.step, sent.words, sent.until, if_match), 200)


@router.get("/{campaign}/changes", responses=doc.PROBLEMS | doc.OK | doc.ABSENT)
async def get_changes(
    request: Request, campaign: str, before: Annotated[int, Query(ge=1)], after: Annotated[int, Query(ge=1)]
) -> Response:
    """What changed between two versions, place by place."""
    me = caller(request)
    return plain({"changes": await studio.difference(me.services, me.who, campaign, before, after)})


@router.get("/{campaign}/simulation", responses=doc.PROBLEMS | doc.OK | doc.ABSENT | doc.DOWN)
async def get_simulation(request: Request, campaign: str) -> Response:
    """What the last version would change among the people of the deployment's population file: who is left behind, each
    choice side by side, at both scales, with intervals. Nobody is contacted, and no record is read."""
    me = caller(request)
    wanted = await studio.campaign_of(me.services, me.who, campaign)
    return plain(await asyncio.to_thread(simulated, me.services, wanted))


def _kept(kept: Kept, status: int) -> Response:
    return _tagged({"id": kept.id, "version": kept.last.number, "state": kept.last.state}, kept, status)


def _tagged(told: dict[str, Any], kept: Kept, status: int = 200) -> Response:
    response = plain(told, status)
    response.headers["ETag"] = kept.etag
    return response
