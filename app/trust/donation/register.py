"""The register of donation: what each person was shown and chose. Rows are only ever added.

It is read at the moment of use, in the transaction of the use. Every choice is written by a transaction that also adds
to the log, hence holds the log's head until its commit: whoever holds the head (`audit.hold`) sees every choice that
was confirmed, and no other can be confirmed meanwhile.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from app.store.tables import DonationChoice, DonationInformation, Person
from app.trust import audit
from app.trust.donation.stance import Channel, Choice, Stance, Wish, stance
from app.trust.donation.terms import Terms
from app.trust.grant import Grant
from app.trust.log import receipt
from app.trust.log.note import SigningKey

_CHOICE = DonationChoice.__table__  # type: ignore[attr-defined]
_INFORMATION = DonationInformation.__table__  # type: ignore[attr-defined]
_PERSON = Person.__table__  # type: ignore[attr-defined]
_CHOICES = select(_CHOICE).where(_CHOICE.c.person_id.in_(bindparam("people", expanding=True)))
_SHOWN = select(_INFORMATION).where(_INFORMATION.c.person_id.in_(bindparam("people", expanding=True)))
RECEIPT = "donation"


@dataclass(frozen=True, slots=True)
class Kept:
    """All that the register holds of a person: `choices` by version, and when a text in force was first shown."""

    choices: tuple[Choice, ...]
    informed_at: str | None

    @property
    def version(self) -> int:
        return len(self.choices)

    def stance(self, terms: Terms, now: datetime) -> Stance:
        return stance(self.choices, self.informed_at, terms, now)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A choice to record. `purposes` and `projects` are opposed one by one by somebody who is otherwise included."""

    wish: Wish
    purposes: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    text_digest: str = ""
    channel: Channel = "self"
    by: str = ""
    evidence: str = ""


def read(grant: Grant, terms: Terms) -> Kept:
    """What the register holds of the grant's subject."""
    return _kept(grant.connection("read", "donation"), grant.subject, terms)


def past(grant: Grant, terms: Terms) -> Kept:
    """`read`, within a change."""
    return _kept(grant.connection("write", "donation"), grant.subject, terms)


def external(grant: Grant, terms: Terms) -> Choice | None:
    """What the last opt-out list said of the grant's subject, if any did."""
    kept = _kept(grant.connection("write", "opt_out"), grant.subject, terms)
    return next((one for one in reversed(kept.choices) if one.channel == "external"), None)


def inform(grant: Grant, digest: str, at: str) -> None:
    """Note that the text of this digest was shown; the first time counts."""
    connection = grant.connection("write", "donation")
    shown = select(_INFORMATION.c.at).where(
        _INFORMATION.c.person_id == grant.subject, _INFORMATION.c.text_digest == digest
    )
    if connection.execute(shown).scalar() is None:
        connection.execute(insert(_INFORMATION).values(person_id=grant.subject, text_digest=digest, at=at))


def choose(grant: Grant, wanted: Wanted, terms: Terms, key: SigningKey, at: str) -> Choice:
    """Record a choice of the grant's subject with its signed receipt. A choice that changes nothing is not written
    twice: the receipt of the one that holds is given."""
    connection = grant.connection("write", "donation", "opt_out")
    kept = _kept(connection, grant.subject, terms)
    new = Choice(
        kept.version + 1, wanted.channel, wanted.wish, tuple(sorted(set(wanted.purposes))),
        tuple(sorted(set(wanted.projects))), wanted.text_digest, at,
    )  # fmt: skip
    external = wanted.channel == "external"
    last = next((one for one in reversed(kept.choices) if (one.channel == "external") == external), None)
    if last is not None and last.same == new.same:
        return last
    content = {
        "at": at, "channel": new.channel, "choice": new.wish, "entry": audit.newest(grant), "holder": _holder(grant),
        "opposed_projects": list(new.projects), "opposed_purposes": list(new.purposes), "version": new.version,
    }  # fmt: skip
    note = receipt.sign(key, RECEIPT, content)
    connection.execute(
        insert(_CHOICE).values(
            person_id=grant.subject, version=new.version, channel=new.channel, wish=new.wish,
            purposes=",".join(new.purposes), projects=",".join(new.projects), text_digest=new.text_digest,
            by=wanted.by or grant.actor, evidence=wanted.evidence, at=at, receipt=note,
        )
    )  # fmt: skip
    return _choice(connection.execute(
        select(_CHOICE).where(_CHOICE.c.person_id == grant.subject, _CHOICE.c.version == new.version)
    ).one())  # fmt: skip


def kept_of(connection: Connection, people: Iterable[str], terms: Terms) -> dict[str, Kept]:
    """What the register holds of each of these people."""
    wanted = sorted(set(people))
    if not wanted:
        return {}
    choices: dict[str, list[Choice]] = {}
    informed: dict[str, str] = {}
    for row in connection.execute(_CHOICES, {"people": wanted}):
        choices.setdefault(row.person_id, []).append(_choice(row))
    for row in connection.execute(_SHOWN, {"people": wanted}):
        if row.text_digest in terms.valid_digests:
            informed[row.person_id] = min(row.at, informed.get(row.person_id, row.at))
    return {person: Kept(_sorted(choices.get(person, ())), informed.get(person)) for person in wanted}


def stances(connection: Connection, people: Iterable[str], terms: Terms, now: datetime) -> dict[str, Stance]:
    """What holds now for each of these people."""
    return {person: kept.stance(terms, now) for person, kept in kept_of(connection, people, terms).items()}


def _kept(connection: Connection, person: str, terms: Terms) -> Kept:
    return kept_of(connection, [person], terms)[person]


def _sorted(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    return tuple(sorted(choices, key=lambda one: one.version))


def _choice(row: Row[*tuple[Any, ...]]) -> Choice:
    return Choice(
        row.version, row.channel, row.wish, _split(row.purposes), _split(row.projects), row.text_digest, row.at,
        row.receipt,
    )  # fmt: skip


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _holder(grant: Grant) -> str:
    """Whom a receipt is about, for whoever holds the person's key of the log (their bundle has it); for others, a
    number that says nothing."""
    connection = grant.connection("write", "donation", "opt_out")
    key = connection.execute(select(_PERSON.c.log_key).where(_PERSON.c.id == grant.subject)).scalar_one()
    return holder(bytes(key))


def holder(log_key: bytes) -> str:
    return hmac.new(log_key, b"jalon donation receipt", hashlib.sha256).hexdigest()
