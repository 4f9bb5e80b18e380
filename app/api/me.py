"""/v1/me: what the signed-in citizen does with their own data. Every function passes the door
(`app.trust.door`)."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import answer, attached, plain, saved
from app.api.bodies import read_files
from app.api.caller import asks_trace, caller
from app.facts.vocabulary import Category
from app.services import (
    access_log,
    answers,
    consents,
    consultation,
    documents,
    erasure,
    facts,
    family,
    plans,
    records,
    results,
    risks,
)
from app.services.export.copy import copy
from app.trust.repeats import Repeat
from app.trust.vocabulary import Channel

router = APIRouter(prefix="/v1/me", responses=doc.PROBLEMS)
# The plan comes first: routes are tried in order, and it is asked most.

Lang = Annotated[str | None, Query(description=doc.LANG["description"])]
IdempotencyKey = Annotated[
    str | None, Header(description="The same key sent twice is one write, answered alike")
]
IfMatch = Annotated[str | None, Header(description="The ETag that was read: 412 if it is not any more")]


class ConsentChoice(BaseModel):
    """What is allowed from now on: `categories` of data or, for `reminders`, `channels`. An empty list: consent is
    withdrawn."""

    model_config = ConfigDict(extra="forbid")

    purpose: str = "own_prevention"
    categories: list[Category] | None = Field(None, max_length=50)
    channels: list[Channel] | None = Field(None, max_length=10)
    text_digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$", description="Of the text shown (GET gives it)")

    @model_validator(mode="after")
    def _one_kind(self) -> ConsentChoice:
        if (self.categories is None) is (self.channels is None):
            raise ValueError("say `categories` or `channels`, one of them")
        return self


class Erase(BaseModel):
    """`{"confirm": true}`: so that nothing is erased by a slip."""

    model_config = ConfigDict(extra="forbid")

    confirm: Literal[True]


@router.get("/plan", responses=doc.ETAGGED, openapi_extra={"parameters": [doc.LANG, doc.AS_OF, doc.TRACE]})
async def get_plan(request: Request) -> Response:
    """Your prevention plan. With `trace`, each recommendation carries how it was decided."""
    me = caller(request)
    made = await plans.plan(me.services, me.who, lang=me.lang, as_of=me.as_of, trace=asks_trace(request))
    return answer(request, made, me.lang)


@router.get("/consultation", responses=doc.OK)
async def get_own_consultation(request: Request, lang: Lang = None) -> Response:
    """To prepare a consultation: what you want to ask, and the themes of your age, with what is known or not."""
    me = caller(request)
    return plain(await consultation.consultation(me.services, me.who, lang=me.lang))


class OwnQuestions(BaseModel):
    """In one's own words, the first one first; an empty list takes them back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"questions": ["Faut-il que je continue ce traitement ?"]},
    ]})  # fmt: skip

    questions: list[Annotated[str, Field(max_length=consultation.LONGEST)]] = Field(max_length=10)


@router.put("/consultation/questions", responses=doc.OK)
async def put_questions(request: Request, sent: OwnQuestions) -> Response:
    """What you want to ask at your next consultation, in your own words: three questions at most. Your doctor reads
    them if you share with them."""
    me = caller(request)
    return plain({"own_questions": await consultation.ask(me.services, me.who, sent.questions)})


@router.get("/plan/pdf", responses=doc.PAPER)
async def get_plan_pdf(
    request: Request,
    lang: Lang = None,
    large: Annotated[bool, Query(description="In letters of 16 points")] = False,
) -> Response:
    """Your prevention plan as a PDF, to keep or to bring along."""
    me = caller(request)
    return saved(await documents.own(me.services, me.who, lang=me.lang, large=large))


@router.post("/record", status_code=201, openapi_extra=doc.RECORD_BODY, responses=doc.RECORD_ANSWERS)
async def add_record(request: Request, idempotency_key: IdempotencyKey = None) -> Response:
    """Send files of your health record: FHIR R4 JSON, CDA XML or a zip of them, 50 MB at most, raw or
    multipart.

    All or nothing: when one file cannot be read or is about somebody else, nothing is kept.
    """
    me = caller(request)
    await me.services.door.recognise(me.who)  # before 50 MB are taken from a stranger
    files = await read_files(request, me.services.settings.upload_bytes)
    digest = hashlib.sha256(b"".join(hashlib.sha256(content).digest() for _, content in files)).digest()
    added = await records.add(me.services, me.who, files, Repeat.of(idempotency_key, "POST record", digest))
    return plain(added.summary, added.status)


@router.get("/answers", responses=doc.ETAGGED)
async def get_answers(request: Request) -> Response:
    """Your answers to the plan's questions: `{fact: {value, on}}`."""
    me = caller(request)
    return answer(request, await answers.answers(me.services, me.who))


@router.put("/answers", responses=doc.ETAGGED)
async def put_answers(
    request: Request,
    sent: Annotated[dict[str, Any], Body(description="fact → answer; `unknown` for « je ne sais pas »")],
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:
    """Replace your answers by `{fact: answer}`."""
    me = caller(request)
    repeat = Repeat.of(idempotency_key, "PUT answers", _canonical(sent))
    return answer(request, await answers.put(me.services, me.who, sent, repeat, if_match))


@router.get(
    "/plan/{guideline}/explanation",
    responses=doc.ETAGGED,
    openapi_extra={"parameters": [doc.LANG, doc.AS_OF]},
)
async def get_explanation(request: Request, guideline: str) -> Response:
    """Why a recommendation answers what it does, and what would change it."""
    me = caller(request)
    made = await plans.explanation(me.services, me.who, guideline, lang=me.lang, as_of=me.as_of)
    return answer(request, made, me.lang)


@router.get("/facts", responses=doc.ETAGGED, openapi_extra={"parameters": [doc.AS_OF]})
async def get_facts(request: Request) -> Response:
    """What Jalon knows of you, with each source, and what it set aside."""
    me = caller(request)
    return answer(request, await facts.facts(me.services, me.who, as_of=me.as_of))


@router.get("/family", responses=doc.ETAGGED, openapi_extra={"parameters": [doc.LANG, doc.AS_OF]})
async def get_family(request: Request) -> Response:
    """Your family: who is in it, what each has had, in words and as a drawing."""
    me = caller(request)
    return answer(request, await family.family(me.services, me.who, lang=me.lang, as_of=me.as_of), me.lang)


@router.post("/risks/what-if", responses=doc.OK)
async def what_if(
    request: Request,
    wanted: Annotated[dict[str, float | bool], Body(description="fact of a lever → number, or `true`", max_length=20)],
    lang: Lang = None,
) -> Response:
    """Your risk figures, what you may change, and the same figures with what you try. Nothing of it is kept."""
    me = caller(request)
    return plain(await risks.what_if(me.services, me.who, wanted, lang=me.lang))


@router.get("/results", responses=doc.ETAGGED, openapi_extra={"parameters": [doc.LANG, doc.AS_OF]})
async def get_results(request: Request) -> Response:
    """Your laboratory results in plain words: alarm signs first, each value on its range, and its course."""
    me = caller(request)
    return answer(request, await results.results(me.services, me.who, lang=me.lang, as_of=me.as_of), me.lang)


@router.get("/consents", responses=doc.ETAGGED)
async def get_consents(request: Request, lang: Lang = None) -> Response:
    """What you allow, with the text of the question, and every change you made."""
    me = caller(request)
    return answer(request, await consents.show(me.services, me.who, me.lang), me.lang)


@router.put("/consents", responses=doc.ETAGGED | doc.FORMER_TEXT)
async def put_consents(
    request: Request,
    choice: ConsentChoice,
    lang: Lang = None,
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:
    """Allow, change or withdraw. It holds from the next request on."""
    me = caller(request)
    allowed = choice.categories if choice.channels is None else choice.channels
    by: Literal["category", "channel"] = "category" if choice.channels is None else "channel"
    decided = consents.Choice(choice.purpose, allowed or [], choice.text_digest, by)
    repeat = Repeat.of(idempotency_key, "PUT consents", _canonical(choice.model_dump(exclude_none=True)))
    changed = await consents.change(me.services, me.who, decided, me.lang, repeat, if_match)
    return answer(request, changed, me.lang)


@router.get("/access-log", responses=doc.PAGED)
async def get_access_log(
    request: Request,
    before: Annotated[int | None, Query(ge=0, le=2**62, description="Entries older than this number")] = None,
    limit: Annotated[int, Query(ge=1, le=access_log.LARGEST_PAGE)] = 50,
) -> Response:
    """Who looked at your data, when and why, newest first. This reading is in it too."""
    me = caller(request)
    page = await access_log.page(me.services, me.who, before=before, limit=limit)
    following = f"/v1/me/access-log?before={page['next']}&limit={limit}" if page["next"] is not None else None
    response = plain({**page, "next": following})
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


@router.get("/export", responses=doc.COPY, openapi_extra={"parameters": [doc.LANG]})
async def get_export(request: Request) -> Response:
    """A copy of everything that is held about you, as a zip: a page to read, JSON, FHIR R4, the access log with its
    proofs, and the files that you sent."""
    me = caller(request)
    return attached(await copy(me.services, me.who, lang=me.lang))


@router.post("/erasure", responses=doc.OK)
async def erase(request: Request, confirmed: Erase) -> Response:
    """Erase everything about you, at once and for good. The signed receipt proves that it was done; keep it."""
    me = caller(request)
    return plain(await erasure.erase(me.services, me.who))


def _canonical(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True).encode()
