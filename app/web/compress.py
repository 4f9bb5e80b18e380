"""Pages and style sheets go compressed to browsers that read it; the form token changes on each page (`browser`), so
that their length tells nothing of it."""

from __future__ import annotations

import gzip

from fastapi import Request, Response

LEVEL = 5
SMALLEST = 1024
"""Bytes below which it is not worth it."""
TYPES = ("text/html", "text/css", "image/svg+xml")


def compress(request: Request, response: Response) -> None:
    """Compress a whole answer in place; what is sent as it goes is left as it is."""
    body = getattr(response, "body", b"")
    wanted = "gzip" in request.headers.get("accept-encoding", "")
    if not wanted or len(body) < SMALLEST or not response.headers.get("content-type", "").startswith(TYPES):
        return
    response.body = gzip.compress(body, LEVEL, mtime=0)
    response.headers["content-length"] = str(len(response.body))
    response.headers["content-encoding"] = "gzip"
