"""What the copy holds, one document after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.errors import JalonError
from app.facts.model import FactSheet
from app.facts.storage import from_storage
from app.i18n import Translator
from app.records.model import Subject
from app.services.export.copied import Copied
from app.services.export.fhir import bundle_of
from app.services.export.page import page_of
from app.services.services import Services
from app.services.sheets import with_answers
from app.store.tables import stamp
from app.trust import held
from app.trust.log.bundle import canonical

FORMAT = "jalon-export/1"


def documents(services: Services, copied: Copied, t: Translator) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of everything but the files that were sent."""
    sheet = _sheet(services, copied)
    yield "lisez-moi.html", page_of(copied, sheet, services, t).encode()
    data = {"format": FORMAT, "made_at": stamp(copied.at), "person": copied.person, "tables": copied.rows}
    yield "donnees.json", _json(data | {"files": copied.files})
    yield "fhir.json", _json(bundle_of(copied, sheet, services.vocabulary))
    yield "journal.json", canonical(copied.log)


def _sheet(services: Services, copied: Copied) -> FactSheet:
    """The facts as they are kept, with the answers."""
    today = services.today()
    found = copied.rows[held.FACTS]
    try:
        sheet = from_storage(found[0]["sheet"]) if found and found[0]["sheet"] else None
    except JalonError:  # kept by another version: donnees.json and the files hold all of it
        sheet = None
    return with_answers(sheet or FactSheet(today, Subject(None, "unknown")), copied.answers, today, services)


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"
