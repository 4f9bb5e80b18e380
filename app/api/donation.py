"""/v1/me/donation and the public registry of projects."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import answer, plain
from app.api.caller import caller, language_of, services_of, wanted_language
from app.api.me import IdempotencyKey, IfMatch, Lang
from app.i18n import translator
from app.services import donation, projects
from app.trust.repeats import Repeat

router = APIRouter(responses=doc.PROBLEMS)
public_router = APIRouter()
_DIGEST = Field(pattern=r"^sha256:[0-9a-f]{64}$", description="Of the information shown (GET gives it)")
_NAMES: Any = Field(default_factory=list, max_length=500)


class DonationChoice(BaseModel):
    """`opposed`: to everything. `included`: but for the purposes and projects listed, which are opposed one by one."""

    model_config = ConfigDict(extra="forbid")

    choice: Literal["included", "opposed"]
    opposed_purposes: list[str] = _NAMES
    opposed_projects: list[str] = _NAMES
    text_digest: str = _DIGEST


class Shown(BaseModel):
    """Which text was shown."""

    model_config = ConfigDict(extra="forbid")

    text_digest: str = _DIGEST


@router.get("/v1/me/donation", responses=doc.ETAGGED)
async def get_donation(request: Request, lang: Lang = None) -> Response:
    """What donation is, what holds for you, every choice you made with its receipt, and the projects."""
    me = caller(request)
    return answer(request, await donation.show(me.services, me.who, me.lang), me.lang)


@router.put("/v1/me/donation", responses=doc.ETAGGED | doc.FORMER_TEXT)
async def put_donation(
    request: Request, chosen: DonationChoice, lang: Lang = None, idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:  # fmt: skip
    """Oppose, by purpose or project or as a whole, or be included again. It holds at once, no reason is asked, and the
    signed receipt confirms it (`jalon audit verify` checks it offline)."""
    me = caller(request)
    wanted = donation.Chosen(chosen.choice, chosen.opposed_purposes, chosen.opposed_projects, chosen.text_digest)
    repeat = Repeat.of(idempotency_key, "PUT donation", _canonical(chosen.model_dump()))
    return answer(request, await donation.choose(me.services, me.who, wanted, me.lang, repeat, if_match), me.lang)


@router.post(
    "/v1/me/donation/information", status_code=204, responses=doc.FORMER_TEXT | {204: {"description": "Noted"}}
)
async def post_information(request: Request, shown: Shown) -> Response:
    """Say that the information was shown to the person: the delay runs from the first time."""
    me = caller(request)
    await donation.inform(me.services, me.who, shown.text_digest)
    return Response(status_code=204)


@router.get("/v1/me/donation/receipts/{version}", responses=doc.OK | doc.ABSENT)
async def get_receipt(request: Request, version: Annotated[int, Path(ge=1, le=2**31)]) -> Response:
    """The receipt of one of your choices: keep it, and check it offline with `jalon audit verify`."""
    me = caller(request)
    made = await donation.take_receipt(me.services, me.who, version)
    name = f'attachment; filename="jalon-don-{version}.json"'
    return Response(
        json.dumps(made, ensure_ascii=False, indent=1) + "\n", media_type="application/json",
        headers={"Cache-Control": "no-store", "Content-Disposition": name},
    )  # fmt: skip


@public_router.get("/v1/transparency/projects", responses=doc.OK | doc.WRONG, openapi_extra={"parameters": [doc.LANG]})
async def get_projects(request: Request) -> Response:
    """Every project that may have data, or had some: who, why, which data, on whose opinion, until when."""
    return _worded(request, {"projects": projects.listed(translator(wanted_language(request)))})


@public_router.get(
    "/v1/transparency/projects/{project}", responses=doc.OK | doc.ABSENT | doc.WRONG,
    openapi_extra={"parameters": [doc.LANG]},
)  # fmt: skip
async def get_project(request: Request, project: str) -> Response:
    """All of a project: each column that leaves and how it is coarsened, the ethics decision, the results."""
    services = services_of(request)
    shown = projects.detailed(project, translator(wanted_language(request)))
    return _worded(request, shown | {"exports": await projects.left(services, project)})


def _worded(request: Request, data: dict[str, Any]) -> Response:
    shown = plain(data, cache="public, max-age=300")
    shown.headers["Vary"] = "Accept-Language"
    shown.headers["Content-Language"] = language_of(request)
    return shown


def _canonical(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True).encode()
