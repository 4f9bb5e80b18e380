"""What the answer just given changed in the plan."""

from __future__ import annotations

from app.services.changes import Change, around_answer, changes
from app.services.services import Services
from app.trust.door import SignedIn


async def changed_by(services: Services, who: SignedIn, answered: int | None, lang: str) -> list[Change]:
    """What the answer of this number changed; nothing when none was just given."""
    return [] if answered is None else changes(*await around_answer(services, who, answered, lang=lang))
