"""Answers of plans that are read again by two professionals, blind: what each found is sealed until both have read.

A case is about a person as long as it is open. Closing it deletes it with its readings; what remains is a result about
a guideline (`register`). Every function that reaches a case asks for a Grant, which names the person.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from app.errors import UsageError
from app.store.quality_tables import GuaranteeCase, GuaranteeReading
from app.trust.grant import Grant
from app.trust.guarantee import seats
from app.trust.guarantee.register import Closed, close
from app.trust.keys import Sealer, sealer, sealer_or_new
from app.trust.ties import Tie

_CASE = GuaranteeCase.__table__  # type: ignore[attr-defined]
_READING = GuaranteeReading.__table__  # type: ignore[attr-defined]
READERS = 2
Found = Mapping[str, Any]
"""A reading or a proposal: `verdict`, `words`, and who (`by`, `name`)."""


@dataclass(frozen=True, slots=True)
class Open:
    """A case as one of its readers may see it. `mine` is what they found; `other` what the other did, once both have
    and they differ; `proposal` a decision that waits for the one who did not propose it."""

    month: str
    shown: dict[str, Any]
    mine: Found | None
    other: Found | None
    proposal: Found | None

    @property
    def state(self) -> str:
        if self.mine is None:
            return "to_read"
        if self.other is None:
            return "waiting"
        return "to_confirm" if self.proposal else "to_discuss"


def keep(grant: Grant, month: str, shown: Mapping[str, Any], readers: Sequence[str], at: str) -> str:
    """A new case about the grant's subject, given to these readers (their readings' ids mean nothing elsewhere); gives
    its id."""
    connection = grant.connection("write", "guarantee", "sample")
    key, made = sealer_or_new(connection, grant.keys, grant.subject, at), secrets.token_hex(16)
    connection.execute(
        insert(_CASE).values(
            id=made, person_id=grant.subject, month=month, categories=",".join(sorted(grant.categories)),
            shown=key.seal(f"guarantee_case.shown#{made}", _bytes(shown)), proposal=None, at=at,
        )
    )  # fmt: skip
    give(connection, made, grant.subject, readers, at)
    return made


def give(connection: Connection, case: str, person: str, readers: Iterable[str], at: str) -> None:
    for reader in readers:
        connection.execute(
            insert(_READING).values(
                id=secrets.token_hex(16), case_id=case, person_id=person, reader_id=reader, reading=None, at=at,
                read_at=None,
            )
        )  # fmt: skip


def take_back(connection: Connection, readers: Sequence[str]) -> list[tuple[str, str, list[str]]]:
    """Take what was not read from those who do not sit any more (all but these `readers`); gives each case that lacks a
    reader, with its person and the readers that it has."""
    connection.execute(delete(_READING).where(_READING.c.read_at.is_(None), _READING.c.reader_id.not_in(readers)))
    held: dict[str, list[str]] = {}
    for row in connection.execute(select(_READING.c.case_id, _READING.c.reader_id)):
        held.setdefault(row.case_id, []).append(row.reader_id)
    cases = connection.execute(select(_CASE.c.id, _CASE.c.person_id).order_by(_CASE.c.id))
    return [(row.id, row.person_id, found) for row in cases if len(found := held.get(row.id, [])) < READERS]


def loads(connection: Connection, readers: Iterable[str]) -> dict[str, int]:
    """How many readings each reader has open."""
    query = select(_READING.c.reader_id, func.count()).group_by(_READING.c.reader_id)
    known = {row[0]: int(row[1]) for row in connection.execute(query)}
    return {reader: known.get(reader, 0) for reader in readers}


def assigned(connection: Connection, asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Tie]:
    """(professional, reading) → whom it is about, and whether they may read it now: it was given to them, and they
    still sit on the board. `BOARD` in the place of a reading: nobody but themself."""
    pairs = set(asked)
    boards = {
        (actor, about): Tie(actor, board=seats.sits(connection, actor)) for actor, about in pairs
        if about == seats.BOARD
    }  # fmt: skip
    wanted = sorted({about for _, about in pairs if about != seats.BOARD})
    if not wanted:
        return boards
    rows = connection.execute(
        select(_READING, _CASE.c.categories).join(_CASE, _CASE.c.id == _READING.c.case_id)
        .where(_READING.c.id.in_(wanted))
    )  # fmt: skip
    found: dict[tuple[str, str], Tie] = {}
    for row in rows:
        needs = frozenset(part for part in row.categories.split(",") if part)
        for actor in {actor for actor, about in pairs if about == row.id}:
            reads = actor == row.reader_id and seats.sits(connection, actor)
            found[actor, row.id] = Tie(row.person_id, board=reads, needs=needs)
    return boards | found


def mine(grant: Grant) -> list[dict[str, Any]]:
    """The open readings of the grant's actor, oldest first: `id`, `month` and `state`."""
    connection = grant.connection("read", "board")
    read = select(func.count()).where(_READING.c.case_id == _CASE.c.id, _READING.c.read_at.is_not(None))
    query = (
        select(_READING.c.id, _READING.c.read_at, _CASE.c.month, _CASE.c.proposal.is_not(None).label("proposed"),
               read.correlate(_CASE).scalar_subquery().label("read"))
        .join(_CASE, _CASE.c.id == _READING.c.case_id)
        .where(_READING.c.reader_id == grant.actor).order_by(_CASE.c.month, _READING.c.id)
    )  # fmt: skip
    return [{"id": row.id, "month": row.month, "state": _state(row)} for row in connection.execute(query)]


def _state(row: Any) -> str:
    if row.read_at is None:
        return "to_read"
    if row.read < READERS:
        return "waiting"
    return "to_confirm" if row.proposed else "to_discuss"


def read(grant: Grant, reading: str) -> Open:
    """The case, as this reader may see it now."""
    return _open(grant, grant.connection("read", "guarantee"), reading)


def judge(grant: Grant, reading: str, found: Found, at: str) -> Open | Closed:
    """Keep what the grant's actor found, once. Two readers who agree close the case. Raises UsageError (`read_already`)
    when it was read."""
    connection = grant.connection("write", "guarantee")
    case, key = _locked(grant, connection, reading)
    if _row(connection, reading).read_at is not None:
        raise UsageError("this was read already: a reading is not changed", code="read_already")
    sealed = key.seal(f"guarantee_reading.reading#{reading}", _bytes(found))
    connection.execute(update(_READING).where(_READING.c.id == reading).values(reading=sealed, read_at=at))
    now = _open(grant, connection, reading)
    both = _readings(connection, key, case.id)
    if len(both) == READERS and both[0]["verdict"] == both[1]["verdict"]:
        words = " ".join(one["words"] for one in both if one["words"])
        return close_case(connection, case, now.shown, both, both[0]["verdict"], words, at, discussed=False)
    return now


def propose(grant: Grant, reading: str, found: Found, at: str) -> Open:
    """Propose what the two readings come to, for the other reader to confirm; the last proposal counts. Raises
    UsageError (`not_to_discuss`)."""
    connection = grant.connection("write", "guarantee")
    case, key = _locked(grant, connection, reading)
    if _open(grant, connection, reading).state not in {"to_discuss", "to_confirm"}:
        raise UsageError("the two readings do not differ, or are not both done", code="not_to_discuss")
    sealed = key.seal(f"guarantee_case.proposal#{case.id}", _bytes(found))
    connection.execute(update(_CASE).where(_CASE.c.id == case.id).values(proposal=sealed))
    return _open(grant, connection, reading)


def confirm(grant: Grant, reading: str, at: str) -> Closed:
    """Confirm what the other reader proposed: the case closes. Raises UsageError (`not_to_confirm`, `same_person`)."""
    connection = grant.connection("write", "guarantee")
    case, key = _locked(grant, connection, reading)
    now = _open(grant, connection, reading)
    if now.proposal is None:
        raise UsageError("no decision was proposed", code="not_to_confirm")
    if now.proposal["by"] == grant.actor:
        raise UsageError("who proposes a decision does not confirm it", code="same_person")
    both = _readings(connection, key, case.id)
    return close_case(
        connection, case, now.shown, both, now.proposal["verdict"], now.proposal["words"], at, discussed=True
    )


def close_case(
    connection: Connection, case: Row[Any], shown: Mapping[str, Any], both: Sequence[Found], final: str, words: str,
    at: str, *, discussed: bool,
) -> Closed:  # fmt: skip
    """What remains says nothing of the person: neither who they are, nor when exactly it was closed."""
    connection.execute(delete(_READING).where(_READING.c.case_id == case.id))
    connection.execute(delete(_CASE).where(_CASE.c.id == case.id))
    names = " ; ".join(dict.fromkeys(one["name"] for one in both if one["name"]))
    return close(
        connection, case.month, shown, (both[0]["verdict"], both[1]["verdict"]), final, words, names, at[:10],
        discussed=discussed,
    )  # fmt: skip


def _open(grant: Grant, connection: Connection, reading: str) -> Open:
    row = _row(connection, reading)
    case, key = _case(connection, row.case_id), _key(grant, connection)
    both = {one["id"]: one for one in _readings(connection, key, row.case_id)}
    own = both.get(reading)
    others = [one for name, one in both.items() if name != reading]
    other = others[0] if others and own is not None and others[0]["verdict"] != own["verdict"] else None
    sealed = case.proposal
    proposal = json.loads(key.open(f"guarantee_case.proposal#{case.id}", bytes(sealed))) if sealed and other else None
    shown = json.loads(key.open(f"guarantee_case.shown#{case.id}", bytes(case.shown)))
    return Open(case.month, shown, own, other, proposal)


def _readings(connection: Connection, key: Sealer, case: str) -> list[dict[str, Any]]:
    """Those that are done, in the order of their ids."""
    rows = connection.execute(
        select(_READING).where(_READING.c.case_id == case, _READING.c.read_at.is_not(None)).order_by(_READING.c.id)
    )
    return [
        {"id": row.id, **json.loads(key.open(f"guarantee_reading.reading#{row.id}", bytes(row.reading)))}
        for row in rows
    ]


def _locked(grant: Grant, connection: Connection, reading: str) -> tuple[Row[Any], Sealer]:
    """The case, which nobody else closes meanwhile, and the key of its person."""
    number = _row(connection, reading).case_id
    return _case(connection, number, lock=True), _key(grant, connection)


def _case(connection: Connection, number: str, *, lock: bool = False) -> Row[Any]:
    query = select(_CASE).where(_CASE.c.id == number)
    return connection.execute(query.with_for_update() if lock else query).one()


def _row(connection: Connection, reading: str) -> Row[Any]:
    return connection.execute(select(_READING).where(_READING.c.id == reading)).one()


def _key(grant: Grant, connection: Connection) -> Sealer:
    key = sealer(connection, grant.keys, grant.subject)
    if key is None:
        raise UsageError("the key of this case was destroyed", code="unknown_reading")
    return key


def _bytes(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
