"""Problems reported, human reviews asked for and complaints: from their sending to their end.

Two halves. The register (`guarantee_signal` and its steps) is about nobody: which recommendation, which problem, what
was found and done. What was written, the reasoning of that moment and the answers (`health_signal`) are sealed
with the key of the person concerned and go with it; the register then keeps its half, which leads to nobody any more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from app.errors import UsageError
from app.store.tables import GuaranteeSignal, HealthSignal, Person, Relation, SignalStep, stamp
from app.trust import audit
from app.trust.grant import Grant
from app.trust.keys import sealer, sealer_or_new
from app.trust.ties import Tie

_SIGNAL = GuaranteeSignal.__table__  # type: ignore[attr-defined]
_STEP = SignalStep.__table__  # type: ignore[attr-defined]
_KEPT = HealthSignal.__table__  # type: ignore[attr-defined]
_RELATION = Relation.__table__  # type: ignore[attr-defined]
_PERSON = Person.__table__  # type: ignore[attr-defined]

Kind = Literal["problem", "review", "complaint"]
To = Literal["team", "doctor"]
Step = Literal["received", "analysed", "action", "answered", "contested", "closed"]
AFTER: dict[Kind, dict[Step, frozenset[str]]] = {
    "problem": {
        "analysed": frozenset({"received"}), "action": frozenset({"received", "analysed", "action"}),
        "closed": frozenset({"analysed", "action"}),
    },
    "review": {
        "answered": frozenset({"received", "contested"}), "contested": frozenset({"answered"}),
        "closed": frozenset({"answered"}),
    },
    "complaint": {
        "answered": frozenset({"received", "contested"}), "contested": frozenset({"answered"}),
        "closed": frozenset({"answered"}),
    },
}  # fmt: skip
"""Each step, and what it may follow. `contested` and `closed` after an answer are the person's to take."""
OPEN = frozenset({"received", "analysed", "action", "contested"})
"""States in which somebody still waits."""
PREFIX = "s-"
MOST = 200
"""Signals of one person: beyond, something else is wrong."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is sent. `status`: what the recommendation answered; `content`: words and reasoning, to be sealed."""

    kind: Kind
    reporter: Literal["citizen", "professional"]
    sent_to: To
    guideline: str
    version: str
    pack: str
    status: str
    problem: str
    due_at: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Signal:
    """The anonymous half, with its steps."""

    id: str
    kind: Kind
    reporter: str
    sent_to: str
    guideline: str
    version: str
    pack: str
    status: str
    problem: str
    impact: str
    state: str
    at: str
    due_at: str
    steps: tuple[tuple[str, str, str, str], ...] = ()
    """(step, role, what was found, when), the first one first."""

    @property
    def waits(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Own:
    """A signal with the half that is about a person."""

    signal: Signal
    content: dict[str, Any]
    answers: list[dict[str, Any]]


def send(grant: Grant, draft: Draft, at: str) -> str:
    """Keep it; gives its number. Raises UsageError (`signals`) beyond `MOST`."""
    connection = grant.connection("write", "signals")
    last = connection.execute(select(func.max(_KEPT.c.number)).where(_KEPT.c.person_id == grant.subject)).scalar() or 0
    if (twice := _sent_already(grant, connection, last, draft)) is not None:
        return twice
    if last >= MOST:
        raise UsageError("there are too many reports and requests already", code="signals")
    name, number = PREFIX + secrets.token_hex(8), last + 1
    connection.execute(
        insert(_SIGNAL).values(
            id=name, kind=draft.kind, reporter=draft.reporter, sent_to=draft.sent_to, guideline=draft.guideline,
            version=draft.version, pack=draft.pack, status=draft.status, problem=draft.problem, impact="",
            state="received", at=at, due_at=draft.due_at,
        )
    )  # fmt: skip
    _add(connection, name, "received", draft.reporter, "", at)
    key = sealer_or_new(connection, grant.keys, grant.subject, at)
    connection.execute(
        insert(_KEPT).values(
            person_id=grant.subject, number=number, signal_hash=_hash(connection, name),
            link=key.seal(f"health_signal.link#{number}", name.encode()),
            content=key.seal(f"health_signal.content#{number}", _bytes(draft.content)),
            answers=key.seal(f"health_signal.answers#{number}", b"[]"), at=at,
        )
    )  # fmt: skip
    return name


def _sent_already(grant: Grant, connection: Connection, last: int, draft: Draft) -> str | None:
    """The same as the last one, still as it was received: a button pressed twice."""
    row = connection.execute(
        select(_KEPT).where(_KEPT.c.person_id == grant.subject, _KEPT.c.number == last)
    ).one_or_none()
    own = _opened(grant, connection, row) if row is not None else None
    if own is None or own.signal.state != "received":
        return None
    before, same = own.signal, ("kind", "reporter", "sent_to", "guideline", "version", "problem")
    alike = all(getattr(before, name) == getattr(draft, name) for name in same)
    return before.id if alike and own.content.get("words") == draft.content.get("words") else None


def of_person(grant: Grant, *, to: To | None = None) -> list[Own]:
    """All of the grant's subject, the latest first; `to` doctor: what was sent to their doctors."""
    connection = grant.connection("read", "signals")
    found = []
    for row in connection.execute(
        select(_KEPT).where(_KEPT.c.person_id == grant.subject).order_by(_KEPT.c.number.desc())
    ):
        own = _opened(grant, connection, row)
        if own is not None and to in (None, own.signal.sent_to):
            found.append(own)
    return found


def opened(grant: Grant, name: str) -> Own | None:
    """One of them; None when there is none such of the grant's subject."""
    return _one(grant, grant.connection("read", "signals"), name)


def take(
    grant: Grant, name: str, step: Step, *, role: str, at: str, by: str | None = None, words: str = "",
    analysis: str = "", impact: str | None = None, due_at: str | None = None, sent_to: To | None = None,
    only_to: To | None = None,
) -> None:  # fmt: skip
    """The next step, of one that was sent `only_to` somebody. `words` (and `by`, the name of who answers) are for the
    person, sealed; `analysis` is for the register. Raises UsageError (`unknown_signal`, `signal_step`)."""
    connection = grant.connection("write", "signals")
    own = check(_one(grant, connection, name), step, only_to)
    changed = {
        "state": step, "impact": impact, "due_at": due_at, "sent_to": sent_to,
    }  # fmt: skip
    connection.execute(
        update(_SIGNAL).where(_SIGNAL.c.id == name).values({k: v for k, v in changed.items() if v is not None})
    )
    _add(connection, name, step, role, analysis, at)
    if words:
        key = sealer_or_new(connection, grant.keys, grant.subject, at)
        row = connection.execute(_row(grant, connection, name)).one()
        told = [*own.answers, {"step": step, "by": by, "role": role, "words": words, "at": at}]
        sealed = key.seal(f"health_signal.answers#{row.number}", _bytes(told))
        connection.execute(
            update(_KEPT).where(_KEPT.c.person_id == grant.subject, _KEPT.c.number == row.number).values(answers=sealed)
        )


def register(grant: Grant, *, kind: Kind | None = None) -> list[Signal]:
    """The anonymous register, the latest first."""
    return read_register(grant.connection("read", "register"), kind=kind)


class Known(NamedTuple):
    """The anonymous half; `led`: somebody is still there whom it leads to."""

    signal: Signal
    led: bool


def check(own: Own | None, step: Step, only_to: To | None = None) -> Own:
    """May this step be taken? Raises UsageError (`unknown_signal`, `signal_step`)."""
    if own is None or only_to not in (None, own.signal.sent_to):
        raise UsageError("there is no such report or request", code="unknown_signal")
    if own.signal.state not in AFTER[own.signal.kind].get(step, frozenset()):
        raise UsageError("this step does not follow from the last one", code="signal_step")
    return own


def find(grant: Grant, name: str) -> Known | None:
    """One line of the register."""
    connection = grant.connection("read", "register")
    row = connection.execute(select(_SIGNAL).where(_SIGNAL.c.id == name)).one_or_none()
    if row is None:
        return None
    hashed = _hash(connection, name)
    led = connection.execute(select(_KEPT.c.number).where(_KEPT.c.signal_hash == hashed)).first() is not None
    return Known(_signal(row, _steps(connection, name)[name]), led)


def read_register(connection: Connection, *, kind: Kind | None = None) -> list[Signal]:
    """About nobody: for the register's page, its export and the public figures."""
    query = select(_SIGNAL).order_by(_SIGNAL.c.at.desc(), _SIGNAL.c.id)
    if kind is not None:
        query = query.where(_SIGNAL.c.kind == kind)
    rows = connection.execute(query).all()
    steps = _steps(connection, None)
    return [_signal(row, steps.get(row.id, ())) for row in rows]


def asking(grant: Grant, relations_of: Collection[str]) -> frozenset[str]:
    """Of these relations to the professional's patients, those whose person waits for their doctor's answer."""
    connection = grant.connection("read", "patients")
    names = connection.execute(
        select(_SIGNAL.c.id).where(_SIGNAL.c.sent_to == "doctor", _SIGNAL.c.state.in_(["received", "contested"]))
    ).scalars().all()
    found: set[str] = set()
    for first in range(0, len(names), 500):
        hashes = [_hash(connection, name) for name in names[first : first + 500]]
        rows = connection.execute(
            select(_RELATION.c.id).join(_KEPT, _KEPT.c.person_id == _RELATION.c.person_id)
            .where(_KEPT.c.signal_hash.in_(hashes))
        )
        found.update(rows.scalars())
    return frozenset(found.intersection(relations_of))


def figures(connection: Connection) -> dict[tuple[str, str], dict[str, int]]:
    """(guideline, version) → how many of each kind were sent, about nobody."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    query = select(_SIGNAL.c.guideline, _SIGNAL.c.version, _SIGNAL.c.kind, func.count().label("sent"))
    for row in connection.execute(query.group_by(_SIGNAL.c.guideline, _SIGNAL.c.version, _SIGNAL.c.kind)):
        found.setdefault((row.guideline, row.version), {})[row.kind] = row.sent
    return found


def addressed(
    connection: Connection, asked: Iterable[tuple[str, str]], now: datetime
) -> dict[tuple[str, str], Tie]:
    """(somebody, signal) → whom it concerns, for those sent to the team or overdue at their doctor's. Invented people
    and real ones never meet. Whether somebody is of the team is for the rules to say."""
    pairs = {pair for pair in asked if pair[1].startswith(PREFIX)}
    found = {}
    for actor, name in sorted(pairs):
        where = connection.execute(
            select(_SIGNAL.c.sent_to, _SIGNAL.c.due_at).where(_SIGNAL.c.id == name)
        ).one_or_none()
        if where is None or (where.sent_to != "team" and where.due_at >= stamp(now)[:10]):
            continue
        row = connection.execute(
            select(_KEPT.c.person_id, _PERSON.c.sample)
            .join(_PERSON, _PERSON.c.id == _KEPT.c.person_id)
            .where(_KEPT.c.signal_hash == _hash(connection, name))
        ).one_or_none()
        me = connection.execute(select(_PERSON.c.sample).where(_PERSON.c.id == actor)).one_or_none()
        if row is not None and me is not None and (row.sample is None) == (me.sample is None):
            found[actor, name] = Tie(row.person_id, addressed=True)
    return found


def _one(grant: Grant, connection: Connection, name: str) -> Own | None:
    row = connection.execute(_row(grant, connection, name)).one_or_none()
    return _opened(grant, connection, row) if row is not None else None


def _row(grant: Grant, connection: Connection, name: str) -> Any:
    return select(_KEPT).where(
        _KEPT.c.person_id == grant.subject, _KEPT.c.signal_hash == _hash(connection, name)
    )


def _opened(grant: Grant, connection: Connection, row: Any) -> Own | None:
    key = sealer(connection, grant.keys, grant.subject)
    if key is None:
        return None
    name = key.open(f"health_signal.link#{row.number}", bytes(row.link)).decode()
    kept = connection.execute(select(_SIGNAL).where(_SIGNAL.c.id == name)).one()
    return Own(
        _signal(kept, _steps(connection, name)[name]),
        json.loads(key.open(f"health_signal.content#{row.number}", bytes(row.content))),
        json.loads(key.open(f"health_signal.answers#{row.number}", bytes(row.answers))),
    )


def _steps(connection: Connection, name: str | None) -> dict[str, tuple[tuple[str, str, str, str], ...]]:
    found: dict[str, tuple[tuple[str, str, str, str], ...]] = {}
    query = select(_STEP).order_by(_STEP.c.signal, _STEP.c.number)
    for row in connection.execute(query if name is None else query.where(_STEP.c.signal == name)):
        found[row.signal] = (*found.get(row.signal, ()), (row.step, row.role, row.analysis, row.at))
    return found


def _signal(row: Any, steps: tuple[tuple[str, str, str, str], ...]) -> Signal:
    return Signal(
        row.id, row.kind, row.reporter, row.sent_to, row.guideline, row.version, row.pack, row.status, row.problem,
        row.impact, row.state, row.at, row.due_at, steps,
    )  # fmt: skip


def _add(connection: Connection, name: str, step: Step, role: str, analysis: str, at: str) -> None:
    last = connection.execute(select(func.max(_STEP.c.number)).where(_STEP.c.signal == name)).scalar() or 0
    connection.execute(
        insert(_STEP).values(signal=name, number=last + 1, step=step, role=role, analysis=analysis, at=at)
    )


def _hash(connection: Connection, name: str) -> str:
    return hmac.new(audit.secret(connection), f"signal\0{name}".encode(), hashlib.sha256).hexdigest()


def _bytes(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), default=str).encode()
