"""Writes sent twice with the same Idempotency-Key are done once and answered alike.

The answer that was given may repeat what was sent: it is sealed with the person's data key, like all that is kept of
them, and goes when the rule of `content/retention.yaml` says so.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import insert, select

from app.errors import UsageError
from app.store.tables import IdempotentWrite
from app.trust.grant import Grant
from app.trust.keys import sealer, sealer_or_new
from app.trust.vocabulary import Resource

_WRITE = IdempotentWrite.__table__  # type: ignore[attr-defined]
LONGEST_KEY = 255
_WRITES: tuple[Resource, ...] = ("record", "answers", "decisions", "consents", "donation")


@dataclass(frozen=True, slots=True)
class Repeat:
    """The caller's key, and a digest of what was asked with it."""

    key_hash: str
    request_digest: str

    @classmethod
    def of(cls, key: str | None, route: str, body: bytes) -> Repeat | None:
        """None without a key. Raises UsageError when the key is empty or too long."""
        if key is None:
            return None
        if not key.strip() or len(key) > LONGEST_KEY:
            raise UsageError("an Idempotency-Key has 1 to 255 characters", code="idempotency_key")
        digest = hashlib.sha256(route.encode() + b"\0" + body).hexdigest()
        return cls(hashlib.sha256(key.encode()).hexdigest(), digest)


@dataclass(frozen=True, slots=True)
class Given:
    """The answer that was given the first time (JSON text)."""

    status: int
    answer: str


def find(grant: Grant, repeat: Repeat | None) -> Given | None:
    """The answer already given. Raises UsageError (`idempotency_key_reused`) if the key came with something
    else."""
    if repeat is None:
        return None
    connection = grant.connection("write", *_WRITES)
    query = select(_WRITE).where(_WRITE.c.person_id == grant.subject, _WRITE.c.key_hash == repeat.key_hash)
    row = connection.execute(query).one_or_none()
    key = sealer(connection, grant.keys, grant.subject) if row is not None else None
    if row is None or key is None:
        return None
    if row.request_digest != repeat.request_digest:
        raise UsageError("this Idempotency-Key was used for another request", code="idempotency_key_reused")
    return Given(row.status, key.open(_place(repeat), bytes(row.answer)).decode())


def keep(grant: Grant, repeat: Repeat | None, given: Given, at: str) -> None:
    """Remember an answer, in the transaction of the write itself."""
    if repeat is None:
        return
    connection = grant.connection("write", *_WRITES)
    key = sealer_or_new(connection, grant.keys, grant.subject, at)
    connection.execute(
        insert(_WRITE).values(
            person_id=grant.subject, key_hash=repeat.key_hash, request_digest=repeat.request_digest,
            status=given.status, answer=key.seal(_place(repeat), given.answer.encode()), at=at,
        )
    )  # fmt: skip


def _place(repeat: Repeat) -> str:
    return f"account_idempotent_write.answer#{repeat.key_hash}"
