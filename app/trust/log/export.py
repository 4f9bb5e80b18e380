"""The whole log for a witness: commitments and checkpoints, nothing about anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pymerkle import InmemoryTree
from sqlalchemy import Connection, select

from app.errors import UsageError
from app.store.tables import AuditEntry
from app.trust.audit import leaf
from app.trust.log import checkpoints
from app.trust.log.note import NoteError, VerifierKey
from app.trust.log.verify import Checkpoint, read_checkpoint

FORMAT = "jalon-log-export/1"
_ENTRY = AuditEntry.__table__  # type: ignore[attr-defined]


def make(connection: Connection, key: VerifierKey) -> dict[str, Any]:
    """The leaves that the last checkpoint covers, and every checkpoint."""
    size = checkpoints.last_size(connection)
    query = select(_ENTRY.c.commitment).where(_ENTRY.c.seq < size).order_by(_ENTRY.c.seq)
    return {
        "format": FORMAT, "verifier_key": str(key),
        "leaves": list(connection.execute(query).scalars()),
        "checkpoints": [note for _, note in checkpoints.page(connection, after=0, limit=2**31)],
    }  # fmt: skip


def findings(export: Mapping[str, Any], key: VerifierKey, seen: str | None = None) -> Iterator[str]:
    """What is wrong with an export, checked with the public key alone; `seen`: a checkpoint kept from before."""
    leaves, notes = _texts(export.get("leaves")), _texts(export.get("checkpoints"))
    tree = InmemoryTree(algorithm="sha256")
    for number, commitment in enumerate(leaves):
        tree.append_entry(leaf(number, commitment))
    size = 0
    for note in [*notes, *([seen] if seen else [])]:
        try:
            checkpoint = read_checkpoint(note, key)
        except NoteError as error:
            yield str(error)
            continue
        if note is not seen and checkpoint.size <= size:
            yield f"the checkpoint of {checkpoint.size} entries does not follow the one before"
        size = max(size, checkpoint.size)
        yield from _holds(tree, len(leaves), checkpoint)
    if size != len(leaves):
        yield f"{len(leaves)} entries, of which the checkpoints cover {size}"


def _holds(tree: InmemoryTree, size: int, checkpoint: Checkpoint) -> Iterator[str]:
    if checkpoint.size > size:
        yield f"a checkpoint was signed over {checkpoint.size} entries, the export has {size}"
    elif tree.get_root(checkpoint.size) != checkpoint.root:
        yield f"checkpoint {checkpoint.size} was signed over other entries"


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError("not an export of the access log", code="log_bundle")
    return value
