"""The entry of the record behind a fact, as it was sent: for a doctor who checks at the source.

Only the entry itself is shown: the rest of its file may be about what the patient does not share."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from lxml import etree

from app.errors import UsageError
from app.facts.model import Fact
from app.i18n import translator
from app.plans.sentences import Sentences
from app.services import asks
from app.services.practice import of
from app.services.services import Services
from app.services.sheets import Seen, see, sheet_on
from app.trust import health
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.health import Upload
from app.trust.vocabulary import Tag

_READ = asks.review(Tag.PATIENT_SOURCE_READ, "facts")
LARGEST = 20_000
"""Characters of an entry that are shown."""


async def entry(
    services: Services, professional: SignedIn, patient: str, fact: str, number: int, *, lang: str
) -> dict[str, Any]:
    """The `number`th value of a fact, with the entry that says it (`original`: JSON or XML; None when it stands in no
    file). Raises Refused, UsageError (`unknown_entry`, `language`)."""
    translator(lang)
    who = of(professional, patient)
    seen: Seen[Any] = await see(services, who, _READ)
    sheet = await asyncio.to_thread(sheet_on, services, seen, services.today())
    values = sheet.facts.get(fact, [])
    if not 0 <= number < len(values):
        raise UsageError("there is no such entry", code="unknown_entry")
    found: Fact = values[number]
    source = next(iter(found.sources), None)
    original = None
    if source is not None:

        def read(grant: Grant) -> Upload | None:
            return health.read_file(grant, source.file)

        file = await services.door.enter(who, _READ, read)
        original = await asyncio.to_thread(_entry_of, file.content, source.entry) if file else None
    document = next((one for one in sheet.documents if source is not None and one.file == source.file), None)
    say = Sentences(sheet, translator(lang), services.vocabulary, services.pack.titles)
    return {
        "fact": found.id, "text": say.words.fact(found), "file": source.file if source else "",
        "entry": source.entry if source else "", "original": original,
        "document": {"title": document.title, "kind": document.kind,
                     "date": str(document.date) if document.date else None} if document else None,
    }  # fmt: skip


def _entry_of(content: bytes, place: str) -> str | None:
    """The FHIR resource or CDA element of that place; None when it cannot be found again."""
    if content.lstrip()[:1] in (b"{", b"["):
        return _fhir(content, place)
    return _cda(content, place)


def _fhir(content: bytes, place: str) -> str | None:
    kind, _, name = place.partition("#")[0].partition("/")

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            if node.get("resourceType") == kind and str(node.get("id")) == name:
                return node
            node = list(node.values())
        if isinstance(node, list):
            return next((found for each in node if (found := walk(each)) is not None), None)
        return None

    found = walk(json.loads(content))
    return json.dumps(found, ensure_ascii=False, indent=1)[:LARGEST] if found is not None else None


def _cda(content: bytes, place: str) -> str | None:
    """Entries are named by the section's code and their own id (`app.records.cda`)."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(content, parser)
    name = place.rpartition("/")[2].partition("#")[0]
    for each in root.iter("{*}id") if name else ():
        around = each.getparent()
        if name in (each.get("root"), each.get("extension")) and around is not None:
            return str(etree.tostring(around, encoding="unicode", pretty_print=True))[:LARGEST]
    return None
