"""Facts extracted with a former vocabulary are extracted again from the original files, when they are next
needed."""

from __future__ import annotations

import asyncio
import logging

from app.errors import JalonError
from app.facts.model import FactSheet
from app.services.asks import ALL
from app.services.reading import facts_of, read_all
from app.services.services import Services
from app.store.tables import stamp
from app.trust import health
from app.trust.door import Job
from app.trust.grant import Grant
from app.trust.health import Stored, Upload
from app.trust.rules import Asked
from app.trust.vocabulary import Tag

log = logging.getLogger(__name__)
_WRITE = Asked(Tag.FACTS_RENEW, "write", "facts", "upkeep", ALL)


def is_stale(services: Services, stored: Stored | None) -> bool:
    return stored is not None and stored.sheet is not None and stored.vocabulary != services.vocabulary.digest


async def renew(services: Services, stored: Stored) -> bool:
    """Extract again and store. False when it could not be done: the facts of before then still serve."""
    who = Job(stored.subject)
    try:
        uploads = await services.door.enter(who, _WRITE, health.read_uploads)
        if not uploads:
            return False
        sheet = await asyncio.to_thread(lambda: facts_of(read_all(uploads), services.today()))
        return await services.door.enter(who, _WRITE, lambda grant: _store(services, grant, uploads, sheet))
    except JalonError as error:
        log.warning("facts could not be extracted again: %s", error.code)
        return False


def _store(services: Services, grant: Grant, uploads: list[Upload], sheet: FactSheet) -> bool:
    if not health.holds(grant, uploads):
        return False  # a file came meanwhile: it was extracted with the current vocabulary
    health.write_facts(grant, sheet, services.vocabulary, stamp(services.now()))
    return True
