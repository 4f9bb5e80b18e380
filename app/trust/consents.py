"""What people allowed, by purpose and category; every change is kept, the last one holds from the next
request on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, func, insert, select

from app.store.tables import ConsentChange
from app.trust.grant import Grant
from app.trust.purposes import Consent

_CHANGE = ConsentChange.__table__  # type: ignore[attr-defined]
_OTHER = _CHANGE.alias()
_CURRENT = select(_CHANGE.c.person_id, _CHANGE.c.purpose, _CHANGE.c.categories, _CHANGE.c.text_digest).where(
    _CHANGE.c.person_id.in_(bindparam("people", expanding=True)),
    _CHANGE.c.version
    == select(func.max(_OTHER.c.version))
    .where(_OTHER.c.person_id == _CHANGE.c.person_id, _OTHER.c.purpose == _CHANGE.c.purpose)
    .scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One decision: the categories allowed from `at` on; `text_digest` is that of the words then shown."""

    purpose: str
    version: int
    categories: tuple[str, ...]
    text_digest: str
    language: str
    at: str


def current(
    connection: Connection, people: Iterable[str], consent: Consent
) -> dict[str, dict[str, frozenset[str]]]:
    """Person → purpose → categories allowed now. A consent given on a text that no longer holds counts for
    nothing."""
    wanted = sorted(set(people))
    if not wanted:
        return {}
    valid = consent.valid_digests()
    found: dict[str, dict[str, frozenset[str]]] = {}
    for row in connection.execute(_CURRENT, {"people": wanted}):
        if row.text_digest in valid:
            found.setdefault(row.person_id, {})[row.purpose] = frozenset(_split(row.categories))
    return found


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


def _history(connection: Connection, person: str) -> list[Change]:
    rows = connection.execute(
        select(_CHANGE).where(_CHANGE.c.person_id == person).order_by(_CHANGE.c.at, _CHANGE.c.version)
    )
    return [
        Change(row.purpose, row.version, _split(row.categories), row.text_digest, row.language, row.at)
        for row in rows
    ]


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)
