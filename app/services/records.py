"""Sending record files: read, held against the person's identity, turned into facts, and only then stored."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.errors import JalonError, RecordError
from app.facts.model import FactSheet
from app.records.load import Progress
from app.records.model import Subject
from app.records.xdm import count_members
from app.services import asks
from app.services.reading import NotProven, OtherPerson, check_identity, facts_of, read_all
from app.services.services import Services
from app.store.tables import stamp
from app.trust import health, repeats
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.health import Upload
from app.trust.repeats import Given, Repeat
from app.trust.vocabulary import Outcome, Tag

MOST_BYTES_FACTOR = 4
"""All files of a person together may take this many times the bound of one sending."""


class Busy(JalonError):
    """Other files of the same person were stored meanwhile: send again."""

    code = "busy"


@dataclass(frozen=True, slots=True)
class Added:
    """`status` 201 when something was stored, 200 when all of it was there already; `summary` counts, no
    data."""

    status: int
    summary: dict[str, Any]


@dataclass(slots=True)
class Before:
    """What a sending finds: the answer already given to the same one, whose record it is, the files kept."""

    given: Given | None = None
    identity: Subject | None = None
    kept: list[Upload] = field(default_factory=list)


async def add(
    services: Services, who: SignedIn, files: Sequence[tuple[str, bytes]], repeat: Repeat | None
) -> Added:
    """Store files of the signed-in person's record and their facts.

    Raises RecordError (nothing is stored, the refusal is in the log), Refused, NotSignedIn, UsageError.
    """
    return await read_and_store(services, who, files, await look(services, who, repeat), repeat)


async def look(services: Services, who: SignedIn, repeat: Repeat | None = None) -> Before:
    """What is kept already; the sending is in the log. Raises Refused, NotSignedIn."""
    return await services.door.enter(
        who, asks.write(Tag.RECORD_SEND, "record"), lambda grant: _look(grant, repeat)
    )


async def read_and_store(
    services: Services, who: SignedIn, files: Sequence[tuple[str, bytes]], before: Before,
    repeat: Repeat | None = None, progress: Progress | None = None,
) -> Added:  # fmt: skip
    """The rest of `add`; `progress` is called, from another thread, when a document was read."""
    if before.given:
        return Added(before.given.status, json.loads(before.given.answer))
    try:
        async with services.reading:
            new, sheet, known = await asyncio.to_thread(_read, services, before, files, progress)
    except RecordError as error:
        await services.door.note(
            who, Tag.RECORD_REFUSE, _outcome(error), asks.write(Tag.RECORD_REFUSE, "record")
        )
        raise
    added = Added(201 if new else 200, _summary(new, sheet))

    def store(grant: Grant) -> Added:
        if given := repeats.find(grant, repeat):
            return Added(given.status, json.loads(given.answer))
        if not health.holds(grant, before.kept):
            raise Busy("another file was stored at the same time: send again")
        at = stamp(services.now())
        for upload in new:
            health.add_upload(grant, upload, at)
        if before.identity is None:
            health.write_identity(grant, known, at)
        if new:
            health.write_facts(grant, sheet, services.vocabulary, at)
        repeats.keep(grant, repeat, Given(added.status, json.dumps(added.summary)), at)
        return added

    return await services.door.enter(who, asks.write(Tag.RECORD_ADD, "record"), store)


def _look(grant: Grant, repeat: Repeat | None) -> Before:
    if given := repeats.find(grant, repeat):
        return Before(given)
    return Before(None, health.read_identity(grant), health.read_uploads(grant))


def _read(
    services: Services, before: Before, files: Sequence[tuple[str, bytes]], progress: Progress | None
) -> tuple[list[Upload], FactSheet, Subject]:
    kept, names = {upload.sha256 for upload in before.kept}, {upload.name for upload in before.kept}
    sent: list[Upload] = []
    for name, content in files:
        upload = Upload.of(_unique(name, names), content)
        names.add(upload.name)
        sent.append(upload)
    records = read_all(sent, progress)
    known = check_identity(before.identity, records, services.settings.accepted_identity)
    new = list({upload.sha256: upload for upload in reversed(sent) if upload.sha256 not in kept}.values())[
        ::-1
    ]
    total = sum(len(upload.content) for upload in (*before.kept, *new))
    if total > MOST_BYTES_FACTOR * services.settings.upload_bytes:
        raise RecordError("all your files together are too large", code="too_large")
    fresh = [record for upload, record in zip(sent, records, strict=True) if upload in new]
    return new, facts_of([*read_all(before.kept), *fresh], services.today()), known


def documents_in(files: Sequence[tuple[str, bytes]]) -> int:
    """How many documents a sending holds, archives opened: what its progress is counted in."""
    return sum(count_members(content) for _, content in files)


def _unique(name: str, taken: set[str]) -> str:
    """A file name without folders or control characters, unlike those already kept."""
    plain = re.sub(r"[^\w .()+-]", "_", re.split(r"[/\\]", name)[-1]).strip(" .")[-100:] or "dossier"
    stem, dot, suffix = plain.rpartition(".")
    candidate, number = plain, 2
    while candidate in taken:
        candidate = f"{stem}-{number}.{suffix}" if dot else f"{plain}-{number}"
        number += 1
    return candidate


def _summary(new: Sequence[Upload], sheet: FactSheet) -> dict[str, Any]:
    return {
        "stored": [
            {"name": upload.name, "sha256": upload.sha256, "bytes": len(upload.content)} for upload in new
        ],
        "facts": len(sheet.all()),
        "unknown": len(sheet.unknown),
        "set_aside": len(sheet.set_aside),
        "documents": len(sheet.documents),
    }


def _outcome(error: RecordError) -> Outcome:
    if isinstance(error, OtherPerson) or error.code == "other_person":
        return Outcome.OTHER_PERSON
    return Outcome.IDENTITY_NOT_PROVEN if isinstance(error, NotProven) else Outcome.UNREADABLE
