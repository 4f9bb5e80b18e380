"""Proofs, checked offline: no database, no network, the public key alone (RFC 9162 §2.1.3.2 and §2.1.4.2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from app.trust.log.note import NoteError, VerifierKey, open_note

EMPTY_ROOT = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: how many leaves (`size`), and the root of their tree."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def read_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """A checkpoint that `key` has signed, whose origin is the key's name. Raises NoteError."""
    lines = open_note(note, key).split("\n")
    if len(lines) < 4 or any(not line for line in lines[:3]):
        raise NoteError("the note is not a checkpoint")
    origin, size, root = lines[:3]
    if origin != key.name:
        raise NoteError("the checkpoint is that of another log")
    if not size.isascii() or not size.isdecimal() or str(int(size)) != size:
        raise NoteError("the checkpoint's size is not a number")
    try:
        digest = base64.b64decode(root, validate=True)
    except binascii.Error:
        raise NoteError("the checkpoint's root is not base64") from None
    found = Checkpoint(origin, int(size), digest)
    if len(digest) != 32 or found.text().split("\n")[2] != root:
        raise NoteError("the checkpoint's root is not a SHA-256")
    return found


def includes(checkpoint: Checkpoint, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Is the leaf hash at `index` (from 0) in the tree of the checkpoint?"""
    if not 0 <= index < checkpoint.size:
        return False
    number, last, found = index, checkpoint.size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(sibling, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and found == checkpoint.root


def continues(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> bool:
    """Are the leaves of `old` the first ones of `new`, unchanged?"""
    if old.origin != new.origin or old.size > new.size:
        return False
    if old.size == new.size:
        return not proof and old.root == new.root
    if old.size == 0:
        return not proof and old.root == EMPTY_ROOT
    path = [old.root, *proof] if old.size & (old.size - 1) == 0 else list(proof)
    if not path:
        return False
    number, last = old.size - 1, new.size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and before == old.root and after == new.root
