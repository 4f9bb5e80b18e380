"""Pseudonyms and date shifts of a project, and the keyed fingerprints of identities in opt-out lists.

Each project has a key of its own, derived from the deployment's secret (HKDF-SHA256): the same person has unrelated
pseudonyms in two projects, and nobody without the key can go from one to the other, or back to the account.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FURTHEST = 182
"""Days by which the dates of a person are moved at most, one way or the other; never 0."""


class ProjectKey:
    """The key of one project. Never printed."""

    __slots__ = ("_days", "_names")

    def __init__(self, secret: bytes, project: str) -> None:
        self._names = _derived(secret, f"jalon donation pseudonyms\0{project}")
        self._days = _derived(secret, f"jalon donation days\0{project}")

    def pseudonym(self, person: str) -> str:
        """32 hexadecimal digits (128 bits)."""
        return hmac.new(self._names, person.encode(), hashlib.sha256).hexdigest()[:32]

    def days(self, person: str) -> int:
        """By how many days the person's dates are moved in this project."""
        digest = hmac.new(self._days, person.encode(), hashlib.sha256).digest()
        found = int.from_bytes(digest[:8], "big") % (2 * FURTHEST)
        return found - FURTHEST if found < FURTHEST else found - FURTHEST + 1


def identity_hash(secret: bytes, system: str, value: str) -> str:
    """The fingerprint under which an identifier of an opt-out list is kept: it says nothing without the secret."""
    key = _derived(secret, "jalon donation opt-out list")
    return hmac.new(key, f"{system}\0{value}".encode(), hashlib.sha256).hexdigest()


def token(delivery: str, pseudonym: str) -> str:
    """What stands for a pseudonym in the list of those who oppose: enough to find it there, not to read it."""
    return hashlib.sha256(f"{delivery}\0{pseudonym}".encode()).hexdigest()


def _derived(secret: bytes, info: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info.encode()).derive(secret)
