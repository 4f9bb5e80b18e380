"""Receipts: a choice or an act of a person, signed by the log's key, to be kept and checked offline."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.errors import UsageError
from app.trust.log.note import NoteError, SigningKey, VerifierKey, open_note


def sign(key: SigningKey, kind: str, content: dict[str, Any]) -> str:
    """A signed note of three lines: the log's name, `receipt KIND`, and canonical JSON."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return key.sign(f"{key.name}\nreceipt {kind}\n{text}\n")


def read(note: str, key: VerifierKey) -> tuple[str, dict[str, Any]]:
    """Kind and content of a receipt that `key` has signed. Raises NoteError."""
    lines = open_note(note, key).split("\n")
    if len(lines) != 4 or lines[0] != key.name or not lines[1].startswith("receipt "):
        raise NoteError("the note is not a receipt of this log")
    try:
        content = json.loads(lines[2])
    except ValueError:
        raise NoteError("the receipt's content is not JSON") from None
    if not isinstance(content, dict):
        raise NoteError("the receipt's content is not an object")
    return lines[1].removeprefix("receipt "), content


FORMAT = "jalon-receipt/1"
_SHAPES: Mapping[str, Mapping[str, type]] = {
    "donation": {
        "at": str, "channel": str, "choice": str, "entry": int, "holder": str, "opposed_projects": list,
        "opposed_purposes": list, "version": int,
    },
    "donation-withdrawal": {"at": str, "export": str, "project": str, "pseudonyms": list},
    "erasure": {"at": str, "entry": int, "entries_emptied": int},
}  # fmt: skip


def as_file(key: SigningKey, note: str) -> dict[str, Any]:
    """A receipt as people take it home."""
    return {"format": FORMAT, "verifier_key": str(key.verifier), "receipt": note}


def findings(data: Mapping[str, Any], key: VerifierKey, seen: str | None = None) -> Iterator[str]:
    """What is wrong with a receipt taken home, checked with the public key alone (`seen` says nothing of it). Raises
    UsageError for something that is not a receipt."""
    note = data.get("receipt")
    if not isinstance(note, str):
        raise UsageError("not a receipt", code="log_bundle")
    try:
        kind, content = read(note, key)
    except NoteError as error:
        yield error.message
        return
    shape = _SHAPES.get(kind)
    if shape is None:
        yield "a receipt of a kind that is not known"
    elif content.keys() != shape.keys() or not all(type(content[name]) is kept for name, kept in shape.items()):
        yield "the receipt does not hold what one of its kind holds"
