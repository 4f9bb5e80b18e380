"""Envelope encryption of what is kept of a person (AES-256-GCM).

Each person has a data key, made at their first write. What is kept of them is sealed with it, bound to its place
(table, column, row) and to the person: a row moved elsewhere does not open. The data key itself is kept wrapped by a
key-encryption key that never stands in the database. Destroying the data key makes everything sealed with it
unreadable, in backups of the health tables too (docs/how-to/deploy.md says how data keys are backed up apart).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Row, insert, select, update

from app.errors import JalonError
from app.store.tables import DataKey

_KEY = DataKey.__table__  # type: ignore[attr-defined]
_NONCE = 12
COLUMNS = (_KEY.c.kek, _KEY.c.wrapped)
OF = _KEY.c.person_id
"""For queries that join a person's data key."""


class SealError(JalonError):
    """Something sealed does not open: another key, another place, or changed bytes. Says nothing of what it was."""

    code = "sealed"


class KeyEncryption(Protocol):
    """Wraps data keys: from the environment (`Keyring`), or a key-management service behind the same three names."""

    current: str

    def wrap(self, data_key: bytes, person: str) -> bytes: ...

    def unwrap(self, kek: str, wrapped: bytes, person: str) -> bytes: ...


class Keyring:
    """Key-encryption keys (32 bytes) by name; new data keys are wrapped by `current`, the others still open theirs."""

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self.current = current

    def wrap(self, data_key: bytes, person: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._keys[self.current].encrypt(nonce, data_key, _wrapping(self.current, person))

    def unwrap(self, kek: str, wrapped: bytes, person: str) -> bytes:
        """Raises SealError when the key-encryption key is not there or not the right one."""
        key = self._keys.get(kek)
        if key is None:
            raise SealError("the key-encryption key of this row is not configured")
        return _open(key, wrapped, _wrapping(kek, person))

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._keys)


class Sealer:
    """One person's data key, in use."""

    __slots__ = ("_key", "_mac", "_person")

    def __init__(self, data_key: bytes, person: str) -> None:
        self._key, self._person = AESGCM(data_key), person
        self._mac = hashlib.sha256(b"jalon digest key\n" + data_key).digest()

    def seal(self, place: str, data: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._key.encrypt(nonce, data, self._place(place))

    def open(self, place: str, sealed: bytes) -> bytes:
        """Raises SealError."""
        return _open(self._key, sealed, self._place(place))

    def digest(self, *parts: bytes) -> str:
        """A digest that tells nothing to whoever does not hold the key (HMAC-SHA256)."""
        mac = hmac.new(self._mac, digestmod=hashlib.sha256)
        for part in parts:
            mac.update(len(part).to_bytes(8, "big") + part)
        return "hmac-sha256:" + mac.hexdigest()

    def _place(self, place: str) -> bytes:
        return f"jalon\0{self._person}\0{place}".encode()


def sealer(connection: Connection, keys: KeyEncryption, person: str) -> Sealer | None:
    """The person's data key; None when they have none (nothing was ever kept, or it was destroyed)."""
    row = connection.execute(select(*COLUMNS).where(_KEY.c.person_id == person)).one_or_none()
    return unwrapped(row, keys, person) if row else None


def unwrapped(row: Row[*tuple[Any, ...]], keys: KeyEncryption, person: str) -> Sealer:
    """The data key of a row that has `COLUMNS`. Raises SealError."""
    return Sealer(keys.unwrap(row.kek, bytes(row.wrapped), person), person)


def sealer_or_new(connection: Connection, keys: KeyEncryption, person: str, at: str) -> Sealer:
    """The person's data key, made if need be."""
    if (found := sealer(connection, keys, person)) is not None:
        return found
    data_key = secrets.token_bytes(32)
    wrapped = keys.wrap(data_key, person)
    connection.execute(insert(_KEY).values(person_id=person, kek=keys.current, wrapped=wrapped, at=at))
    return Sealer(data_key, person)


def rewrap(connection: Connection, keys: KeyEncryption, limit: int) -> int:
    """Wrap up to `limit` data keys again with the current key-encryption key; gives how many. Call until 0: the
    service goes on meanwhile. Raises SealError."""
    former = select(_KEY).where(_KEY.c.kek != keys.current).order_by(_KEY.c.person_id).limit(limit)
    rows = connection.execute(former).all()
    for row in rows:
        data_key = keys.unwrap(row.kek, bytes(row.wrapped), row.person_id)
        connection.execute(
            update(_KEY).where(_KEY.c.person_id == row.person_id, _KEY.c.kek == row.kek)
            .values(kek=keys.current, wrapped=keys.wrap(data_key, row.person_id))
        )  # fmt: skip
    return len(rows)


def _wrapping(kek: str, person: str) -> bytes:
    return f"jalon data key\0{kek}\0{person}".encode()


def _open(key: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to)
    except (InvalidTag, ValueError):
        raise SealError("what was sealed does not open") from None
