"""Errors as problem details (RFC 9457), in the caller's language. Details never hold data that was sent or
kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.api import outcomes
from app.api.caller import language_of
from app.api.problem_texts import KINDS, OF_CODE
from app.errors import JalonError, RecordError, UsageError
from app.services.answers import WrongAnswers
from app.services.review import PlanChanged
from app.services.studio import CampaignChanged

MEDIA_TYPE = "application/problem+json"
_SAYS_WHERE = frozenset({"reminders", "campaign_text", "campaign_words", "approval_until"})
"""Errors whose sentence says what to mend in what was sent, and nothing about anybody."""
_OF_STATUS = {401: "not-signed-in", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}


def problem(
    request: Request, kind: str, *, code: str | None = None, errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None, changed: Sequence[Mapping[str, Any]] | None = None,
) -> Response:  # fmt: skip
    """The answer for a kind of `app.api.problem_texts`; `code` says more precisely which, in a stable
    word."""
    known, lang = KINDS[kind], language_of(request)
    text = known.en if lang == "en" else known.fr
    content: dict[str, Any] = {
        "type": f"/problems/{kind}",
        "title": text.title,
        "status": known.status,
        "detail": text.remedy,
    }
    if code:
        content["code"] = code
    if errors:
        content["errors"] = list(errors)
    if changed is not None:
        content["changed"] = list(changed)
    extra = {
        "Content-Language": "en" if lang == "en" else "fr",
        "Cache-Control": "no-store",
        **(headers or {}),
    }
    if known.status == 401:
        extra.setdefault("WWW-Authenticate", "Bearer")
    if known.status == 503:
        extra["Retry-After"] = "5"
    fhir = outcomes.wanted(request.url.path)
    return Response(
        json.dumps(outcomes.outcome(content) if fhir else content, ensure_ascii=False),
        status_code=known.status,
        media_type=outcomes.MEDIA_TYPE if fhir else MEDIA_TYPE,
        headers=extra,
    )


def kind_of(error: JalonError) -> str:
    if found := OF_CODE.get(error.code):
        return found
    if isinstance(error, RecordError):
        return "unreadable-record"
    return "invalid-request" if isinstance(error, UsageError) else "internal"


def add_problems(app: FastAPI) -> None:
    """Answer every error of the application as a problem."""

    @app.exception_handler(JalonError)
    async def _ours(request: Request, error: JalonError) -> Response:
        errors = (
            [{"pointer": _pointer([fact]), "detail": text} for fact, text in error.errors.items()]
            if isinstance(error, WrongAnswers)
            else [{"parameter": error.where, "detail": str(error)}]
            if error.code.startswith("fhir_") and error.where
            else [{"pointer": error.where or "", "detail": error.message}]
            if error.code == "campaign_to_mend" or (error.code in _SAYS_WHERE and error.where)
            else []
        )
        changed = error.changed if isinstance(error, PlanChanged | CampaignChanged) else None
        return problem(request, kind_of(error), code=error.code, errors=errors, changed=changed)

    @app.exception_handler(RequestValidationError)
    async def _malformed(request: Request, error: RequestValidationError) -> Response:
        errors = [_validation(item) for item in error.errors()]
        return problem(request, "invalid-request", code="malformed", errors=errors)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        kind = _OF_STATUS.get(error.status_code, "invalid-request" if error.status_code < 500 else "internal")
        return problem(request, kind, headers=error.headers)


def _validation(item: Mapping[str, Any]) -> dict[str, str]:
    """Where and what, never the value: a JSON Pointer into the body, or the name of a parameter."""
    place, *path = item["loc"]
    if item["type"] == "json_invalid":
        return {"pointer": "", "detail": "not valid JSON"}
    where = {"pointer": _pointer(path)} if place == "body" else {"parameter": str(path[0]) if path else ""}
    return {**where, "detail": str(item["msg"])}


def _pointer(path: Sequence[Any]) -> str:
    """RFC 6901. What was sent may stand in it as a key, so it is cut short."""
    return "".join("/" + str(part)[:60].replace("~", "~0").replace("/", "~1") for part in path)
