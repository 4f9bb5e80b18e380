"""What people allowed, by purpose, and by category or channel; every change is kept, the last one holds from the next
request on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, select

from app.store.tables import ConsentChange
from app.trust.grant import Grant
from app.trust.purposes import Consent

_CHANGE = ConsentChange.__table__  # type: ignore[attr-defined]
_LATER = _CHANGE.alias()
OF, PURPOSE = _CHANGE.c.person_id, _CHANGE.c.purpose
"""For queries that join what people allow."""
IN_FORCE = (_CHANGE.c.person_id, _CHANGE.c.purpose, _CHANGE.c.categories, _CHANGE.c.text_digest)
"""The columns that `allowed` reads."""


def is_last() -> ColumnElement[bool]:
    """The condition that a row of changes is the last one of its person and purpose."""
    last = select(func.max(_LATER.c.version)).where(
        _LATER.c.person_id == _CHANGE.c.person_id, _LATER.c.purpose == _CHANGE.c.purpose
    )
    condition: ColumnElement[bool] = _CHANGE.c.version == last.scalar_subquery()
    return condition


_CURRENT = select(*IN_FORCE).where(_CHANGE.c.person_id.in_(bindparam("people", expanding=True)), is_last())
Allowed = dict[str, frozenset[str]]
"""Purpose → categories (or channels) allowed now."""


@dataclass(frozen=True, slots=True)
class Change:
    """One decision: the categories allowed from `at` on (of a purpose that is allowed by channel: the channels);
    `text_digest` is that of the words then shown."""

    purpose: str
    version: int
    categories: tuple[str, ...]
    text_digest: str
    language: str
    at: str


def current(connection: Connection, people: Iterable[str], texts: Mapping[str, Consent]) -> dict[str, Allowed]:
    """What each person allows now."""
    wanted = sorted(set(people))
    return allowed(connection.execute(_CURRENT, {"people": wanted}), texts) if wanted else {}


def allowed(rows: Iterable[Row[*tuple[Any, ...]]], texts: Mapping[str, Consent]) -> dict[str, Allowed]:
    """Person → what they allow, of rows with the columns `IN_FORCE`. A consent given on a text that no longer holds
    counts for nothing."""
    valid = {purpose: text.valid_digests for purpose, text in texts.items()}
    found: dict[str, Allowed] = {}
    for row in rows:
        if row.text_digest in valid.get(row.purpose, ()):
            found.setdefault(row.person_id, {})[row.purpose] = _set(row.categories)
    return found


def people_who_allow(
    connection: Connection, purpose: str, texts: Mapping[str, Consent], after: str, most: int
) -> list[str]:
    """Up to `most` people after this one, in order of their ids, whose last word on a purpose allows something."""
    rows = connection.execute(
        select(_CHANGE.c.person_id).where(*allows(purpose, texts), _CHANGE.c.person_id > after)
        .order_by(_CHANGE.c.person_id).limit(most)
    )  # fmt: skip
    return [row.person_id for row in rows]


def allows(purpose: str, texts: Mapping[str, Consent]) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a row of changes is a person's last word on a purpose, and allows something."""
    valid = sorted(texts[purpose].valid_digests)
    return (_CHANGE.c.purpose == purpose, is_last(), _CHANGE.c.categories != "", _CHANGE.c.text_digest.in_(valid))


def history(grant: Grant) -> list[Change]:
    """Every change of the grant's subject, oldest first."""
    connection = grant.connection("read", "consents")
    return _history(connection, grant.subject)


def past(grant: Grant) -> list[Change]:
    """`history`, within a change."""
    return _history(grant.connection("write", "consents"), grant.subject)


def change(
    grant: Grant, purpose: str, categories: Iterable[str], text_digest: str, language: str, at: str
) -> Change:
    """Write a decision of the grant's subject; an unchanged decision is not written twice."""
    connection = grant.connection("write", "consents", "sample")
    last = [item for item in _history(connection, grant.subject) if item.purpose == purpose]
    new = Change(purpose, len(last) + 1, tuple(sorted(set(categories))), text_digest, language, at)
    if last and (last[-1].categories, last[-1].text_digest) == (new.categories, new.text_digest):
        return last[-1]
    row = asdict(new) | {"categories": ",".join(new.categories)}
    connection.execute(insert(_CHANGE).values(person_id=grant.subject, by=grant.actor, **row))
    return new


def stop_channel(grant: Grant, channel: str, at: str) -> bool:
    """The grant's subject is reminded by this channel no more: they said so from a message, where nobody signs in.
    Takes away, never adds. False when they did not allow it any more."""
    connection = grant.connection("write", "messages")
    if channel not in grant.channels:
        return False
    last = [item for item in _history(connection, grant.subject) if item.purpose == "reminders"][-1]
    row = asdict(last) | {
        "version": last.version + 1, "categories": ",".join(one for one in last.categories if one != channel), "at": at,
    }
    connection.execute(insert(_CHANGE).values(person_id=grant.subject, by=grant.actor, **row))
    return True


def _history(connection: Connection, person: str) -> list[Change]:
    rows = connection.execute(
        select(_CHANGE).where(_CHANGE.c.person_id == person).order_by(_CHANGE.c.at, _CHANGE.c.version)
    )
    return [
        Change(row.purpose, row.version, _split(row.categories), row.text_digest, row.language, row.at)
        for row in rows
    ]


@lru_cache(maxsize=1024)
def _set(text: str) -> frozenset[str]:
    """Most people allow one of few sets: a list of thousands is read without splitting thousands of texts."""
    return frozenset(_split(text))


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)
