"""How long things are kept (content/retention.yaml), and letting go of what has had its time.

Each step is one transaction that also writes the log: rows deleted by a rule are counted in an entry about nobody, a
notice and an erasure are entries about the person concerned. Steps are small, so that the service goes on meanwhile;
run twice, or stopped half-way, it does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import model_validator
from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, select, tuple_
from sqlmodel import SQLModel

from app.content import PeriodText, Strict, content_dir, load_model
from app.dates import Period, add
from app.errors import ContentError
from app.store.tables import Person, stamp
from app.trust import audit
from app.trust.vocabulary import Outcome, Tag

STEP = 5_000
"""Rows of one transaction."""
_PERSON = Person.__table__  # type: ignore[attr-defined]
_NOTICE = Tag.ACCOUNT_NOTICE
PURPOSE, BASIS = "retention", "gdpr_5_1_e"


class Source(Strict):
    title: str
    publisher: str
    date: date
    url: str
    verified: bool = True


class Rule(Strict):
    """Rows of `table` whose `date` is older than `keep` are deleted."""

    table: str
    what: str
    date: str
    keep: PeriodText
    basis: str


class Inactive(Strict):
    """Accounts that nobody uses: noticed after `notice_after`, erased `erase_after` later."""

    what: str
    notice_after: PeriodText
    erase_after: PeriodText
    basis: str
    source: Source

    @model_validator(mode="after")
    def _ordered(self) -> Inactive:
        day = date(2000, 1, 1)
        if add(day, Period.parse(self.erase_after)) >= add(day, Period.parse(self.notice_after)):
            raise ValueError("`erase_after` must be shorter than `notice_after`")
        return self


class Retention(Strict):
    rules: list[Rule]
    inactive: Inactive
    kept: Mapping[str, str]
    """Table → why nothing of it is deleted by a rule."""

    @model_validator(mode="after")
    def _once(self) -> Retention:
        names = [rule.table for rule in self.rules] + list(self.kept)
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"{min(twice)} stands twice")
        return self


@lru_cache(maxsize=4)
def load_retention(folder: Path | None = None) -> Retention:
    """Raises ContentError with file, line and remedy, also for a table or a column that does not exist."""
    found = load_model((folder or content_dir()) / "retention.yaml", Retention)
    tables = SQLModel.metadata.tables
    for name in (*(rule.table for rule in found.rules), *found.kept):
        if name not in tables:
            raise ContentError(f"there is no table {name!r}", where="retention.yaml", remedy="take it out")
    for rule in found.rules:
        if rule.date not in tables[rule.table].columns:
            known = ", ".join(column.name for column in tables[rule.table].columns)
            problem = f"{rule.table} has no column {rule.date!r}"
            raise ContentError(problem, where="retention.yaml", remedy=f"one of {known}")
    return found


def before(now: datetime, period: PeriodText) -> str:
    """The stamp before which something is older than the period, counted on the calendar."""
    day = add(now.date(), Period.parse(period), sign=-1)
    return stamp(now + timedelta(days=(day - now.date()).days))


def outdated(connection: Connection, rule: Rule, now: datetime) -> int:
    """How many rows the rule would delete."""
    table = _table(rule)
    query = select(func.count()).select_from(table).where(_old(table, rule, now))
    return int(connection.execute(query).scalar_one())


def let_go(connection: Connection, rule: Rule, now: datetime) -> int:
    """Delete at most `STEP` rows that have had their time, and say so in the log; gives how many."""
    table = _table(rule)
    key = tuple_(*table.primary_key.columns)
    chosen = select(*table.primary_key.columns).where(_old(table, rule, now)).limit(STEP)
    gone = connection.execute(delete(table).where(key.in_(chosen))).rowcount
    if gone:
        detail = f"{rule.table} {rule.keep}: {gone}"
        audit.append(connection, [(_draft(Tag.RETENTION_RUN, now, detail), None)])
    return gone


def to_notice(connection: Connection, rule: Inactive, now: datetime) -> list[str]:
    """Accounts (at most `STEP`) that nobody used for `notice_after`, and whose owner was not told so since."""
    since = before(now, rule.notice_after)
    return list(connection.execute(_unused(since).where(~audit.noted(_PERSON.c.id, _NOTICE, since))).scalars())


def to_erase(connection: Connection, rule: Inactive, now: datetime) -> list[str]:
    """Accounts (at most `STEP`) whose owner was told `erase_after` ago, and gave no sign since."""
    since, told_before = before(now, rule.notice_after), before(now, rule.erase_after)
    told = audit.noted(_PERSON.c.id, _NOTICE, since, told_before)
    return list(connection.execute(_unused(since).where(told)).scalars())


def _unused(since: str) -> Select[str]:
    """Real people's accounts, not erased, without any act of their owner since."""
    return (
        select(_PERSON.c.id)
        .where(_PERSON.c.sample.is_(None), _PERSON.c.log_key != b"", _PERSON.c.created_at < since)
        .where(~audit.acted(_PERSON.c.id, since))
        .order_by(_PERSON.c.id)
        .limit(STEP)
    )


def _table(rule: Rule) -> Table:
    return SQLModel.metadata.tables[rule.table]


def _old(table: Table, rule: Rule, now: datetime) -> ColumnElement[bool]:
    return table.c[rule.date] < before(now, rule.keep)


def _draft(tag: Tag, now: datetime, detail: str) -> audit.Draft:
    return audit.Draft(stamp(now), tag, Outcome.DONE, "system", "system", PURPOSE, BASIS, None, detail=detail)
