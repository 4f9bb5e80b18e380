"""What readings found, about guidelines and nobody: results, and issues on a version with their history."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from app.errors import UsageError
from app.store.quality_tables import GuaranteeDraw, GuaranteeIssue, GuaranteeResult, GuaranteeStep
from app.trust.grant import Grant

_DRAW = GuaranteeDraw.__table__  # type: ignore[attr-defined]
_RESULT = GuaranteeResult.__table__  # type: ignore[attr-defined]
_ISSUE = GuaranteeIssue.__table__  # type: ignore[attr-defined]
_STEP = GuaranteeStep.__table__  # type: ignore[attr-defined]
NO_ISSUE = frozenset({"right", "unclear"})
"""Verdicts that find nothing wrong with a guideline."""
STATES = ("open", "analysed", "corrected", "kept")
"""`kept`: the guideline stays as it is, for the reason that is written."""
OVER = frozenset({"corrected", "kept"})


@dataclass(frozen=True, slots=True)
class Closed:
    """The verdict that holds, and the issue that it opened or confirmed, if any."""

    final: str
    issue: str | None


@dataclass(frozen=True, slots=True)
class Result:
    month: str
    guideline: str
    version: str
    first: str
    second: str
    final: str
    discussed: bool


def close(
    connection: Connection, month: str, shown: Mapping[str, Any], verdicts: tuple[str, str], final: str, words: str,
    names: str, day: str, *, discussed: bool,
) -> Closed:  # fmt: skip
    """Keep the result of a case; a finding opens an issue on the guideline's version, or adds to an open one."""
    guideline, version = str(shown["guideline"]), str(shown["version"])
    connection.execute(
        insert(_RESULT).values(
            id=secrets.token_hex(16), month=month, guideline=guideline, version=version, stratum=shown["stratum"],
            first=verdicts[0], second=verdicts[1], final=final, discussed=int(discussed),
        )
    )  # fmt: skip
    if final in NO_ISSUE:
        return Closed(final, None)
    known = connection.execute(
        select(_ISSUE.c.id).where(
            _ISSUE.c.guideline == guideline, _ISSUE.c.version == version, _ISSUE.c.kind == final,
            _ISSUE.c.state.not_in(sorted(OVER)),
        )
    ).scalars().first()  # fmt: skip
    number = known or secrets.token_hex(8)
    if known is None:
        connection.execute(
            insert(_ISSUE).values(
                id=number, guideline=guideline, version=version, kind=final, state="open", at=day
            )
        )
    state = str(connection.execute(select(_ISSUE.c.state).where(_ISSUE.c.id == number)).scalar_one())
    _add(connection, number, state, words, names, day)
    return Closed(final, number)


def advance(grant: Grant, issue: str, state: str, words: str, name: str, day: str) -> bool:
    """One more step of an issue; False when there is none such. Raises UsageError (`issue_over`)."""
    connection = grant.connection("write", "board")
    known = connection.execute(select(_ISSUE.c.state).where(_ISSUE.c.id == issue).with_for_update()).scalar()
    if known is None:
        return False
    if known in OVER:
        raise UsageError("this finding was closed: a new reading opens a new one", code="issue_over")
    connection.execute(update(_ISSUE).where(_ISSUE.c.id == issue).values(state=state))
    _add(connection, issue, state, words, name, day)
    return True


def issues(connection: Connection) -> list[dict[str, Any]]:
    """Every issue with its steps, the latest first."""
    steps: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(select(_STEP).order_by(_STEP.c.issue, _STEP.c.number)):
        steps.setdefault(row.issue, []).append({"on": row.at, "state": row.state, "words": row.words, "by": row.by})
    rows = connection.execute(select(_ISSUE).order_by(_ISSUE.c.at.desc(), _ISSUE.c.id))
    return [
        {"id": row.id, "guideline": row.guideline, "version": row.version, "kind": row.kind, "state": row.state,
         "since": row.at, "steps": steps.get(row.id, [])}
        for row in rows
    ]  # fmt: skip


def results(connection: Connection) -> list[Result]:
    rows = connection.execute(select(_RESULT).order_by(_RESULT.c.month, _RESULT.c.id))
    return [
        Result(row.month, row.guideline, row.version, row.first, row.second, row.final, bool(row.discussed))
        for row in rows
    ]


def draws(connection: Connection) -> list[dict[str, Any]]:
    """Every draw, the latest first; `strata` is JSON text."""
    return [dict(row._mapping) for row in connection.execute(select(_DRAW).order_by(_DRAW.c.month.desc()))]


def keep_draw(connection: Connection, draw: Mapping[str, Any]) -> None:
    connection.execute(insert(_DRAW).values(**draw))


def _add(connection: Connection, issue: str, state: str, words: str, by: str, day: str) -> None:
    last = connection.execute(select(func.max(_STEP.c.number)).where(_STEP.c.issue == issue)).scalar()
    connection.execute(
        insert(_STEP).values(issue=issue, number=(last or 0) + 1, state=state, words=words, by=by, at=day)
    )
