"""What monitoring keeps: one row a month, aggregates only; and what became of cards given to software. About nobody."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app.store.quality_tables import GuaranteeMonth
from app.store.tables import DecisionCard

_MONTH = GuaranteeMonth.__table__  # type: ignore[attr-defined]
_CARD = DecisionCard.__table__  # type: ignore[attr-defined]


def keep(connection: Connection, month: str, content: dict[str, Any], at: str) -> None:
    """A month that is computed again replaces itself."""
    connection.execute(delete(_MONTH).where(_MONTH.c.month == month))
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    connection.execute(insert(_MONTH).values(month=month, content=text, at=at))


def kept(connection: Connection) -> dict[str, dict[str, Any]]:
    """Month → what was computed of it, oldest first."""
    rows = connection.execute(select(_MONTH).order_by(_MONTH.c.month))
    return {row.month: {**json.loads(row.content), "at": row.at} for row in rows}


def cards(connection: Connection, month: str) -> list[tuple[str, str, str]]:
    """Guideline, version, and what became of each card given in the month (`unanswered`: nobody said)."""
    query = select(_CARD.c.guideline, _CARD.c.version, _CARD.c.outcome, _CARD.c.reason)
    rows = connection.execute(query.where(_CARD.c.at >= month, _CARD.c.at < f"{month}~"))
    return [
        (row.guideline, row.version, (f"{row.outcome}:{row.reason}" if row.reason else row.outcome) or "unanswered")
        for row in rows
    ]
