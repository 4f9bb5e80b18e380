"""Signed notes (C2SP signed-note v1): a text, a blank line, and lines `— name base64(key id ‖ signature)`.

Ed25519 only (type 0x01). Signatures by unknown keys are ignored; one by a known key that fails rejects the note.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.errors import JalonError

LARGEST = 64 * 1024
"""Characters of a note that we read."""
MOST_SIGNATURES = 32
_ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+\u0000-\u001f]{1,200}")


class NoteError(JalonError):
    """The note is malformed, or no known key has signed it."""

    code = "note"


@dataclass(frozen=True, slots=False)
class VerifierKey:
    """A log's public key, written `name+hex key id+base64(type ‖ key)`."""

    name: str
    public: bytes

    @cached_property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_b64(_ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Raises NoteError."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
            raise NoteError("not a verifier key: expected name+key id+base64")
        raw = _strict_b64(parts[2])
        if raw is None or len(raw) != 33 or raw[:1] != _ED25519:
            raise NoteError("not a verifier key: only Ed25519 keys are known")
        key = cls(parts[0], raw[1:])
        if key.id.hex() != parts[1].lower():
            raise NoteError("not a verifier key: its key id is not that of the key")
        return key

    def holds(self, text: str, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=False)
class SigningKey:
    """A log's name and the seed (32 bytes) of its Ed25519 key. Never printed."""

    name: str
    seed: bytes

    def __post_init__(self) -> None:
        if len(self.seed) != 32 or not _NAME.fullmatch(self.name):
            raise NoteError("a signing key needs a name without spaces or `+`, and a seed of 32 bytes")

    def __repr__(self) -> str:
        return f"<key of {self.name}>"

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note of a text (which ends with a newline)."""
        signature = _b64(self.verifier.id + self._private.sign(text.encode()))
        return f"{text}\n— {self.name} {signature}\n"


def open_note(note: str, key: VerifierKey) -> str:
    """The text of a note that `key` has signed. Raises NoteError."""
    if len(note) > LARGEST:
        raise NoteError("the note is too long")
    if any(ord(c) < 0x20 and c != "\n" for c in note):
        raise NoteError("the note has control characters")
    text, separator, block = note.rpartition("\n\n")
    if not separator or not block.endswith("\n") or not text:
        raise NoteError("the note has no signatures")
    text += "\n"
    lines = block[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError("the note has too many signatures")
    verified = False
    for line in lines:
        match = re.fullmatch(r"— (\S+) (\S+)", line)
        raw = _strict_b64(match[2]) if match else None
        if match is None or raw is None or len(raw) < 5:
            raise NoteError("a signature of the note is malformed")
        if match[1] != key.name or raw[:4] != key.id:
            continue
        if not key.holds(text, raw[4:]):
            raise NoteError("the signature is not that of the log's key")
        verified = True
    if not verified:
        raise NoteError("the log's key has not signed this note")
    return text


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _strict_b64(text: str) -> bytes | None:
    """Standard base64 in its one canonical form."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _b64(data) == text else None
