"""CDS Hooks 2.0: what Jalon says in the software that a professional already uses."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import services_of, wanted_language
from app.cds.hooks import FeedbackCall, HookCall
from app.services import decision_support

router = APIRouter(prefix="/cds-services")
_ANSWERS = doc.OK | doc.CDS_PROBLEMS


@router.get("", responses=doc.OK)
async def services(request: Request) -> Response:
    """The services, their hooks, and the prefetch templates of each."""
    return plain(decision_support.discovery(wanted_language(request)), cache="public, max-age=300")


@router.post("/{service}", responses=_ANSWERS)
async def call_service(request: Request, service: str, call: HookCall) -> Response:
    """The cards for one patient. The call is signed (`Authorization: Bearer`, a JWT for this address); nothing of what
    is sent is kept."""
    opened, offered = services_of(request), decision_support.offered(service)
    software = await decision_support.caller(opened, _bearer(request), offered.id)
    lang = wanted_language(request)
    return plain({"cards": await decision_support.cards(opened, software, offered, call, lang)})


@router.post("/{service}/feedback", responses=_ANSWERS)
async def feedback(request: Request, service: str, sent: FeedbackCall) -> Response:
    """What became of cards. Comments are not kept: they may name somebody."""
    opened, offered = services_of(request), decision_support.offered(service)
    software = await decision_support.caller(opened, _bearer(request), offered.id)
    return plain({"kept": await decision_support.feedback(opened, software, offered, sent)})


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None
