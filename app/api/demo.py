"""/v1/demo: signing in as a sample person. These routes exist in demo mode only; and /v1/session, signing
out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api import documented as doc
from app.api.answers import plain
from app.api.caller import COOKIE, caller, services_of, token_of
from app.services import demo
from app.services.services import Services
from app.trust.sessions import token_hash

router = APIRouter(prefix="/v1/demo", responses=doc.PROBLEMS)
session_router = APIRouter(prefix="/v1/session", responses=doc.PROBLEMS)


class SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    person: str = Field(min_length=1, max_length=100, examples=["claudine"])


@router.get("/people", responses={200: {"description": "The sample people"}})
async def get_people(request: Request) -> Response:
    """Whom one can sign in as."""
    people = await demo.sample_people(services_of(request))
    shown = [{"id": p.sample, "label": p.label, "language": p.language, "role": p.role} for p in people]
    return plain({"people": shown})


@router.post(
    "/sign-in", responses=doc.ABSENT | {200: {"description": "The bearer token, also set as a cookie for pages"}}
)
async def sign_in(request: Request, body: SignIn) -> Response:
    """Sign in as a sample person. The session that came with the request is closed."""
    services, former = services_of(request), token_of(request)
    token = await demo.sign_in(services, body.person, token_hash(former) if former else None)
    response = plain(
        {
            "token": token,
            "token_type": "Bearer",
            "person": body.person,
            "expires_in": int(services.settings.session_absolute.total_seconds()),
        }
    )
    set_cookie(response, services, token)
    return response


@session_router.delete("", status_code=204)
async def sign_out(request: Request) -> Response:
    """Sign out: the session ends here and now."""
    me = caller(request)
    await me.services.door.sign_out(me.who)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/")
    return response


def set_cookie(response: Response, services: Services, token: str) -> None:
    """The session's cookie, for pages: out of reach of scripts, and never sent on behalf of another site."""
    response.set_cookie(
        COOKIE, token, httponly=True, samesite="strict", secure=services.settings.https, path="/"
    )
