"""Reading a record while its owner goes on: one import a session at a time, in the background, with its progress.

What was sent stays in this process's memory until it is stored or refused; if the process stops, nothing is kept, and
the person sends it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.errors import JalonError, RecordError
from app.services import asks, records
from app.services.services import Services
from app.trust.door import SignedIn
from app.trust.vocabulary import Outcome, Tag

MOST = 1_000
"""Imports remembered in a process; the oldest finished ones are forgotten."""


Fetch = Callable[[Callable[[], None]], Awaitable[Sequence[tuple[str, bytes]]]]
"""Gets files that are still to come, calling what it is given for each entry received."""


@dataclass(slots=True)
class Import:
    """`state`: `reading`, `done` (with the `summary` of `records.add`) or `refused` (with the `error`); `read`
    documents out of `total`. While `total` is 0, the record is still on its way: `received` entries so far."""

    total: int
    received: int = 0
    read: int = 0
    state: Literal["reading", "done", "refused"] = "reading"
    summary: dict[str, Any] = field(default_factory=dict)
    error: JalonError | None = None
    task: asyncio.Task[None] | None = None

    def step(self) -> None:
        """One more document was read (called from the reading thread)."""
        self.read = min(self.read + 1, self.total)


    def receive(self) -> None:
        """One more entry came."""
        self.received += 1


def _key(who: SignedIn) -> str:
    """A session, about one person."""
    return f"{who.token_hash} {who.about or ''}"


def of(services: Services, who: SignedIn) -> Import | None:
    """The import under way, or the last one, of this session in this process."""
    return services.imports.get(_key(who))


async def start(services: Services, who: SignedIn, files: Sequence[tuple[str, bytes]]) -> Import:
    """Begin, unless one is under way already (a double tap): then that one goes on. Raises NotSignedIn, Refused."""
    before = await records.look(services, who)
    known = of(services, who)
    if known is not None and known.state == "reading":
        return known
    begun = Import(records.documents_in(files))
    _forget(services.imports)
    services.imports[_key(who)] = begun
    begun.task = asyncio.create_task(_run(services, who, files, before, begun))
    return begun


async def start_with(services: Services, who: SignedIn, fetch: Fetch) -> Import:
    """`start` for files that are still to come; `fetch` is given what to call for each entry received. Raises
    NotSignedIn, Refused."""
    before = await records.look(services, who)
    known = of(services, who)
    if known is not None and known.state == "reading":
        return known
    begun = Import(0)
    _forget(services.imports)
    services.imports[_key(who)] = begun
    begun.task = asyncio.create_task(_run(services, who, fetch, before, begun))
    return begun


async def _run(
    services: Services, who: SignedIn, files: Sequence[tuple[str, bytes]] | Fetch, before: records.Before, begun: Import
) -> None:
    try:
        if callable(files):
            files = await _fetched(services, who, files, begun)
        added = await records.read_and_store(services, who, files, before, progress=begun.step)
    except JalonError as error:
        begun.state, begun.error = "refused", error
    except BaseException:
        begun.state, begun.error = "refused", JalonError("the import failed")
        raise
    else:
        begun.state, begun.summary = "done", added.summary


async def _fetched(services: Services, who: SignedIn, fetch: Fetch, begun: Import) -> Sequence[tuple[str, bytes]]:
    """What came; a record that does not come is in the log as one that cannot be read."""
    try:
        files = await fetch(begun.receive)
    except RecordError:
        refused = asks.write(Tag.RECORD_REFUSE, "record")
        await services.door.note(who, Tag.RECORD_REFUSE, Outcome.UNREADABLE, refused)
        raise
    begun.total = records.documents_in(files)
    return files


def _forget(known: dict[str, Import]) -> None:
    finished = [key for key, each in known.items() if each.state != "reading"]
    for key in finished[: max(0, len(known) - MOST + 1)]:
        del known[key]
