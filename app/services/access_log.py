"""Who looked at what: the citizen's own view of the log. Reading it is logged too."""

from __future__ import annotations

from typing import Any

from app.errors import UsageError
from app.services import asks
from app.services.services import Services
from app.trust import audit, delegations, relations
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.vocabulary import Tag

_READ = asks.right(Tag.ACCESS_LOG_READ, "read", "access_log")
LARGEST_PAGE = 200


async def page(
    services: Services, who: SignedIn, *, before: int | None = None, limit: int = 50
) -> dict[str, Any]:
    """Entries about the signed-in person, newest first. `next` is the `before` of the following page, or
    None.

    `by` is `you`, `professional` or `delegate` (with their `name`), `team`, `agent`, or
    `jalon`; `through` is the version of
    the guidelines that were applied, if any; `commitment` is what the log's tree is made of.
    """
    if not 1 <= limit <= LARGEST_PAGE:
        raise UsageError(f"a page has 1 to {LARGEST_PAGE} entries", code="page", where="limit")
    if before is not None and before < 0:
        raise UsageError("not the number of an entry", code="page", where="before")

    def work(grant: Grant) -> tuple[str, list[audit.Entry], dict[str, str]]:
        found = audit.about(grant, before=before, limit=limit + 1)
        actors = [entry.actor for entry in found]
        doctors = {actor: one.get("name", "") for actor, one in relations.professionals(grant, actors).items()}
        return grant.subject, found, doctors | delegations.names(grant, actors)

    person, found, names = await services.door.enter(who, _READ, work)
    entries = found[:limit]
    return {
        "entries": [
            {
                "number": entry.seq,
                "at": entry.at,
                "tag": entry.tag,
                "outcome": entry.outcome,
                "by": by(entry.actor, entry.role, person),
                "name": names.get(entry.actor) or None,
                "role": entry.role,
                "purpose": entry.purpose,
                "legal_basis": entry.basis,
                "categories": list(entry.categories),
                "through": entry.detail or None,
                "commitment": entry.commitment,
            }
            for entry in entries
        ],
        "next": entries[-1].seq if len(found) > limit else None,
    }


def by(actor: str, role: str, person: str) -> str:
    """Who did it, as the person concerned is told: `you`, `professional`, `delegate`, `agent`, `team`, `nobody`
    (not recognised) or `jalon`."""
    if actor == person:
        return "you"
    return role if role in {"professional", "delegate", "agent", "team", "nobody"} else "jalon"
