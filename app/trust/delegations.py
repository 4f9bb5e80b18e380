"""Who acts for whom: a carer whom the person invited with a code, or a parent of a minor.

Names, categories and actions are sealed with the key of the person concerned; what stays readable is which account
may act for which, and until when.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, or_, select, update

from app.errors import UsageError
from app.store.tables import Delegation, Person, moment, stamp
from app.trust import audit, keys, sessions
from app.trust.delegation_rules import ADULT, birthday, load_rules
from app.trust.grant import Grant
from app.trust.keys import KeyEncryption
from app.trust.ties import Scope, Tie
from app.trust.vocabulary import CATEGORIES, Outcome, Tag

MOST = 10
"""Delegations that one person may have open."""
Kind = Literal["carer", "parent", "helper"]
HELPER: Kind = "helper"
"""Somebody beside the person, for some minutes (`app.trust.helper_codes`)."""
_DELEGATION = Delegation.__table__  # type: ignore[attr-defined]
_PERSON = Person.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed. `person` and `delegate` are names, for the two of them to see; `birth_date` (ISO) for a
    parent, whose access follows the child's age."""

    kind: Kind
    person: str
    delegate: str
    actions: tuple[str, ...]
    categories: tuple[str, ...]
    birth_date: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A delegation as both see it; `state` is `offered`, `active` or `ended`."""

    id: str
    terms: Terms
    state: Literal["offered", "active", "ended"]
    at: str
    until: str


def offer(grant: Grant, person: str, delegate: str, actions: Iterable[str], categories: Iterable[str], days: int,
          now: datetime) -> str:  # fmt: skip
    """The grant's subject invites a carer: the code to give them, good once and for some days. Raises UsageError."""
    rules, wanted, shared = load_rules(), tuple(sorted(set(actions))), tuple(sorted(set(categories)))
    if not wanted or not set(wanted) <= set(rules.carer.actions):
        raise UsageError(f"a carer may: {', '.join(rules.carer.actions)}", code="delegation", where="/actions")
    if not shared or not set(shared) <= set(CATEGORIES):
        raise UsageError("choose at least one category", code="delegation", where="/categories")
    if not 1 <= days <= rules.carer.longest_days:
        raise UsageError(f"from 1 to {rules.carer.longest_days} days", code="delegation", where="/days")
    code = b32encode(secrets.token_bytes(10)).decode()
    terms = Terms("carer", name_of(person), name_of(delegate), wanted, shared)
    _add(grant.connection("write", "delegations"), grant, grant.subject, terms, now, days=days, code=code)
    return "-".join(code[i : i + 4] for i in range(0, 16, 4))


def accept(grant: Grant, code: str, now: datetime) -> Seen | None:
    """The grant's subject takes up an invitation. Both have it in their log. None when the code is not good (any more);
    the attempt stays in the log."""
    connection = grant.connection("write", "delegations")
    row = connection.execute(select(_DELEGATION).where(_DELEGATION.c.code_hash == _hash(code))).one_or_none()
    offered = load_rules().carer.code_days
    if row is None or row.ended_at or row.person_id == grant.subject or moment(row.at) + timedelta(days=offered) < now:
        return None
    connection.execute(
        update(_DELEGATION).where(_DELEGATION.c.id == row.id)
        .values(delegate_id=grant.subject, code_hash=None, accepted_at=stamp(now))
    )  # fmt: skip
    _tell(connection, grant, row.person_id, now)
    return _seen(connection, grant.keys, connection.execute(_one(row.id)).one(), now)


def add_child(grant: Grant, given: str, birth: date, now: datetime) -> str:
    """The grant's subject is a parent of a child, who gets an account: the delegation's id. Raises UsageError
    (`not_a_minor`)."""
    connection = grant.connection("write", "delegations")
    child = secrets.token_hex(16)
    parent = connection.execute(select(_PERSON).where(_PERSON.c.id == grant.subject)).one()
    connection.execute(
        insert(_PERSON).values(
            id=child, sample=f"child:{child}" if parent.sample else None, language=parent.language,
            log_key=secrets.token_bytes(32), created_at=stamp(now),
        )
    )  # fmt: skip
    made = make_parent(grant, child, given, birth, now)
    _tell(connection, grant, child, now)
    return made


def make_parent(grant: Grant, child: str, given: str, birth: date, now: datetime) -> str:
    """The grant's subject may act for the account `child`, as its age leaves. Raises UsageError (`not_a_minor`)."""
    day, end = now.date(), birthday(birth, ADULT)
    if birth > day or "represent" not in load_rules().band(birth, day).actions:
        raise UsageError("only for a child who does not decide alone yet", code="not_a_minor", where="/birth_date")
    terms = Terms("parent", name_of(given), "", (), (), birth.isoformat())
    connection = grant.connection("write", "delegations")
    return _add(connection, grant, child, terms, now, days=(end - day).days, delegate=grant.subject)


def mine(grant: Grant, now: datetime) -> tuple[list[Seen], list[Seen]]:
    """Who acts for the grant's subject, and for whom they act; what is over is told for a year."""
    connection = grant.connection("read", "delegations")
    since = stamp(now - timedelta(days=365))
    recent = or_(_DELEGATION.c.ended_at.is_(None), _DELEGATION.c.ended_at > since)
    both = []
    for column in (_DELEGATION.c.person_id, _DELEGATION.c.delegate_id):
        rows = connection.execute(
            select(_DELEGATION).where(column == grant.subject, recent, _DELEGATION.c.expires_at > since)
            .order_by(_DELEGATION.c.at.desc())
        )  # fmt: skip
        both.append([_seen(connection, grant.keys, row, now) for row in rows.all()])
    return both[0], both[1]


def end(grant: Grant, delegation: str, now: datetime) -> bool:
    """Either of the two ends it, from the next request on; False when it is not theirs."""
    connection = grant.connection("write", "delegations")
    row = connection.execute(_one(delegation)).one_or_none()
    if row is None or row.ended_at or grant.subject not in (row.person_id, row.delegate_id):
        return False
    connection.execute(
        update(_DELEGATION).where(_DELEGATION.c.id == delegation).values(ended_at=stamp(now), code_hash=None)
    )
    if row.delegate_id is not None:
        sessions.close_delegates(connection, row.delegate_id, now)
    if row.person_id != grant.subject:
        _tell(connection, grant, row.person_id, now)
    return True


def acted_for(
    connection: Connection, asked: Iterable[tuple[str, str]], encryption: KeyEncryption, now: datetime
) -> dict[tuple[str, str], Tie]:
    """(delegate, delegation) → whom it is about, and what may be done for them now. Invented people and real ones never
    meet."""
    pairs = set(asked)
    if not pairs:
        return {}
    delegate = _PERSON.alias()
    rows = connection.execute(
        select(_DELEGATION, _PERSON.c.sample, delegate.c.sample.label("other"))
        .join(_PERSON, _PERSON.c.id == _DELEGATION.c.person_id)
        .join(delegate, delegate.c.id == _DELEGATION.c.delegate_id)
        .where(_DELEGATION.c.id.in_(sorted({one for _, one in pairs})))
    )
    found = {}
    for row in rows.all():
        for actor in {actor for actor, one in pairs if one == row.id}:
            holds = actor == row.delegate_id and _holds(row, now) and (row.sample is None) == (row.other is None)
            terms = _terms(connection, encryption, row) if holds else None
            scope = _scope(terms, now) if terms else None
            found[actor, row.id] = Tie(row.person_id, delegate=True, scope=scope)
    return found


def names(grant: Grant, actors: Iterable[str]) -> dict[str, str]:
    """The names that the grant's subject gave to those who act for them."""
    connection = grant.connection("read", "access_log", "export")
    query = select(_DELEGATION).where(
        _DELEGATION.c.person_id == grant.subject, _DELEGATION.c.delegate_id.in_(sorted(set(actors)))
    )
    return {row.delegate_id: _terms(connection, grant.keys, row).delegate for row in connection.execute(query).all()}


def _add(connection: Connection, grant: Grant, person: str, terms: Terms, now: datetime, *, days: int,
         code: str | None = None, delegate: str | None = None) -> str:  # fmt: skip
    theirs = (_DELEGATION.c.delegate_id if delegate else _DELEGATION.c.person_id) == (delegate or person)
    holds = (_DELEGATION.c.ended_at.is_(None), _DELEGATION.c.expires_at > stamp(now))
    if len(connection.execute(select(_DELEGATION.c.id).where(theirs, *holds)).all()) >= MOST:
        raise UsageError(f"{MOST} at most: end one first", code="delegations")
    made, at = secrets.token_hex(16), stamp(now)
    key = keys.sealer_or_new(connection, grant.keys, person, at)
    connection.execute(
        insert(_DELEGATION).values(
            id=made, person_id=person, delegate_id=delegate, code_hash=_hash(code) if code else None,
            terms=key.seal(sealed_place(made), json.dumps(asdict(terms), sort_keys=True).encode()), at=at,
            accepted_at=at if delegate else None, expires_at=stamp(now + timedelta(days=days)),
        )
    )  # fmt: skip
    return made


def _seen(connection: Connection, encryption: KeyEncryption, row: Row[Any], now: datetime) -> Seen:
    over = row.ended_at is not None or moment(row.expires_at) <= now
    state: Literal["offered", "active", "ended"] = "ended" if over else "active" if row.accepted_at else "offered"
    return Seen(row.id, _terms(connection, encryption, row), state, row.at, row.ended_at or row.expires_at)


def _terms(connection: Connection, encryption: KeyEncryption, row: Row[Any]) -> Terms:
    key = keys.sealer(connection, encryption, row.person_id)
    if key is None:
        raise keys.SealError("the key of this row was destroyed")
    kept = json.loads(key.open(sealed_place(row.id), bytes(row.terms)))
    return Terms(**kept | {name: tuple(kept[name]) for name in ("actions", "categories")})


def _scope(terms: Terms, now: datetime) -> Scope:
    rules = load_rules()
    if terms.birth_date is not None:
        return rules.parents(date.fromisoformat(terms.birth_date), now.date())
    return rules.scope(list(terms.actions), list(terms.categories))


def _holds(row: Row[Any], now: datetime) -> bool:
    return row.ended_at is None and row.accepted_at is not None and now < moment(row.expires_at)


def _tell(connection: Connection, grant: Grant, person: str, now: datetime) -> None:
    """The person concerned has it in their log too."""
    log_key = connection.execute(select(_PERSON.c.log_key).where(_PERSON.c.id == person)).scalar_one()
    draft = audit.Draft(
        stamp(now), Tag.DELEGATION_CHANGE, Outcome.DONE, grant.actor, "delegate", "own_rights", "gdpr_6_1_c", person
    )
    audit.append(connection, [(draft, bytes(log_key))])


def _one(delegation: str) -> Any:
    return select(_DELEGATION).where(_DELEGATION.c.id == delegation)


def name_of(text: str) -> str:
    """Raises UsageError (`delegation`)."""
    plain = " ".join(text.split())
    if not 1 <= len(plain) <= 80:
        raise UsageError("a name has 1 to 80 characters", code="delegation", where="/name")
    return plain


def sealed_place(delegation: str) -> str:
    """Where the terms of a delegation stand, for the seal."""
    return f"account_delegation.terms#{delegation}"


def _hash(code: str) -> str:
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(f"delegation\0{plain}".encode("utf-8", "surrogateescape")).hexdigest()
