"""Sessions that stand for an access token, and the proofs that were seen already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from app.identity.access import PROOF_AGE, ProofRefused
from app.identity.tokens import SKEW
from app.store.tables import ProofSeen, Session, stamp
from app.trust import people, signing_in

_SEEN = ProofSeen.__table__  # type: ignore[attr-defined]
_SESSION = Session.__table__  # type: ignore[attr-defined]
KEPT = timedelta(seconds=2 * (PROOF_AGE + 2 * SKEW))
"""How long a proof is remembered: longer than one can be accepted."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whose token it is; `new` when it had no session yet."""

    person: str
    log_key: bytes
    new: bool


def admit(
    connection: Connection, hashed: str, issuer: str, subject: str, ends: datetime, proof: str | None, now: datetime
) -> Admitted | None:
    """The session of a token that was believed, opened if need be; one that was closed stays so. None when the
    provider's subject has no account. Raises ProofRefused for a proof seen before."""
    if proof is not None:
        connection.execute(delete(_SEEN).where(_SEEN.c.at < stamp(now - KEPT)))
        if connection.execute(select(_SEEN.c.proof).where(_SEEN.c.proof == proof)).scalar() is not None:
            raise ProofRefused("this proof was used already")
        try:
            connection.execute(insert(_SEEN).values(proof=proof, at=stamp(now)))
        except IntegrityError:  # at the same moment, in another process
            raise ProofRefused("this proof was used already") from None
    person = signing_in.person_of(connection, issuer, subject)
    if person is None:
        return None
    known = connection.execute(select(_SESSION.c.person_id).where(_SESSION.c.token_hash == hashed)).scalar()
    if known is None:
        connection.execute(
            insert(_SESSION).values(
                token_hash=hashed, person_id=person, role="citizen", opened_at=stamp(now), seen_at=stamp(now),
                expires_at=stamp(ends), closed_at=None,
            )
        )  # fmt: skip
    return Admitted(person, people.log_key(connection, person), known is None)
