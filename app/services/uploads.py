"""The files of a form (`multipart/form-data`), kept in memory: health data must not lie in a temporary folder."""

from __future__ import annotations

from typing import NamedTuple

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartParser
from starlette.requests import Request

MOST_FILES = 50


class Sent(NamedTuple):
    """(name, bytes) of each file, and the other fields."""

    files: list[tuple[str, bytes]]
    fields: dict[str, str]


class _InMemory(MultiPartParser):
    """Starlette writes files of more than 1 MB to the temporary folder."""

    spool_max_size = 2**40


async def read_upload(request: Request) -> Sent:
    """Raises MultiPartException for what is no such form; a field left empty by a browser is no file."""
    form = await _InMemory(request.headers, request.stream(), max_files=MOST_FILES, max_fields=10).parse()
    try:
        sent = Sent([], {})
        for name, item in form.multi_items():
            if isinstance(item, UploadFile):
                if (content := await item.read()) or item.filename:
                    sent.files.append((item.filename or "dossier", content))
            else:
                sent.fields[name] = item
        return sent
    finally:
        await form.close()
