"""Files inside a structured document: listed as present and not readable, never opened."""

from __future__ import annotations

from app.dates import PartialDate
from app.records.cda.context import Context, unreadable
from app.records.cda.datatypes import effective_time
from app.records.cda.sections import OWN_COPY
from app.records.cda.xml import V3, XSI_TYPE, Element, attribute, child
from app.records.model import Document, Source


def read_attachment(organizer: Element, context: Context, path: str) -> None:
    """An attached file as a Document; the document's own PDF copy is not another document."""
    media = next(organizer.iter(V3 + "observationMedia"), None)
    if media is None or context.section.marks & OWN_COPY:
        return
    kind = next(organizer.iter(V3 + "observation"), None)
    value = child(kind, "value") if kind is not None else None
    when: PartialDate | None = effective_time(kind).best if kind is not None else None
    title = attribute(value, "displayName") or context.narrative.of(
        child(value, "originalText") if value is not None else None
    )
    if value is not None and attribute(value, XSI_TYPE) in {"ST", "ED"}:
        title = context.narrative.of(value)
    media_type = attribute(child(media, "value"), "mediaType") or "type inconnu"
    reason = f"Pièce jointe ({media_type}) : présente, non structurée."
    source = Source(context.header.file, context.out.unique(path))
    unreadable(source, context, title, reason)
    context.out.documents.append(
        Document(
            file=context.header.file,
            kind=attribute(value, "displayName") or "pièce jointe",
            title=title or context.section.title,
            date=when or context.header.date,
            author=context.header.author_role,
            readable=False,
            reason=reason,
            source=source,
        )
    )
