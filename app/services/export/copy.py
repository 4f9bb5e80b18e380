"""The copy as a stream: the door is passed first for everything but the files, then for the files, at most as much at a
time as one sending may hold. So memory is bounded, each pass is in the log, and a person who is erased or signs out
meanwhile ends the copy."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from app.i18n import translator
from app.services import asks
from app.services.export.contents import documents
from app.services.export.copied import Copied, file_name
from app.services.services import Services
from app.trust import delegations, held, relations
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.log import bundle
from app.trust.vocabulary import Tag

_READ = asks.copy(Tag.EXPORT_READ)
_OLDEST = (1980, 1, 1, 0, 0, 0)


class Copy(NamedTuple):
    """`pieces` are the zip's bytes, in order."""

    name: str
    pieces: AsyncIterator[bytes]


async def copy(services: Services, who: SignedIn, *, lang: str) -> Copy:
    """Everything held about the signed-in person. Raises NotSignedIn, Refused, UsageError (`language`) before the first
    piece; after it, the stream ends with them."""
    t = translator(lang)
    key = services.log_key.verifier

    def work(grant: Grant) -> tuple[Copied, dict[int, int]]:
        log = bundle.make(grant, key)
        actors = {entry["actor"] for entry in (*log["entries"], *log["pending"])}
        doctors = relations.professionals(grant, actors)
        names = {actor: str(known.get("name") or "") for actor, known in doctors.items()}
        names |= delegations.names(grant, actors)
        return Copied(grant.subject, services.now(), held.rows(grant), log, names), held.sizes(grant)

    copied, sizes = await services.door.enter(who, _READ, work)
    made = await asyncio.to_thread(lambda: list(documents(services, copied, t)))
    return Copy(f"jalon-{services.today().isoformat()}.zip", _pieces(services, who, made, sizes))


async def _pieces(
    services: Services, who: SignedIn, made: Iterable[tuple[str, bytes]], sizes: Mapping[int, int]
) -> AsyncIterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in made:
            yield await asyncio.to_thread(_add, archive, sink, name, content)
        for numbers in groups(sizes, services.settings.upload_bytes):
            uploads = await services.door.enter(who, _READ, partial(held.files, numbers=numbers))
            for number, upload in zip(numbers, uploads, strict=True):
                yield await asyncio.to_thread(_add, archive, sink, file_name(number, upload.name), upload.content)
    yield sink.take()


def groups(sizes: Mapping[int, int], most: int) -> Iterator[list[int]]:
    """Numbers of files in order, together at most `most` bytes; a file that is larger stands alone."""
    group: list[int] = []
    total = 0
    for number, size in sizes.items():
        if group and total + size > most:
            yield group
            group, total = [], 0
        group.append(number)
        total += size
    if group:
        yield group


def _add(archive: zipfile.ZipFile, sink: _Sink, name: str, content: bytes) -> bytes:
    entry = zipfile.ZipInfo(name, _OLDEST)  # the same data give the same bytes
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, content)
    return sink.take()


class _Sink(io.RawIOBase):
    """What a zip is written to when nothing can be taken back: bytes wait here until they are sent."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken
