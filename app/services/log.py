"""The log's tree while the service runs: integrated within the maximum merge delay, shown to anyone, proven to each
citizen for the entries about them."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from typing import Any

from app.errors import UsageError
from app.services import asks
from app.services.services import Services
from app.trust.door import SignedIn
from app.trust.log import bundle, checkpoints
from app.trust.vocabulary import Tag

log = logging.getLogger(__name__)
LARGEST_PAGE = 200
_READ = asks.right(Tag.ACCESS_LOG_READ, "read", "access_log")


async def keep_integrating(services: Services) -> None:
    """Until cancelled: what was committed is in a signed tree after `log_merge` at most. A failure is told to the
    operators (never what it was about), and tried again."""
    pause = services.settings.log_merge.total_seconds() / 2
    while True:
        try:
            while await asyncio.to_thread(services.integrate_log):
                pass
        except Exception as error:  # the database may be away: the next round finds it back
            log.error("the log's tree could not be brought up to date: %s", type(error).__name__)
        await asyncio.sleep(pause)


async def state(services: Services) -> dict[str, Any]:
    """The latest checkpoint, and what it takes to check it."""
    note = await services.door.look_up(checkpoints.latest)
    return {
        "origin": services.log_key.name,
        "verifier_key": str(services.log_key.verifier),
        "maximum_merge_delay_seconds": int(services.settings.log_merge.total_seconds()),
        "checkpoint": note,
    }


async def history(services: Services, after: int, limit: int) -> dict[str, Any]:
    """Every checkpoint ever signed, oldest first, so that a witness can tell whether history was rewritten."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise UsageError(f"a page has 1 to {LARGEST_PAGE} checkpoints", code="page", where="limit")
    found = await services.door.look_up(lambda connection: checkpoints.page(connection, after=after, limit=limit + 1))
    shown = found[:limit]
    return {
        "checkpoints": [{"size": size, "note": note} for size, note in shown],
        "next": shown[-1][0] if len(found) > limit else None,
    }


async def consistency(services: Services, old: int, new: int) -> dict[str, Any]:
    """The proof (RFC 6962 §2.1.2) that the first `old` entries are unchanged among `new`."""
    proof = await services.door.look_up(lambda connection: checkpoints.consistency(connection, old, new))
    if proof is None:
        raise UsageError("the log has no such two sizes", code="log_size", where="from")
    return {"from": old, "to": new, "proof": [base64.b64encode(one).decode() for one in proof]}


async def take_home(services: Services, who: SignedIn, since: int | None) -> dict[str, Any]:
    """The bundle of the signed-in person, to be checked offline (`jalon audit verify`)."""
    key = services.log_key.verifier
    return await services.door.enter(who, _READ, lambda grant: bundle.make(grant, key, since))


async def check(services: Services, who: SignedIn) -> dict[str, Any]:
    """The person's bundle, checked as they could offline: how many entries are `proven` and `pending`, and the
    `findings` (sentences about the log; none when it holds)."""
    made = await take_home(services, who, None)
    sent = json.loads(bundle.canonical(made))  # as it would be read from the file
    found = await asyncio.to_thread(lambda: list(bundle.findings(sent, services.log_key.verifier)))
    return {"proven": len(made["entries"]), "pending": len(made["pending"]), "findings": found}
