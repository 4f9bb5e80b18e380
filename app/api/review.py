"""/v1/practice/patients/{patient}/review: a doctor looks at a patient's plan, and decides."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import answer, plain, saved
from app.api.caller import caller
from app.api.me import IfMatch, Lang
from app.plans.review import Kind
from app.services import consultation, documents, review
from app.services.review import LONGEST, Wanted

router = APIRouter(prefix="/v1/practice/patients/{patient}", responses=doc.PROBLEMS)


class DecisionWanted(BaseModel):
    """`accept`; `adapt` (`due`, `interval`, `act`, `words` for the person); `set_aside` (`reason` of the list, `until`,
    `words`); `ask_patient` (`words`); `done` today (`fact`: which act; `result`)."""

    model_config = ConfigDict(extra="forbid")

    guideline: str = Field(max_length=80)
    decision: Kind
    until: date | None = None
    due: date | None = None
    interval: str | None = Field(None, max_length=10, examples=["P2Y"])
    act: str | None = Field(None, max_length=80)
    reason: str | None = Field(None, max_length=40, description="A code of `reasons` (GET gives them)")
    words: str | None = Field(None, max_length=LONGEST)
    fact: str | None = Field(None, max_length=80)
    result: str | None = Field(None, max_length=40)


class ReviewBody(BaseModel):
    """Decisions taken together: all are kept, or none. `accept_rest`: accept whatever else is shown first."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"accept_rest": True},
        {"decisions": [{"guideline": "tobacco", "decision": "set_aside", "reason": "not_now", "until": "2027-03-01"}]},
    ]})  # fmt: skip

    decisions: list[DecisionWanted] = Field(default_factory=list, max_length=50)
    accept_rest: bool = False


@router.get("/documents/{kind}", responses=doc.PAPER)
async def get_document(request: Request, patient: str, kind: documents.Kind, lang: Lang = None) -> Response:
    """What is left to do, ready to be read and signed: the plan as PDF or FHIR CarePlan, drafts of orders (FHIR
    ServiceRequest), of a prescription and a letter, a summary to paste. What waits for your decision is left out."""
    me = caller(request)
    return saved(await documents.paper(me.services, me.who, patient, kind, lang=me.lang))


@router.get("/consultation", responses=doc.OK)
async def get_consultation(request: Request, patient: str, lang: Lang = None) -> Response:
    """To prepare a consultation: the patient's questions, the themes of their age, what is known and the gaps."""
    me = caller(request)
    return plain(await consultation.consultation(me.services, me.who, patient, lang=me.lang))


@router.get("/review", responses=doc.ETAGGED)
async def get_review(request: Request, patient: str, lang: Lang = None) -> Response:
    """Half a page: the three things with the facts behind each, what is unknown, the risk, what the patient says, what
    changed since the last decision. The reading is in the patient's log, with your name."""
    me = caller(request)
    return answer(request, await review.show(me.services, me.who, patient, lang=me.lang), me.lang)


@router.post("/review", responses=doc.ETAGGED | doc.CONDITIONAL)
async def post_review(
    request: Request, patient: str, sent: ReviewBody, lang: Lang = None, if_match: IfMatch = None
) -> Response:
    """Decide. `If-Match` names the version that you looked at: when facts or decisions changed since, nothing is kept,
    and `changed` says what. Your name stands with each decision, and the patient reads it in their plan."""
    me = caller(request)
    wanted = [Wanted(**one.model_dump()) for one in sent.decisions]
    made = await review.decide(
        me.services, me.who, patient, wanted, if_match, lang=me.lang, all_else=sent.accept_rest
    )
    return answer(request, made, me.lang)
