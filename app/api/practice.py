"""/v1/practice: what a doctor sees of the patients who named their practice; and /v1/me/practices, naming it.

There is no other way in: no search, no emergency access."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import answer, plain
from app.api.caller import caller
from app.api.me import Lang
from app.services import practice, worklist

router = APIRouter(responses=doc.PROBLEMS)


class PracticeNumber(BaseModel):
    """The number that stands on prescriptions: RPPS of the doctor (11 digits), or FINESS of the place (9)."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(max_length=30, examples=["10101234567"])


@router.get("/v1/practice/patients", responses=doc.OK)
async def get_patients(request: Request) -> Response:
    """Who named your practice and allows its doctors to see their prevention."""
    me = caller(request)
    found = await practice.listed(me.services, me.who)
    return plain(
        {
            "patients": [
                {"id": one.patient.id, "since": one.patient.since, "relation": one.patient.kind,
                 "family": one.family, "given": one.given, "birth_date": one.birth_date}
                for one in found
            ]
        }
    )  # fmt: skip


@router.get("/v1/practice/worklist", responses=doc.OK)
async def get_worklist(
    request: Request, lang: Lang = None, group: str | None = None, waiting: bool = False, after: int = 0,
    limit: int = worklist.USUAL,
) -> Response:  # fmt: skip
    """Your patients, first those for whom a visit would change most (`content/review.yaml`). `group`: one line of the
    order; `waiting`: those with something to decide. `next` gives the `after` of the following page; `preparing` how
    many are still being worked out."""
    me = caller(request)
    found = await worklist.worklist(me.services, me.who, group=group, waiting=waiting, after=after, limit=limit)
    return plain(worklist.page_json(found, me.services, me.lang))


@router.get(
    "/v1/practice/patients/{patient}/plan", responses=doc.ETAGGED,
    openapi_extra={"parameters": [doc.LANG, doc.AS_OF]},
)  # fmt: skip
async def get_patient_plan(request: Request, patient: str) -> Response:
    """A patient's plan, from what they share with you. The reading is in their log, with your name."""
    me = caller(request)
    made = await practice.plan(me.services, me.who, patient, lang=me.lang, as_of=me.as_of)
    return answer(request, made, me.lang)


@router.get("/v1/me/practices", responses=doc.OK)
async def get_practices(request: Request) -> Response:
    """The practices that you named."""
    me = caller(request)
    return plain(practice.to_json(await practice.named(me.services, me.who)))


@router.post("/v1/me/practices", responses=doc.OK)
async def post_practice(request: Request, sent: PracticeNumber) -> Response:
    """Name a practice. Its doctors see nothing until you also consent to `doctor_review` (PUT /v1/me/consents)."""
    me = caller(request)
    return plain(practice.to_json(await practice.name(me.services, me.who, sent.number)))


@router.get("/v1/me/practices/proposed", responses=doc.OK)
async def get_proposed(request: Request) -> Response:
    """The treating doctors whom your record names, the latest document first. They see nothing before you name them
    (`POST /v1/me/practices`): a record may be out of date."""
    me = caller(request)
    return plain(practice.proposed_json(await practice.recorded(me.services, me.who)))


@router.delete("/v1/me/practices/{practice_id}", status_code=204, responses=doc.ABSENT)
async def delete_practice(request: Request, practice_id: str) -> Response:
    """End it: the practice's doctors see nothing of you from the next request on."""
    me = caller(request)
    if not await practice.end(me.services, me.who, practice_id):
        raise HTTPException(404)
    return Response(status_code=204)
