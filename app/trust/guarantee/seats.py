"""Who sits on the guarantee board: professionals, by their own number. No health data."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from app.errors import UsageError
from app.store.quality_tables import GuaranteeSeat
from app.store.tables import Member, Person, Relation
from app.trust.relations import normal, number_hash

BOARD: Final = "board"
"""What a reader names to the door for what is about nobody: their list, the register."""
_SEAT = GuaranteeSeat.__table__  # type: ignore[attr-defined]
_MEMBER = Member.__table__  # type: ignore[attr-defined]
_RELATION = Relation.__table__  # type: ignore[attr-defined]
_PERSON = Person.__table__  # type: ignore[attr-defined]


def seat(connection: Connection, number: str, at: str) -> bool:
    """Give a seat to the professional of this RPPS number; False when they had it. Raises UsageError (`seat`)."""
    known = number_hash(connection, _own(number))
    row = connection.execute(select(_SEAT).where(_SEAT.c.number_hash == known)).one_or_none()
    if row is None:
        connection.execute(insert(_SEAT).values(number_hash=known, at=at, ended_at=None))
    elif row.ended_at is not None:
        connection.execute(update(_SEAT).where(_SEAT.c.number_hash == known).values(at=at, ended_at=None))
    return row is None or row.ended_at is not None


def leave(connection: Connection, number: str, at: str) -> bool:
    """End a seat, from the next request on; False when there is none such. Raises UsageError (`seat`)."""
    mine = (_SEAT.c.number_hash == number_hash(connection, _own(number)), _SEAT.c.ended_at.is_(None))
    return bool(connection.execute(update(_SEAT).where(*mine).values(ended_at=at)).rowcount)


def seated(connection: Connection) -> list[str]:
    """The accounts of those who sit on the board and have signed in: one for each seat, the one used last (somebody may
    sign in through Pro Santé Connect and from their own software)."""
    query = select(_MEMBER.c.person_id, _SEAT.c.number_hash).join(_SEAT, _sits())
    rows = connection.execute(query.order_by(_MEMBER.c.at, _MEMBER.c.person_id))
    found = {row.number_hash: row.person_id for row in rows}
    return sorted(found.values())


def sits(connection: Connection, person: str) -> bool:
    query = select(_MEMBER.c.person_id).join(_SEAT, _sits()).where(_MEMBER.c.person_id == person)
    return connection.execute(query.limit(1)).scalar() is not None


def others(connection: Connection, readers: list[str], accounts: list[str]) -> list[str]:
    """Those of these readers who are not one of these accounts, nor the same professional under another one."""
    if not accounts:
        return readers
    theirs = set(
        connection.execute(select(_MEMBER.c.practice_hash).where(_MEMBER.c.person_id.in_(accounts))).scalars()
    )
    query = select(_MEMBER.c.person_id, _SEAT.c.number_hash).join(_SEAT, _sits())
    same = {row.person_id for row in connection.execute(query) if row.number_hash in theirs}
    return [one for one in readers if one not in accounts and one not in same]


def independent(connection: Connection, person: str, readers: list[str]) -> list[str]:
    """Those of these readers who may read about this person: not themself, nobody of a practice that they name (whose
    decisions would be read by those who took them), and invented people among themselves."""
    treating = set(
        connection.execute(
            select(_MEMBER.c.person_id)
            .join(_RELATION, _RELATION.c.practice_hash == _MEMBER.c.practice_hash)
            .where(_RELATION.c.person_id == person, _RELATION.c.ended_at.is_(None))
        ).scalars()
    )
    rows = connection.execute(select(_PERSON.c.id, _PERSON.c.sample).where(_PERSON.c.id.in_([person, *readers])))
    invented = {row.id: row.sample is not None for row in rows}
    return [
        one for one in readers
        if one != person and one not in treating and invented.get(one) == invented.get(person)
    ]  # fmt: skip


def _sits() -> ColumnElement[bool]:
    return and_(_SEAT.c.number_hash == _MEMBER.c.practice_hash, _SEAT.c.ended_at.is_(None))


def _own(number: str) -> str:
    """A professional's own number (RPPS, 11 digits): that of a place would seat everybody who works there."""
    plain = normal(number)
    if len(plain) != 11:
        raise UsageError("a seat is given to one professional: expected an RPPS number (11 digits)", code="seat")
    return plain
