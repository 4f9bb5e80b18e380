"""Answers as bytes with an entity tag; 304 when the caller has them already."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from app.services.cache import Rendered
from app.services.documents import Paper
from app.services.export.copy import Copy

_PRIVATE = "private, no-cache"
"""Kept by the caller's own device only, and asked again each time: consent may have changed."""


def answer(request: Request, rendered: Rendered, lang: str | None = None, status: int = 200) -> Response:
    """The body, or 304 Not Modified when `If-None-Match` names it."""
    headers = {
        "ETag": rendered.etag,
        "Cache-Control": _PRIVATE,
        "Vary": "Authorization, Cookie, Accept-Language",
    }
    if lang:
        headers["Content-Language"] = lang
    asked = request.headers.get("if-none-match")
    if asked is not None and request.method == "GET" and _names(asked, rendered.etag):
        return Response(status_code=304, headers=headers)
    return Response(rendered.body, status_code=status, media_type="application/json", headers=headers)


def plain(data: Any, status: int = 200, *, cache: str = "no-store") -> Response:
    """JSON without entity tag."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    return Response(body, status_code=status, media_type="application/json", headers={"Cache-Control": cache})


def attached(made: Copy) -> Response:
    """A zip to be saved, sent as it is made."""
    kept = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{made.name}"'}
    return StreamingResponse(made.pieces, media_type="application/zip", headers=kept)


def saved(paper: Paper) -> Response:
    """A file to be saved."""
    kept = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{paper.file}"'}
    return Response(paper.content, media_type=paper.media, headers=kept)


def _names(header: str, etag: str) -> bool:
    return header.strip() == "*" or etag in {part.strip().removeprefix("W/") for part in header.split(",")}
