"""What anyone may read: the service's health, the guidelines and models it uses, what each problem means."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from app.api.answers import plain
from app.api.caller import language_of, services_of, wanted_language
from app.api.documented import ABSENT, EXPORT, LANG, WRONG
from app.api.problem_texts import KINDS
from app.guidelines.model import Guideline
from app.i18n import translator
from app.services import catalogue, nearby, public_check
from app.services.model_pages import ADDRESS, detailed, listed
from app.trust.authorization import load_authorization

router = APIRouter()
_CACHE = "public, max-age=300"
_OK: dict[int | str, dict[str, Any]] = {200: {"description": "Done"}}


@router.get("/healthz", responses=_OK)
async def healthz() -> Response:
    """The process answers."""
    return plain({"status": "ok"})


@router.get("/readyz", responses=_OK | {503: {"description": "Not ready"}})
async def readyz(request: Request) -> Response:
    """The database answers and has the tables of this version. `details` say when new content was refused and the
    former one is still in use."""
    services = services_of(request)
    ready = await asyncio.to_thread(services.is_ready)
    body: dict[str, Any] = {"status": "ready" if ready else "not ready"}
    if services.content_problem is not None:
        body["details"] = {"content": f"{services.pack.id} {services.pack.version} kept; {services.content_problem}"}
    return plain(body, 200 if ready else 503)


@router.get("/v1/transparency/guidelines", responses=_OK)
async def guidelines(request: Request) -> Response:
    """The pack of recommendations: versions, sources, and the day each was last checked."""
    pack = services_of(request).pack
    return plain(
        {
            "pack": {"id": pack.id, "version": pack.version, "digest": pack.digest},
            "guidelines": [_guideline(guideline) for guideline in pack.guidelines],
        },
        cache=_CACHE,
    )


@router.get(
    "/v1/transparency/catalogue", responses=EXPORT | WRONG, openapi_extra={"parameters": [LANG]}
)  # fmt: skip
async def get_catalogue(
    request: Request, kind: catalogue.Kind | None = None, format: Literal["json", "csv"] = "json"
) -> Response:
    """Open data: every version of a guideline, model, campaign and project, with what it rests on, how far it was
    verified, its limits, who sees it, figures (groups of fewer than 11 are left out), and whether it is suspended."""
    found = await catalogue.catalogue(services_of(request), translator(wanted_language(request)), kind)
    if format == "json":
        return plain(found, cache="no-cache")
    kept = {"Cache-Control": "no-cache", "Content-Disposition": 'attachment; filename="jalon-catalogue.csv"'}
    return Response(catalogue.as_csv(found), media_type="text/csv; charset=utf-8", headers=kept)


@router.get("/v1/transparency/models", responses=_OK | WRONG, openapi_extra={"parameters": [LANG]})
async def models(request: Request) -> Response:
    """The cards of the risk models (population, inputs, limits, sources) with plain words, and the models left out."""
    return _to_page(request, "") or _worded(request, listed(translator(wanted_language(request))))


@router.get(
    "/v1/transparency/models/{model}",
    responses=_OK | WRONG | ABSENT,
    openapi_extra={"parameters": [LANG]},
)
async def model(request: Request, model: str) -> Response:
    """The card of one risk model with its inputs. A browser, which asks for HTML, is sent to the model's page."""
    found = detailed(model, translator(wanted_language(request)))
    return _to_page(request, f"/{found['id']}") or _worded(request, found)


def _to_page(request: Request, path: str) -> Response | None:
    """For people: the page that says the same, when the caller is a browser."""
    if "text/html" not in request.headers.get("accept", ""):
        return None
    return RedirectResponse(ADDRESS + path, 303, headers={"Vary": "Accept"})


def _worded(request: Request, data: dict[str, Any]) -> Response:
    """Public JSON whose words follow the language."""
    answer = plain(data, cache=_CACHE)
    answer.headers["Vary"] = "Accept, Accept-Language"
    answer.headers["Content-Language"] = language_of(request)
    return answer


@router.get("/v1/transparency/authorization", responses=_OK)
async def authorization() -> Response:
    """Who may do what, for which purpose and with which consent: every route. What does not stand there is refused."""
    return plain(load_authorization().model_dump(mode="json", exclude_defaults=True), cache=_CACHE)


class AgeAndSex(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"age": 52, "sex": "female"}]})

    age: int = Field(ge=0, le=public_check.OLDEST)
    sex: Literal["female", "male"] = Field(description="At birth")


@router.post("/v1/check", responses=_OK | WRONG)
async def check(request: Request, asked: AgeAndSex, lang: str | None = None) -> Response:
    """What is recommended at an age, for anyone: no session, and nothing of it is kept or logged."""
    found = await public_check.recommended(
        services_of(request), asked.age, asked.sex, lang=lang or language_of(request)
    )
    return plain(found)


class Sought(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"need": "vaccination", "postcode": "69003"}]}
    )

    need: str = Field(max_length=60, description="An `id` of GET /v1/places")
    postcode: str = Field(max_length=10, description="Five digits")
    page: int = Field(default=1, ge=1, le=nearby.MOST_PAGES)


@router.get("/v1/places", responses=_OK | WRONG, openapi_extra={"parameters": [LANG]})
async def places_known(request: Request) -> Response:
    """What one can look for near a postcode, and the directories in use with the day that each tells of."""
    lang = wanted_language(request)
    services = services_of(request)
    return _worded(request, {"needs": nearby.needs(lang), "sources": await nearby.sources(services, lang)})


@router.post("/v1/places", responses=_OK | WRONG)
async def places_near(request: Request, sought: Sought, lang: str | None = None) -> Response:
    """Places near a postcode, the nearest first, for anyone. What is looked for and where stand in the body, so that no
    address, log or history holds them; nothing of it is kept."""
    wanted = lang or language_of(request)
    found = await nearby.near(services_of(request), sought.need, sought.postcode, page=sought.page, lang=wanted)
    return plain(found)


@router.get("/problems/{kind}", responses=_OK | ABSENT)
async def problem_kind(kind: str) -> Response:
    """What a problem's `type` means, and what to do."""
    known = KINDS.get(kind)
    if known is None:
        raise HTTPException(404)
    words = {lang: text._asdict() for lang, text in (("fr", known.fr), ("en", known.en))}
    return plain({"type": f"/problems/{kind}", "status": known.status, **words}, cache=_CACHE)


def _guideline(guideline: Guideline) -> dict[str, Any]:
    return {
        "id": guideline.id,
        "title": guideline.wording.title,
        "domain": guideline.domain,
        "effective_from": guideline.effective_from.isoformat(),
        "effective_until": guideline.effective_until.isoformat() if guideline.effective_until else None,
        "last_checked": guideline.last_checked.isoformat(),
        "sources": [source.model_dump(mode="json") for source in guideline.sources],
        "doubts": guideline.doubts,
    }
