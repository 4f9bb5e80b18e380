"""Receipts: a choice or an act of a person, signed by the log's key, to be kept and checked offline."""

from __future__ import annotations

import json
from typing import Any

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
