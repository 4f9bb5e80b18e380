"""The two secrets of a deployment: the key that signs the log, and the keys that wrap people's data keys.

Both come from the environment. In demo mode alone they are made from the database's own secret: they then protect
nothing, which invented people do not need.
"""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import Engine

from app.errors import UsageError
from app.settings import Settings
from app.trust import audit
from app.trust.keys import Keyring
from app.trust.log.note import NoteError, SigningKey


def signing_key(settings: Settings, engine: Engine) -> SigningKey:
    """Raises UsageError when a real deployment has none: a log signed with a key kept beside it proves nothing."""
    seed = settings.log_key or _of_demo(settings, engine, "signing", "JALON_LOG_KEY")
    try:
        return SigningKey(settings.log_name, seed)
    except NoteError as error:
        raise UsageError(str(error), code="settings", where="JALON_LOG_NAME") from None


def keyring(settings: Settings, engine: Engine) -> Keyring:
    """Raises UsageError when a real deployment has none."""
    if settings.data_keys:
        return Keyring(settings.data_keys, next(iter(settings.data_keys)))
    return Keyring({"demo": _of_demo(settings, engine, "data", "JALON_DATA_KEYS")}, "demo")


def donation_key(settings: Settings, engine: Engine) -> bytes:
    """Raises UsageError when a real deployment has none."""
    return settings.donation_key or _of_demo(settings, engine, "donation", "JALON_DONATION_KEY")


def push_key(settings: Settings, engine: Engine) -> ec.EllipticCurvePrivateKey | None:
    """The key that signs push messages (VAPID); None in a real deployment that was given none: it sends no push."""
    seed = settings.push_key or (_of_demo(settings, engine, "push", "JALON_PUSH_KEY") if settings.demo else None)
    return ec.derive_private_key(int.from_bytes(seed), ec.SECP256R1()) if seed else None


def _of_demo(settings: Settings, engine: Engine, use: str, setting: str) -> bytes:
    if not settings.demo:
        raise UsageError("a secret is needed: see docs/reference/settings.md", code="settings", where=setting)
    with engine.connect() as connection:
        secret = audit.secret(connection)
    return hashlib.sha256(f"jalon demo {use} key\n".encode() + secret).digest()
