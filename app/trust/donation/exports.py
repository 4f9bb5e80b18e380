"""What left, for whom, with whom in it: written before anything can leave, so that a later opposition always finds the
exports that it must be told to.

An export goes through `begin` (a number), `join` (each person read out, in the transaction that reads them), `look`
(who must not be in it, of what state of the register) and `deliver`, the last transaction: it holds the log's head, so
that no opposition can be confirmed meanwhile, checks that the register is still the one that was looked at, and only
then lets the files appear. Between `join` and `deliver`, a person counts as perhaps in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from app.store.tables import (
    DataKey,
    DonationChoice,
    DonationDelivery,
    DonationListed,
    DonationMember,
    DonationNotice,
    Erasure,
)
from app.trust import audit
from app.trust.donation import register
from app.trust.donation.projects import Project, load_projects
from app.trust.donation.pseudonyms import ProjectKey, token
from app.trust.donation.terms import Terms
from app.trust.grant import Grant
from app.trust.log import checkpoints
from app.trust.vocabulary import Outcome, Tag

_CHOICE = DonationChoice.__table__  # type: ignore[attr-defined]
_DELIVERY = DonationDelivery.__table__  # type: ignore[attr-defined]
_MEMBER = DonationMember.__table__  # type: ignore[attr-defined]
_NOTICE = DonationNotice.__table__  # type: ignore[attr-defined]
_LISTED = DonationListed.__table__  # type: ignore[attr-defined]
_ERASURE = Erasure.__table__  # type: ignore[attr-defined]
_KEY = DataKey.__table__  # type: ignore[attr-defined]
"""Whoever has a data key has something kept."""
PAGE = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """A state of the register: how many choices, erasures and listed identities. All only grow, or are replaced with
    an entry of the log: the same numbers are the same register."""

    choices: int
    erasures: int
    listed: str


class RegisterMoved(Exception):
    """The register changed since it was looked at: look again."""


def begin(connection: Connection, number: str, project: str, at: str) -> None:
    connection.execute(insert(_DELIVERY).values(id=number, project=project, state="under_way", at=at, people=0))


def join(grants: Sequence[Grant], number: str) -> None:
    """The people of these grants are perhaps in the export from here on."""
    if grants:
        connection = grants[0].connection("read", "donated")
        connection.execute(insert(_MEMBER), [{"delivery": number, "person_id": grant.subject} for grant in grants])


def leave(connection: Connection, number: str, people: Iterable[str]) -> None:
    """These people are not in it after all."""
    for some in _pages(sorted(people)):
        connection.execute(delete(_MEMBER).where(_MEMBER.c.delivery == number, _MEMBER.c.person_id.in_(some)))


def give_up(connection: Connection, number: str) -> None:
    """Nothing left: nobody is in it."""
    connection.execute(delete(_MEMBER).where(_MEMBER.c.delivery == number))
    connection.execute(update(_DELIVERY).where(_DELIVERY.c.id == number).values(state="given_up"))


def candidates(
    connection: Connection, project: Project, terms: Terms, now: datetime, after: str
) -> tuple[list[str], str | None]:
    """Of the next people by number, those who give to the project; and where to go on (None: that was all)."""
    query = select(_KEY.c.person_id).where(_KEY.c.person_id > after).order_by(_KEY.c.person_id).limit(PAGE)
    people = list(connection.execute(query).scalars())
    found = register.stances(connection, people, terms, now)
    giving = [person for person in people if found[person].gives(project.id, project.purpose)]
    return giving, people[-1] if len(people) == PAGE else None


def state(connection: Connection) -> Seen:
    listed = connection.execute(select(func.count(), func.max(_LISTED.c.at)).select_from(_LISTED)).one()
    return Seen(_count(connection, _CHOICE), _count(connection, _ERASURE), f"{listed[0]} {listed[1]}")


def opposed(connection: Connection, project: Project, terms: Terms, now: datetime) -> Iterator[str]:
    """Everybody who refuses the project, by number; erased people too."""
    after = ""
    while True:
        query = select(_CHOICE.c.person_id).where(_CHOICE.c.person_id > after).distinct()
        people = list(connection.execute(query.order_by(_CHOICE.c.person_id).limit(PAGE)).scalars())
        found = register.stances(connection, people, terms, now)
        yield from (person for person in people if found[person].refuses(project.id, project.purpose))
        if len(people) < PAGE:
            break
        after = people[-1]
    yield from connection.execute(select(_ERASURE.c.person_id)).scalars()


def members(connection: Connection, number: str) -> Iterator[list[str]]:
    """The people perhaps in an export, by pages."""
    after = ""
    while True:
        query = select(_MEMBER.c.person_id).where(_MEMBER.c.delivery == number, _MEMBER.c.person_id > after)
        people = list(connection.execute(query.order_by(_MEMBER.c.person_id).limit(PAGE)).scalars())
        if people:
            yield people
        if len(people) < PAGE:
            return
        after = people[-1]


@dataclass(frozen=True, slots=True)
class Looked:
    """`gone`: people of the export who must not be in it any more; `tokens`: sorted, for everybody who refuses the
    project (`app.trust.donation.pseudonyms.token`); `seen`: of which state of the register, `log` that of the log."""

    seen: Seen
    gone: frozenset[str]
    tokens: tuple[str, ...]
    log_size: int
    checkpoint: str | None


def look(
    connection: Connection, number: str, project: Project, key: ProjectKey, terms: Terms, now: datetime
) -> Looked:
    """The register at this instant, held against the export."""
    log_size = audit.hold(connection)
    seen = state(connection)
    erased = set(connection.execute(select(_ERASURE.c.person_id)).scalars())
    gone: set[str] = set()
    for people in members(connection, number):
        found = register.stances(connection, people, terms, now)
        gone |= {one for one in people if one in erased or not found[one].gives(project.id, project.purpose)}
    tokens = {token(number, key.pseudonym(person)) for person in opposed(connection, project, terms, now)}
    return Looked(seen, frozenset(gone), tuple(sorted(tokens)), log_size, checkpoints.latest(connection))


def deliver(
    connection: Connection, number: str, looked: Looked, manifest: str, people: int, at: str, appear: Callable[[], None]
) -> None:
    """The last transaction: the files appear while nobody can oppose, if the register is the one that was looked at.
    Raises RegisterMoved."""
    audit.hold(connection)
    if state(connection) != looked.seen:
        raise RegisterMoved
    digest = "sha256:" + hashlib.sha256(manifest.encode()).hexdigest()
    connection.execute(
        update(_DELIVERY).where(_DELIVERY.c.id == number).values(state="delivered", people=people, manifest=manifest)
    )
    entry = audit.Draft(
        at, Tag.DONATION_DELIVERED, Outcome.DONE, "system", "system", "donation", "gdpr_6_1_e_9_2_j", None,
        detail=digest,
    )  # fmt: skip
    audit.append(connection, [(entry, None)])
    appear()


def of_person(grant: Grant) -> list[dict[str, Any]]:
    """Which projects used the data of the grant's subject, oldest first, and when they were told to withdraw them."""
    connection = grant.connection(grant.act, "donation")
    rows = connection.execute(
        select(_DELIVERY.c.project, _DELIVERY.c.id, _DELIVERY.c.at, _NOTICE.c.at.label("withdrawn"))
        .join(_MEMBER, _MEMBER.c.delivery == _DELIVERY.c.id)
        .outerjoin(_NOTICE, (_NOTICE.c.delivery == _DELIVERY.c.id) & (_NOTICE.c.person_id == _MEMBER.c.person_id))
        .where(_MEMBER.c.person_id == grant.subject, _DELIVERY.c.state == "delivered")
        .order_by(_DELIVERY.c.at)
    )
    return [
        {"project": row.project, "export": row.id, "at": row.at, "withdrawal_sent_at": row.withdrawn} for row in rows
    ]


def public(connection: Connection, project: str) -> list[dict[str, Any]]:
    """What the project received: when, how many people. Nothing about anybody."""
    query = select(_DELIVERY).where(_DELIVERY.c.project == project, _DELIVERY.c.state == "delivered")
    return [
        {"export": row.id, "at": row.at, "people": row.people}
        for row in connection.execute(query.order_by(_DELIVERY.c.at))
    ]


def withdrawals(
    connection: Connection, terms: Terms, now: datetime, at: str, keys: Callable[[str], ProjectKey]
) -> list[tuple[str, str, list[str]]]:
    """(export, project, pseudonyms to withdraw) not told before, noted as told in this transaction: everybody who now
    refuses, or was erased, and is in an export that left or may have left."""
    audit.hold(connection)
    erased = set(connection.execute(select(_ERASURE.c.person_id)).scalars())
    found = []
    left = select(_DELIVERY).where(_DELIVERY.c.state != "given_up").order_by(_DELIVERY.c.at)
    for row in connection.execute(left).all():
        project = load_projects().find(row.project)
        purpose = project.purpose if project else ""
        told = set(connection.execute(select(_NOTICE.c.person_id).where(_NOTICE.c.delivery == row.id)).scalars())
        out: list[str] = []
        for people in members(connection, row.id):
            stances = register.stances(connection, people, terms, now)
            out += [p for p in people if p not in told and (p in erased or stances[p].refuses(row.project, purpose))]
        if out:
            connection.execute(insert(_NOTICE), [{"delivery": row.id, "person_id": p, "at": at} for p in out])
            key = keys(row.project)
            found.append((row.id, row.project, sorted(key.pseudonym(person) for person in out)))
    return found


def _count(connection: Connection, table: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _pages(people: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(people), PAGE):
        yield people[first : first + PAGE]
