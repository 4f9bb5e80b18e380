"""/v1/guarantee: the board of the human guarantee reads answers again; /v1/transparency/guarantee: what came of it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import caller, language_of, services_of
from app.api.me import Lang
from app.services.guarantee import board, public

router = APIRouter(responses=doc.PROBLEMS)
_CHANGED: dict[int | str, dict[str, Any]] = {412: doc.CONDITIONAL[412]}
_PUBLIC: dict[int | str, dict[str, Any]] = {200: {"description": "Done"}}


class Judgement(BaseModel):
    """What you think of the answer: a `verdict` of the list (GET /v1/guarantee/board gives it), and why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"verdict": "more", "words": "L’antécédent familial justifie de commencer plus tôt."},
    ]})  # fmt: skip

    verdict: str = Field(max_length=20)
    words: str | None = Field(None, max_length=board.LONGEST)


class Step(BaseModel):
    """What becomes of a finding: `analysed`, `corrected`, or `kept` (the guideline stays, for this reason)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"state": "corrected", "words": "L’âge de début est corrigé dans la version suivante."},
    ]})  # fmt: skip

    state: str = Field(max_length=20)
    words: str = Field(max_length=board.LONGEST)


@router.get("/v1/guarantee/board", responses=doc.OK)
async def get_board(request: Request, lang: Lang = None) -> Response:
    """What you have to read, how far the readers agree (Cohen's kappa), and the register of findings."""
    me = caller(request)
    return plain(await board.board(me.services, me.who, lang=me.lang))


@router.get("/v1/guarantee/readings/{reading}", responses=doc.OK)
async def get_board_reading(request: Request, reading: str, lang: Lang = None) -> Response:
    """One answer to read again: the facts behind it, without the person's name, and nobody else's reading before both
    are done. It is in the person's log."""
    me = caller(request)
    return plain(await board.read(me.services, me.who, reading, lang=me.lang))


@router.post("/v1/guarantee/readings/{reading}", responses=doc.OK | _CHANGED)
async def post_reading(request: Request, reading: str, sent: Judgement, lang: Lang = None) -> Response:
    """Say what you think of it, once. When the two readers agree, the case is closed."""
    me = caller(request)
    return plain(await board.judge(me.services, me.who, reading, sent.verdict, sent.words, lang=me.lang))


@router.put("/v1/guarantee/readings/{reading}/decision", responses=doc.OK | _CHANGED)
async def put_decision_on_reading(request: Request, reading: str, sent: Judgement, lang: Lang = None) -> Response:
    """After discussion, propose what two readings that differ come to."""
    me = caller(request)
    return plain(await board.propose(me.services, me.who, reading, sent.verdict, sent.words, lang=me.lang))


@router.post("/v1/guarantee/readings/{reading}/confirmation", responses=doc.OK | _CHANGED)
async def confirm_decision(request: Request, reading: str, lang: Lang = None) -> Response:
    """Confirm what the other reader proposed. The case is closed, and not tied to its person any more."""
    me = caller(request)
    return plain(await board.confirm(me.services, me.who, reading, lang=me.lang))


@router.post("/v1/guarantee/issues/{issue}", status_code=204, responses=doc.ABSENT | _CHANGED)
async def post_issue_step(request: Request, issue: str, sent: Step) -> Response:
    """Say what becomes of a finding on a version of a guideline."""
    me = caller(request)
    await board.advance(me.services, me.who, issue, sent.state, sent.words)
    return Response(status_code=204)


@router.get("/v1/transparency/guarantee", responses=_PUBLIC | doc.WRONG)
async def public_guarantee(request: Request, lang: Lang = None) -> Response:
    """How much was read again, how far the readers agree, and what they found: figures of fewer than 11 readings are
    not told."""
    found = await public.published(services_of(request), lang=lang or language_of(request))
    return plain(found, cache="public, max-age=300")
