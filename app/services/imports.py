"""Reading a record while its owner goes on: one import a session at a time, in the background, with its progress.

What was sent stays in this process's memory until it is stored or refused; if the process stops, nothing is kept, and
the person sends it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.errors import JalonError
from app.services import records
from app.services.services import Services
from app.trust.door import SignedIn

MOST = 1_000
"""Imports remembered in a process; the oldest finished ones are forgotten."""


@dataclass(slots=True)
class Import:
    """`state`: `reading`, `done` (with the `summary` of `records.add`) or `refused` (with the `error`); `read`
    documents out of `total`."""

    total: int
    read: int = 0
    state: Literal["reading", "done", "refused"] = "reading"
    summary: dict[str, Any] = field(default_factory=dict)
    error: JalonError | None = None
    task: asyncio.Task[None] | None = None

    def step(self) -> None:
        """One more document was read (called from the reading thread)."""
        self.read = min(self.read + 1, self.total)


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


async def _run(
    services: Services, who: SignedIn, files: Sequence[tuple[str, bytes]], before: records.Before, begun: Import
) -> None:
    try:
        added = await records.read_and_store(services, who, files, before, progress=begun.step)
    except JalonError as error:
        begun.state, begun.error = "refused", error
    except BaseException:
        begun.state, begun.error = "refused", JalonError("the import failed")
        raise
    else:
        begun.state, begun.summary = "done", added.summary


def _forget(known: dict[str, Import]) -> None:
    finished = [key for key, each in known.items() if each.state != "reading"]
    for key in finished[: max(0, len(known) - MOST + 1)]:
        del known[key]
