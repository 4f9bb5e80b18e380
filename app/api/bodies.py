"""The files of a sending: a raw body, or `multipart/form-data`. Never written to disk on the way."""

from __future__ import annotations

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from app.api.guard import BodyTooLarge
from app.errors import RecordError
from app.services.uploads import read_upload

_NAMES = {"json": "dossier.json", "xml": "dossier.xml", "zip": "dossier.zip"}


async def read_files(request: Request, bound: int) -> list[tuple[str, bytes]]:
    """(name, bytes) of each file sent. Raises RecordError (`empty`, `too_large`), BodyTooLarge,
    HTTPException."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    files = await _parts(request) if kind == "multipart/form-data" else [(_name(kind), await _raw(request))]
    if not files or not any(content for _, content in files):
        raise RecordError("nothing was sent", code="empty")
    if sum(len(content) for _, content in files) > bound:
        raise BodyTooLarge
    return files


async def _raw(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
    return bytes(body)


async def _parts(request: Request) -> list[tuple[str, bytes]]:
    try:
        return (await read_upload(request)).files
    except MultiPartException:
        raise HTTPException(400) from None


def _name(kind: str) -> str:
    """The media type's ending names the file; what it is, its content says."""
    return next((name for ending, name in _NAMES.items() if kind.endswith(ending)), "dossier")
