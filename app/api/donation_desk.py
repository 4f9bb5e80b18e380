"""/v1/donation-desk: choices about donation that an authorised agent records for somebody who cannot do it here."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import caller
from app.services import donation_desk
from app.trust.log import receipt

router = APIRouter(responses=doc.PROBLEMS)


class DeskChoice(BaseModel):
    """`account`: the account number that the person, or their relatives, gave. `evidence`: the SHA-256 of the paper,
    which stays with the agency. Relatives bear witness to an opposition only."""

    model_config = ConfigDict(extra="forbid")

    account: str = Field(pattern=r"^[0-9a-f]{32}$")
    choice: Literal["included", "opposed"]
    channel: Literal["paper", "helper", "relatives"]
    evidence: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")


@router.post("/v1/donation-desk/choices", status_code=201, responses=doc.MADE)
async def record_choice(request: Request, recorded: DeskChoice) -> Response:
    """Record a choice; it holds at once. The answer is the signed receipt, to be handed over. Recorded twice, it is the
    same choice and the same receipt. An account that does not exist is refused like one that is out of reach."""
    me = caller(request)
    made = await donation_desk.record_as(
        me.services, me.who, recorded.account, recorded.choice, recorded.channel, recorded.evidence
    )
    return plain(receipt.as_file(me.services.log_key, made.receipt), 201)
