"""The register of stops: one person stops at once; lifting a stop needs two, one who proposes and another who confirms.

Rows are only ever added: what holds is read from the last step of each stop.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, func, insert, select

from app.errors import UsageError
from app.guidelines.stops import NOTHING_STOPPED, Kind, Stop, Stops
from app.store.tables import StopEvent, moment
from app.trust.grant import Grant

_STOP = StopEvent.__table__  # type: ignore[attr-defined]
_LAST = select(func.max(_STOP.c.number))
Event = Literal["stopped", "lift_proposed", "lift_refused", "lifted"]
Step = Literal["propose", "confirm", "refuse"]
_EVENT: dict[Step, Event] = {"propose": "lift_proposed", "confirm": "lifted", "refuse": "lift_refused"}
_AFTER: dict[Step, tuple[Event, ...]] = {
    "propose": ("stopped", "lift_refused"), "confirm": ("lift_proposed",), "refuse": ("lift_proposed",),
}  # fmt: skip
"""Each step of a lift, and what it may follow."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One step of a stop. `by`: the account of who took it (None: Jalon itself)."""

    event: Event
    words: str
    by: str | None
    at: str


@dataclass(frozen=True, slots=True)
class History:
    """A stop with all that happened to it, the first step first."""

    id: str
    kind: Kind
    target: str
    version: str | None
    steps: tuple[Happened, ...]

    @property
    def last(self) -> Happened:
        return self.steps[-1]

    @property
    def holds(self) -> bool:
        return self.last.event != "lifted"

    @property
    def stop(self) -> Stop:
        first = self.steps[0]
        return Stop(self.id, self.kind, self.target, self.version, moment(first.at).date(), first.words)


class StopBook:
    """What is stopped at this instant. The rows are read again only when there is a new one, which is asked each
    time: a stop holds from the next request on, whichever process took it."""

    def __init__(self) -> None:
        self._known: tuple[int, Stops] = (0, NOTHING_STOPPED)
        self._filling = threading.Lock()

    def current(self, connection: Connection) -> Stops:
        last = connection.execute(_LAST).scalar() or 0
        number, found = self._known
        if last == number:
            return found
        found = Stops(tuple(one.stop for one in histories(connection) if one.holds))
        with self._filling:
            self._known = last, found
        return found


def histories(connection: Connection) -> list[History]:
    """Every stop there ever was, oldest first."""
    steps: dict[str, list[Happened]] = {}
    heads: dict[str, tuple[Kind, str, str | None]] = {}
    for row in connection.execute(select(_STOP).order_by(_STOP.c.number)):
        heads.setdefault(row.stop, (row.kind, row.target, row.version or None))
        steps.setdefault(row.stop, []).append(Happened(row.event, row.words, row.person_id, row.at))
    return [History(name, *head, tuple(steps[name])) for name, head in heads.items()]


def read(grant: Grant) -> list[History]:
    """For the people who may stop: with who did what."""
    return histories(grant.connection("read", "stops"))


def stop(grant: Grant, kind: Kind, target: str, version: str | None, words: str, at: str) -> str:
    """Stop something from now on; gives the number of the stop. Raises UsageError (`stop`) for what is stopped."""
    connection = grant.connection("write", "stops")
    return stop_within(connection, kind, target, version, words, at, grant.actor)


def stop_within(
    connection: Connection, kind: Kind, target: str, version: str | None, words: str, at: str, by: str | None
) -> str:
    """`stop` for Jalon itself (`by` None), when a threshold says so."""
    check_stop(histories(connection), kind, target, version)
    name = secrets.token_hex(8)
    _add(connection, History(name, kind, target, version, ()), "stopped", words, at, by)
    return name


def lift(grant: Grant, name: str, step: Step, words: str, at: str) -> None:
    """Propose to lift a stop, confirm it (somebody else than who proposed), or refuse.

    Raises UsageError: `unknown_stop`, `stop_step` (this step does not follow), `same_person`.
    """
    connection = grant.connection("write", "stops")
    found = check_lift(histories(connection), name, step, grant.actor)
    _add(connection, found, _EVENT[step], words, at, grant.actor)


def check_stop(known: Sequence[History], kind: Kind, target: str, version: str | None) -> None:
    """Raises UsageError (`already_stopped`)."""
    for one in known:
        if one.holds and (one.kind, one.target) == (kind, target) and one.version in (None, version):
            raise UsageError("this is stopped already", code="already_stopped")


def check_lift(known: Sequence[History], name: str, step: Step, by: str) -> History:
    """Raises UsageError (`unknown_stop`, `stop_step`, `same_person`)."""
    found = next((one for one in known if one.id == name), None)
    if found is None:
        raise UsageError("there is no such stop", code="unknown_stop")
    if found.last.event not in _AFTER[step]:
        raise UsageError("this step does not follow from the last one", code="stop_step")
    if step == "confirm" and found.last.by == by:
        raise UsageError("another person confirms", code="same_person")
    return found


def _add(connection: Connection, one: History, event: Event, words: str, at: str, by: str | None) -> None:
    number = (connection.execute(_LAST).scalar() or 0) + 1
    connection.execute(
        insert(_STOP).values(
            number=number, stop=one.id, event=event, kind=one.kind, target=one.target, version=one.version or "",
            words=words, person_id=by, at=at,
        )
    )  # fmt: skip
