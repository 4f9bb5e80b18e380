"""Problems reported, human reviews asked for, complaints: for the citizen, their doctor, and the team that answers."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import caller
from app.api.me import Lang
from app.i18n import translator
from app.services import register, signals
from app.trust.signals import Kind

router = APIRouter(responses=doc.PROBLEMS)
_MADE = doc.CONFLICT | doc.ABSENT
_WORDS = Field("", max_length=signals.LONGEST)


class ProblemSeen(BaseModel):
    """`problem`: one of `content/vigilance.yaml`; `words`: in one's own words, if one wishes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"problem": "wrong_fact"}]})

    problem: str = Field(max_length=40)
    words: str = _WORDS


class ReviewAsked(BaseModel):
    """`to`: `team`, or `doctor`, the practice that one named."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"to": "team"}]})

    to: Literal["team", "doctor"] = "team"
    words: str = _WORDS


class Complaint(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"words": "Je n’ai pas reçu la copie de mes données."},
    ]})  # fmt: skip

    words: str = Field(min_length=signals.SHORTEST, max_length=signals.LONGEST)


class Outcome(BaseModel):
    """`closed`: the answer will do; `contested`: it will not, and the team looks again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"step": "closed"}]})

    step: Literal["closed", "contested"]
    words: str = _WORDS


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"words": "J’ai relu avec vous : ce conseil tient."},
    ]})  # fmt: skip

    words: str = Field(min_length=signals.SHORTEST, max_length=signals.LONGEST)


class TeamStep(BaseModel):
    """`analysed` (with `analysis`, which names nobody, and `impact`), `action`, `answered` (with `words` for the
    person), `closed`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"step": "analysed", "analysis": "Seuil mal recopié dans la version du 1er avril.", "impact": "none"},
    ]})  # fmt: skip

    step: register.TeamStep
    analysis: str = _WORDS
    words: str = _WORDS
    impact: str | None = Field(None, max_length=40)


@router.post("/v1/me/plan/items/{guideline}/problem", status_code=201, responses=_MADE)
async def post_problem(request: Request, guideline: str, sent: ProblemSeen) -> Response:
    """Report a problem with an item of your plan. The whole reasoning of this moment is kept with it, sealed with your
    key; `GET /v1/me/signals` says what becomes of it."""
    me = caller(request)
    return plain({"id": await signals.report(me.services, me.who, guideline, sent.problem, sent.words)}, 201)


@router.post("/v1/me/plan/items/{guideline}/human-review", status_code=201, responses=_MADE)
async def post_human_review(request: Request, guideline: str, sent: ReviewAsked) -> Response:
    """Ask a human being to look again at an item of your plan (AI Act art. 86, GDPR art. 22). You are answered
    within the delay that `GET /v1/me/signals` says."""
    me = caller(request)
    return plain({"id": await signals.ask_review(me.services, me.who, guideline, sent.words, sent.to)}, 201)


@router.post("/v1/me/complaints", status_code=201, responses=_MADE)
async def post_complaint(request: Request, sent: Complaint) -> Response:
    """Complain about the use of your data, or anything else. You are answered within a month."""
    me = caller(request)
    return plain({"id": await signals.complain(me.services, me.who, sent.words)}, 201)


@router.get("/v1/me/signals", responses=doc.OK)
async def get_signals(request: Request, lang: Lang = None) -> Response:
    """What you reported or asked, the state of each with its dates, and the answers."""
    me = caller(request)
    return plain({"signals": await signals.mine(me.services, me.who, translator(me.lang))})


@router.get("/v1/me/signals/{signal}", responses=doc.OK | doc.ABSENT)
async def get_signal(request: Request, signal: str, lang: Lang = None) -> Response:
    """One of them, with the reasoning that was kept (`trace`)."""
    me = caller(request)
    return plain(await signals.one_of_mine(me.services, me.who, signal, translator(me.lang)))


@router.post("/v1/me/signals/{signal}/outcome", responses=doc.OK | _MADE)
async def post_outcome(request: Request, signal: str, sent: Outcome) -> Response:
    """Say whether the answer will do. Contested, it is looked at again by the team."""
    me = caller(request)
    await signals.settle(me.services, me.who, signal, sent.step, sent.words)
    return plain({"id": signal, "state": sent.step})


@router.post("/v1/practice/patients/{patient}/items/{guideline}/problem", status_code=201, responses=_MADE)
async def post_patient_problem(request: Request, patient: str, guideline: str, sent: ProblemSeen) -> Response:
    """Report a problem with an item of a patient's plan. They see it, with your name in their log."""
    me = caller(request)
    made = await signals.report_for(me.services, me.who, patient, guideline, sent.problem, sent.words)
    return plain({"id": made}, 201)


@router.get("/v1/practice/patients/{patient}/requests", responses=doc.OK)
async def get_requests(request: Request, patient: str, lang: Lang = None) -> Response:
    """The reviews that a patient asked their doctor for."""
    me = caller(request)
    return plain({"requests": await signals.requests(me.services, me.who, patient, translator(me.lang))})


@router.post("/v1/practice/patients/{patient}/requests/{signal}", responses=doc.OK | _MADE)
async def post_request_answer(request: Request, patient: str, signal: str, sent: Answer) -> Response:
    """Answer one of them: your patient reads it, with your name."""
    me = caller(request)
    await signals.answer_patient(me.services, me.who, patient, signal, sent.words)
    return plain({"id": signal, "state": "answered"})


@router.get("/v1/content/register", responses=doc.OK)
async def get_register(
    request: Request, lang: Lang = None, kind: Kind | None = None, after: int = 0, limit: int = register.USUAL
) -> Response:
    """The register of problems, reviews and complaints: about nobody. `overdue`: those without their answer."""
    me = caller(request)
    found = await register.register(
        me.services, me.who, translator(me.lang), kind=kind, after=after, limit=limit
    )
    return plain(found)


@router.get("/v1/content/register-export", responses=doc.EXPORT)
async def get_register_export(request: Request, format: Literal["json", "csv"] = "json") -> Response:
    """Every problem reported, in the terms of an incident form (IMDRF codes with whether they were verified)."""
    me = caller(request)
    rows = await register.export(me.services, me.who)
    if format == "json":
        return plain({"form": register.form(), "reports": rows})
    kept = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="vigilance.csv"'}
    return Response(register.as_csv(rows), media_type="text/csv; charset=utf-8", headers=kept)


@router.get("/v1/content/register/{signal}", responses=doc.OK | doc.ABSENT)
async def get_register_signal(request: Request, signal: str, lang: Lang = None) -> Response:
    """Open one: what was written, and the reasoning of that moment. The person concerned sees it in their log. Without
    them (`erased`), only the register's half is left."""
    me = caller(request)
    return plain(await register.opened(me.services, me.who, signal, translator(me.lang)))


@router.post("/v1/content/register/{signal}", responses=doc.OK | _MADE)
async def post_register_step(request: Request, signal: str, sent: TeamStep) -> Response:
    """Take the next step. `analysis` stays in the register and must name nobody; `words` go to the person."""
    me = caller(request)
    await register.step(
        me.services, me.who, signal, sent.step, analysis=sent.analysis, words=sent.words, impact=sent.impact
    )
    return plain({"id": signal, "state": sent.step})
