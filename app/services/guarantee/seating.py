"""Giving and ending seats on the board, each in the log."""

from __future__ import annotations

from app.services.guarantee.people import PURPOSE
from app.services.services import Services
from app.store.tables import stamp
from app.trust.audit import Draft
from app.trust.guarantee import seats
from app.trust.vocabulary import Outcome, Tag


def change(services: Services, number: str, *, sits: bool) -> bool:
    """Does anything change? Raises UsageError (`seat`, `practice_number`)."""
    at = stamp(services.now())
    work = seats.seat if sits else seats.leave
    basis = next(one.legal_basis for one in services.door.purposes.purposes if one.id == PURPOSE)
    draft = Draft(at, Tag.BOARD_SEAT, Outcome.DONE, "system", "system", PURPOSE, basis, None)
    return services.door.told_now(draft, lambda connection: work(connection, number, at))
