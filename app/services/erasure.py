"""Erasing oneself: one request, at once, with a signed receipt."""

from __future__ import annotations

from typing import Any

from app.services import asks
from app.services.services import Services
from app.store.tables import stamp
from app.trust import erasure
from app.trust.door import SignedIn
from app.trust.erasure import Erased
from app.trust.grant import Grant
from app.trust.log import receipt
from app.trust.vocabulary import Tag

_ERASE = asks.right(Tag.ACCOUNT_ERASE, "write", "account")


async def erase(services: Services, who: SignedIn) -> dict[str, Any]:
    """Destroy what is held about the signed-in person. The receipt names nobody: it says which entry of the log proves
    the erasure, and when."""

    def work(grant: Grant) -> tuple[str | None, Erased]:
        return grant.facts_digest, erasure.erase(grant, stamp(services.now()))

    digest, done = await services.door.enter(who, _ERASE, work)
    services.plans.forget(digest)
    services.places.forget(digest)
    content = {"at": done.at, "entry": done.number, "entries_emptied": done.entries}
    return content | receipt.as_file(services.log_key, receipt.sign(services.log_key, "erasure", content))
