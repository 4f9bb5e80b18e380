"""The whole log of a database held against itself: numbers, commitments, tree and signed checkpoints.

Each finding is a sentence about the log (a number, never who or what). A log without findings has the leaves that every
checkpoint was signed over; whoever kept a checkpoint elsewhere can then tell whether it is still the same log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, select

from app.store.tables import AuditCheckpoint, AuditEntry, AuditHead, AuditNode, Erasure, Person
from app.trust import audit
from app.trust.audit import Entry, entry_of
from app.trust.erasure import ERASED, digest, ranges
from app.trust.log.note import NoteError, VerifierKey
from app.trust.log.tree import LogTree, TreeError, completed
from app.trust.log.verify import Checkpoint, read_checkpoint
from app.trust.vocabulary import Tag

_ENTRY = AuditEntry.__table__  # type: ignore[attr-defined]
_HEAD = AuditHead.__table__  # type: ignore[attr-defined]
_NODE = AuditNode.__table__  # type: ignore[attr-defined]
_CHECKPOINT = AuditCheckpoint.__table__  # type: ignore[attr-defined]
_ERASURE = Erasure.__table__  # type: ignore[attr-defined]
_PERSON = Person.__table__  # type: ignore[attr-defined]


def findings(connection: Connection, key: VerifierKey) -> Iterator[str]:
    """What is wrong, in the order in which it is met; nothing for an untouched log."""
    size = connection.execute(select(_HEAD.c.size)).scalar_one()
    entries = 0
    keys = _keys(connection)
    erased = {int(row.number): str(row.entries) for row in connection.execute(select(_ERASURE))}
    emptied: list[int] = []
    for entry, as_kept in _entries(connection):
        if entry.seq != entries:
            yield f"entry {entries} is missing or out of order"
            return
        entries += 1
        if entry.tag == ERASED:
            emptied.append(entry.seq)
            continue
        if entry.tag == Tag.ACCOUNT_ERASED and entry.detail != digest(erased.pop(entry.seq, "")):
            yield f"entry {entry.seq} proves another erasure than the one that was done"
        commitment_key = keys.get(entry.subject)
        if commitment_key is None:
            yield f"entry {entry.seq} is about nobody that the log knows"
        elif not as_kept or not entry.commits(commitment_key):
            yield f"entry {entry.seq} is not what was committed to"
    if erased or ranges(emptied) != ranges(sorted(_numbers(connection))):
        yield "entries were emptied without an erasure that proves it"
    if entries != size:
        yield f"the log holds {entries} entries, its head says {size}"
    checkpoints = list(_checkpoints(connection, key))
    yield from (found for found in checkpoints if isinstance(found, str))
    signed = [found for found in checkpoints if isinstance(found, Checkpoint)]
    largest = max((checkpoint.size for checkpoint in signed), default=0)
    if largest > entries:
        yield f"a checkpoint was signed over {largest} entries, the log holds {entries}"
        return
    yield from _tree(connection, signed)


def _numbers(connection: Connection) -> Iterator[int]:
    """The numbers of the entries that recorded erasures have emptied."""
    for row in connection.execute(select(_ERASURE.c.entries)):
        for first, last in json.loads(row.entries):
            yield from range(first, last + 1)


def _keys(connection: Connection) -> dict[str | None, bytes]:
    """The key of each subject's commitments; None stands for entries about nobody in particular."""
    keys: dict[str | None, bytes] = {
        row.id: bytes(row.log_key) for row in connection.execute(select(_PERSON.c.id, _PERSON.c.log_key))
    }
    keys[None] = audit.secret(connection)
    return keys


def _entries(connection: Connection) -> Iterator[tuple[Entry, bool]]:
    """Each entry, and whether its categories are written as the log writes them."""
    for row in connection.execute(select(_ENTRY).order_by(_ENTRY.c.seq)).mappings():
        entry = entry_of(row)
        yield entry, ",".join(entry.categories) == row["categories"]


def _checkpoints(connection: Connection, key: VerifierKey) -> Iterator[Checkpoint | str]:
    """Each checkpoint as signed, or what is wrong with it."""
    for row in connection.execute(select(_CHECKPOINT).order_by(_CHECKPOINT.c.size)):
        try:
            found = read_checkpoint(row.note, key)
        except NoteError as error:
            yield f"checkpoint {row.size}: {error}"
            continue
        if found.size != row.size or row.note.count("\n") != 5:
            yield f"checkpoint {row.size} is not the one that was signed"
        yield found


def _tree(connection: Connection, signed: list[Checkpoint]) -> Iterator[str]:
    if not signed:
        return
    last = max(checkpoint.size for checkpoint in signed)
    computed = LogTree(connection, last, stored=False)
    try:
        for checkpoint in signed:
            if computed.get_root(checkpoint.size) != checkpoint.root:
                yield f"checkpoint {checkpoint.size} was signed over other entries"
        kept = {(row.level, row.number): bytes(row.hash) for row in connection.execute(select(_NODE))}
        for level, number in completed(0, last):
            if kept.pop((level, number), None) != computed._get_subroot(number << level, 1 << level):
                yield f"node {number} of level {level} is not that of the entries"
        if kept:
            yield f"{len(kept)} nodes belong to no tree that was signed"
    except TreeError as error:
        yield str(error)
