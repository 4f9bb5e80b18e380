"""The key that signs the log: from the environment; in demo mode, made from the database's own secret."""

from __future__ import annotations

import hashlib

from sqlalchemy import Engine, select

from app.errors import UsageError
from app.settings import Settings
from app.store.tables import AuditHead
from app.trust.log.note import NoteError, SigningKey


def signing_key(settings: Settings, engine: Engine) -> SigningKey:
    """Raises UsageError when a real deployment has none: a log signed with a key kept beside it proves nothing."""
    seed = settings.log_key
    if seed is None:
        if not settings.demo:
            raise UsageError(
                "a key is needed to sign the log: put what `jalon audit key` prints in it", code="settings",
                where="JALON_LOG_KEY",
            )  # fmt: skip
        with engine.connect() as connection:
            secret = connection.execute(select(AuditHead.__table__.c.log_key)).scalar_one()  # type: ignore[attr-defined]
        seed = hashlib.sha256(b"jalon demo signing key\n" + bytes(secret)).digest()
    try:
        return SigningKey(settings.log_name, seed)
    except NoteError as error:
        raise UsageError(str(error), code="settings", where="JALON_LOG_NAME") from None
