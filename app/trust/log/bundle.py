"""What a citizen takes home: every entry about them with its proof, and what it takes to check them offline.

The bundle holds the key of the person's commitments (the "salt" of the leaves), so it is theirs to keep private: with
it, anyone can tell that those leaves are about them. Without it, nobody can.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from app.errors import UsageError
from app.store.tables import AuditEntry, Person
from app.trust.audit import Entry, entry_of
from app.trust.grant import Grant
from app.trust.log import checkpoints
from app.trust.log.note import NoteError, VerifierKey
from app.trust.log.tree import LogTree
from app.trust.log.verify import Checkpoint, continues, includes, leaf_hash, read_checkpoint

FORMAT = "jalon-log-bundle/1"
_ENTRY = AuditEntry.__table__  # type: ignore[attr-defined]
_PERSON = Person.__table__  # type: ignore[attr-defined]


def make(grant: Grant, key: VerifierKey, since: int | None = None) -> dict[str, Any]:
    """The bundle of the grant's subject. Entries that the tree does not hold yet stand under `pending`, without proof.
    `since`: the size of a checkpoint kept from an earlier bundle, to be proven a prefix of this one."""
    connection = grant.connection("read", "access_log", "export")
    secret = connection.execute(select(_PERSON.c.log_key).where(_PERSON.c.id == grant.subject)).scalar_one()
    rows = connection.execute(select(_ENTRY).where(_ENTRY.c.subject == grant.subject).order_by(_ENTRY.c.seq))
    entries = [entry_of(row) for row in rows.mappings()]
    note = checkpoints.latest(connection)
    size = read_checkpoint(note, key).size if note else 0
    tree = LogTree(connection, size)
    made: dict[str, Any] = {
        "format": FORMAT, "verifier_key": str(key), "checkpoint": note, "key": bytes(secret).hex(),
        "entries": [asdict(one) | {"proof": _b64(tree.inclusion(one.seq))} for one in entries if one.seq < size],
        "pending": [asdict(one) for one in entries if one.seq >= size],
    }  # fmt: skip
    if since is not None:
        proof = checkpoints.consistency(connection, since, size)
        if proof is None:
            raise UsageError("the log has no such earlier size", code="log_size", where="since")
        made["consistency"] = {"from": since, "proof": _b64(proof)}
    return made


def findings(bundle: Mapping[str, Any], key: VerifierKey, seen: str | None = None) -> Iterator[str]:
    """What is wrong with a bundle, checked with the public key alone. `seen`: the note of a checkpoint kept from
    before. Raises UsageError for something that is not a bundle, and yields nothing for one that holds."""
    try:
        secret = bytes.fromhex(bundle["key"])
        entries = [(_read(item), _hashes(item["proof"])) for item in bundle["entries"]]
        pending = [_read(item) for item in bundle["pending"]]
        note = bundle["checkpoint"]
        earlier = bundle.get("consistency") or {}
        proof = _hashes(earlier.get("proof", []))
        if not isinstance(note, str | None):
            raise TypeError
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UsageError("not a bundle of the access log", code="log_bundle") from None
    for entry in (*(entry for entry, _ in entries), *pending):
        if not entry.commits(secret):
            yield f"entry {entry.seq} is not what was committed to"
    numbers = [entry.seq for entry, _ in entries]
    if numbers != sorted(set(numbers)):
        yield "entries stand twice or out of order"
    if note is None:
        if entries or seen:
            yield "the bundle has no checkpoint"
        return
    try:
        checkpoint = read_checkpoint(note, key)
        before = read_checkpoint(seen, key) if seen else None
    except NoteError as error:
        yield str(error)
        return
    for entry, path in entries:
        if not includes(checkpoint, entry.seq, leaf_hash(entry.leaf()), path):
            yield f"entry {entry.seq} is not in the tree of the checkpoint"
    if any(entry.seq < checkpoint.size for entry in pending):
        yield "an entry that the tree should hold comes without proof"
    if before is not None:
        yield from _against(before, checkpoint, earlier.get("from"), proof)


def _against(before: Checkpoint, now: Checkpoint, size: object, proof: Sequence[bytes]) -> Iterator[str]:
    if before.size > now.size:
        yield "the checkpoint is older than one already seen"
    elif before.size == now.size and before.root == now.root:
        return
    elif before.size < now.size and size != before.size:
        yield f"the bundle does not prove that it continues the {before.size} entries already seen (ask with since)"
    elif not continues(before, now, proof):
        yield "the log is not the continuation of the one already seen"


def canonical(bundle: Mapping[str, Any]) -> bytes:
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode() + b"\n"


def _read(item: Mapping[str, Any]) -> Entry:
    fields = {name: item[name] for name in Entry.__slots__}
    categories = fields["categories"]
    if not isinstance(fields["seq"], int) or isinstance(fields["seq"], bool) or not isinstance(categories, list):
        raise TypeError
    texts = [value for name, value in fields.items() if name not in ("seq", "categories")] + categories
    if not all(isinstance(value, str | None) for value in texts):
        raise TypeError
    return Entry(**fields | {"categories": tuple(categories)})


def _b64(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in hashes]


def _hashes(texts: Sequence[str]) -> list[bytes]:
    found = [base64.b64decode(text, validate=True) for text in texts]
    if _b64(found) != list(texts) or any(len(one) != 32 for one in found):
        raise ValueError
    return found
