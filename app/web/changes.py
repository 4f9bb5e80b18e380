"""What the answer just given changed in the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.services.changes import Change, around_answer, changes
from app.services.services import Services
from app.trust.door import SignedIn


async def changed_by(services: Services, who: SignedIn, answered: int | None, lang: str) -> list[Change]:
    """What the answer of this number changed; nothing when none was just given."""
    return [] if answered is None else changes(*await around_answer(services, who, answered, lang=lang))


def helps(changed: Sequence[Change]) -> list[Mapping[str, str]]:
    """Whom to call, after an answer that calls for it: each number once, those of what is urgent first."""
    found: dict[str, Mapping[str, str]] = {}
    for change in sorted(changed, key=lambda one: not one.urgent):
        for line in change.help_lines:
            found.setdefault(line["number"], line)
    return list(found.values())
