"""National health numbers, as keyed hashes: how the patient of a professional's software is found among those who named
their practice. The database tells nobody whose a number is."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import Connection, insert, select

from app.records.model import INS_DOMAINS, Subject
from app.store.numbers import KnownNumber
from app.store.tables import Member, Relation
from app.trust import audit

_NUMBER = KnownNumber.__table__  # type: ignore[attr-defined]
_RELATION = Relation.__table__  # type: ignore[attr-defined]
_MEMBER = Member.__table__  # type: ignore[attr-defined]
_WITHOUT_KEY = 13
"""Characters of a number before its key of two digits, which some systems leave out."""


def know(connection: Connection, person: str, subject: Subject | None) -> None:
    """Remember the numbers that stand in somebody's identity or record."""
    hashes = _hashes(connection, subject)
    if not hashes:
        return
    known = set(connection.execute(select(_NUMBER.c.number_hash).where(_NUMBER.c.person_id == person)).scalars())
    for one in sorted(hashes - known):
        connection.execute(insert(_NUMBER).values(person_id=person, number_hash=one))


def launched(connection: Connection, professional: str, subject: Subject) -> tuple[str | None, bool]:
    """The relation by which this professional treats the person of these numbers, and whether it is one; else another
    relation of that person, which will be refused and told to them (None: they are nobody's, or several people's)."""
    hashes = _hashes(connection, subject)
    found = set(
        connection.execute(select(_NUMBER.c.person_id).where(_NUMBER.c.number_hash.in_(sorted(hashes)))).scalars()
    )
    if len(found) != 1:
        return None, False
    works = set(
        connection.execute(select(_MEMBER.c.practice_hash).where(_MEMBER.c.person_id == professional)).scalars()
    )
    rows = connection.execute(
        select(_RELATION.c.id, _RELATION.c.practice_hash, _RELATION.c.ended_at)
        .where(_RELATION.c.person_id == next(iter(found))).order_by(_RELATION.c.at.desc(), _RELATION.c.id)
    ).all()  # fmt: skip
    ours = [row.id for row in rows if row.ended_at is None and row.practice_hash in works]
    return next(iter([*ours, *(row.id for row in rows)]), None), bool(ours)


def _hashes(connection: Connection, subject: Subject | None) -> set[str]:
    if subject is None:
        return set()
    secret = audit.secret(connection)
    numbers = {(system, value.upper()[:_WITHOUT_KEY]) for system, value in subject.identifiers if system in INS_DOMAINS}
    return {
        hmac.new(secret, f"ins\0{system}\0{number}".encode(), hashlib.sha256).hexdigest()
        for system, number in numbers
    }
