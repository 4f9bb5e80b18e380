"""Cards given to the software of professionals, and what became of them. About guidelines: no patient is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, func, insert, select, update

from app.store.tables import DecisionCard
from app.trust.audit import Draft
from app.trust.vocabulary import Outcome, Tag

_CARD = DecisionCard.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Given:
    id: str
    guideline: str
    version: str
    status: str


@dataclass(frozen=True, slots=True)
class Decided:
    """`reason` is one of the closed list, or None."""

    id: str
    outcome: str
    reason: str | None


def entry(tag: Tag, at: str, software: str, service: str) -> Draft:
    """A line of the log: which software asked, through which service; about nobody in particular."""
    return Draft(
        at=at, tag=tag, outcome=Outcome.DONE, actor=f"software:{software}", role="professional",
        purpose="decision_support", basis="gdpr_6_1_e_9_2_h", subject=None, detail=service,
    )  # fmt: skip


def keep(connection: Connection, cards: Sequence[Given], software: str, service: str, at: str) -> None:
    if cards:
        rows = [asdict(card) | {"software": software, "service": service, "at": at} for card in cards]
        connection.execute(insert(_CARD), rows)


def decide(connection: Connection, software: str, service: str, decided: Sequence[Decided], at: str) -> int:
    """How many of these cards are this client's own; what others say of them is not kept."""
    known = 0
    for one in decided:
        known += connection.execute(
            update(_CARD)
            .where(_CARD.c.id == one.id, _CARD.c.software == software, _CARD.c.service == service)
            .values(outcome=one.outcome, reason=one.reason, decided_at=at)
        ).rowcount
    return known


def figures(connection: Connection) -> dict[tuple[str, str], dict[str, int]]:
    """(guideline, version) → cards by what became of them (`accepted`, `overridden`, empty: no answer), and those set
    aside by reason (`overridden:code`). About cards: no patient is in them."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    query = select(_CARD.c.guideline, _CARD.c.version, _CARD.c.outcome, _CARD.c.reason, func.count().label("cards"))
    for row in connection.execute(query.group_by(_CARD.c.guideline, _CARD.c.version, _CARD.c.outcome, _CARD.c.reason)):
        counts = found.setdefault((row.guideline, row.version), {})
        outcome = row.outcome or ""
        counts[outcome] = counts.get(outcome, 0) + row.cards
        if outcome == "overridden" and row.reason:
            counts[f"overridden:{row.reason}"] = counts.get(f"overridden:{row.reason}", 0) + row.cards
    return found
