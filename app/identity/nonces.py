"""Nonces that the service gives for proofs of possession (RFC 9449 §9): a proof made in advance, by somebody who had
the key for a moment, is then good for minutes and not for as long as its author said.

They are kept nowhere: a nonce is the moment at which it was given and a keyed digest of it, so that every process of
the service knows those of the others.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import timedelta

from app.identity.access import ProofRefused
from app.identity.tokens import SKEW

_MOMENT, _DIGEST = 8, 16
"""Bytes."""


class NonceWanted(ProofRefused):
    """The proof has no nonce, or one that is too old: the client makes it again with the one that comes with this."""

    code = "dpop_nonce"


class Nonces:
    """`life`: how long a nonce is good for."""

    def __init__(self, secret: bytes, life: timedelta) -> None:
        self._key = hmac.digest(secret, b"jalon dpop nonce", hashlib.sha256)
        self.life = int(life.total_seconds())

    def make(self, now: int) -> str:
        moment = now.to_bytes(_MOMENT, "big")
        return urlsafe_b64encode(moment + self._digest(moment)).decode()

    def check(self, nonce: object, now: int) -> str | None:
        """Raises NonceWanted unless it is ours and good; the next one, when it has spent half its life."""
        given = self._given(nonce)
        if given is None or not -SKEW <= now - given < self.life:
            raise NonceWanted("the proof needs the nonce that comes with this answer")
        return self.make(now) if 2 * (now - given) >= self.life else None

    def _given(self, nonce: object) -> int | None:
        if not isinstance(nonce, str) or len(nonce) != 4 * (_MOMENT + _DIGEST) // 3:
            return None
        try:
            known = urlsafe_b64decode(nonce.encode("ascii"))
        except (Error, UnicodeEncodeError):
            return None
        moment, digest = known[:_MOMENT], known[_MOMENT:]
        return int.from_bytes(moment, "big") if hmac.compare_digest(digest, self._digest(moment)) else None

    def _digest(self, moment: bytes) -> bytes:
        return hmac.digest(self._key, moment, hashlib.sha256)[:_DIGEST]
