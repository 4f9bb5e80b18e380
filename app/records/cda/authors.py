"""Who says so: professional, citizen, or an automatic feed.

Source: CI-SIS document core (authors, devices `DISPOSITIF` and `ALIM_AM`).
"""

from __future__ import annotations

from app.records.cda.xml import V3, Element, attribute, child, children
from app.records.codes import short_name
from app.records.model import INS_DOMAINS, Author

_INS_ROOTS = {domain.removeprefix("urn:oid:") for domain in INS_DOMAINS}
_FEED_CODES = {"DISPOSITIF", "ALIM_AM"}


def author_kind(author: Element) -> Author | None:
    """The kind of one `author` element; None when it names nobody."""
    assigned = child(author, "assignedAuthor")
    if assigned is None:
        return None
    code = child(assigned, "code")
    if {attribute(code, "code"), attribute(child(author, "functionCode"), "code")} & _FEED_CODES:
        return "system"
    if child(assigned, "assignedAuthoringDevice") is not None and child(assigned, "assignedPerson") is None:
        return "system"
    if any(attribute(i, "root") in _INS_ROOTS for i in assigned.iterchildren(V3 + "id")):
        return "citizen"
    if short_name(attribute(code, "codeSystem") or "") == "role":
        return "citizen"  # the person, a parent or a relative wrote it
    return "professional"


def document_author(root: Element) -> tuple[Author, str | None]:
    """The kind of the document's author and their profession in words (never their name).

    A professional who signs a document made by a device remains its author.
    """
    authors = children(root, "author")
    kinds = [(kind, element) for element in authors if (kind := author_kind(element))]
    for wanted in ("professional", "citizen", "system"):
        for kind, element in kinds:
            if kind == wanted:
                return kind, attribute(child(element, "assignedAuthor/code"), "displayName")
    return "professional", None


def own_author(statement: Element, inherited: Author) -> Author:
    """A section or statement may name its own author; what a feed repeats stays the feed's word."""
    if inherited == "system":
        return inherited
    for element in statement.iterchildren(V3 + "author"):
        if (kind := author_kind(element)) in {"citizen", "professional"}:
            return kind
    return inherited
