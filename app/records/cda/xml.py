"""Reading CDA XML safely, and finding one's way in it.

DTD, entities and network are off, libxml2's bounds are on (`huge_tree` off). Comments and processing
instructions are dropped, so that every child is an element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from app.errors import RecordError
from app.records.limits import MAX_XML_DEPTH, check_size

V3 = "{urn:hl7-org:v3}"
SDTC = "{urn:hl7-org:sdtc}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
Element = etree._Element

_SPACES = re.compile(r"\s+")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_TRUNCATED = (
    etree.ErrorTypes.ERR_DOCUMENT_END,
    etree.ErrorTypes.ERR_DOCUMENT_EMPTY,
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED,
    etree.ErrorTypes.ERR_GT_REQUIRED,
    etree.ErrorTypes.ERR_LTSLASH_REQUIRED,
    etree.ErrorTypes.ERR_COMMENT_NOT_FINISHED,
    etree.ErrorTypes.ERR_ATTRIBUTE_NOT_FINISHED,
    etree.ErrorTypes.ERR_CDATA_NOT_FINISHED,
)


def parse(data: bytes, file: str) -> Element:
    """The root of an XML file.

    Raises RecordError: `empty`, `too_large`, `encoding`, `forbidden_xml`, `too_deep`, `truncated`,
    `unknown_format`.
    """
    check_size(data, file)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise RecordError("le XML déclare une DTD ou des entités", code="forbidden_xml", where=file)
    _check_encoding(data, file)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _told(error, data, file) from None
    except (ValueError, LookupError):
        raise RecordError("le XML déclare un encodage illisible", code="encoding", where=file) from None
    if getattr(root.getroottree().docinfo, "doctype", None):
        raise RecordError("le XML déclare une DTD ou des entités", code="forbidden_xml", where=file)
    return root


def _check_encoding(data: bytes, file: str) -> None:
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf").lstrip())
    encoding = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    if encoding not in {"utf-8", "utf8", "us-ascii", "ascii"} or data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return  # libxml2 decodes it, and says so when it cannot
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(
            f"l'octet {error.start} n'est pas de l'UTF-8 : enregistrez le fichier en UTF-8",
            code="encoding",
            where=file,
        ) from None


def _told(error: etree.XMLSyntaxError, data: bytes, file: str) -> RecordError:
    """libxml2's words are never repeated: they may quote the content."""
    text, where = str(error).lower(), f"{file}:{error.lineno or 1}"
    if "excessive depth" in text:
        return RecordError(f"XML imbriqué sur plus de {MAX_XML_DEPTH} niveaux", code="too_deep", where=where)
    if "huge" in text or "too long" in text or "internal error" in text:
        return RecordError("un élément du XML est trop long (10 Mo au plus)", code="too_large", where=where)
    if "entity" in text and "not defined" not in text:
        return RecordError("le XML utilise des entités interdites", code="forbidden_xml", where=where)
    if "encod" in text or "invalid bytes" in text:
        return RecordError("le texte n'est pas dans l'encodage déclaré", code="encoding", where=where)
    last_line = data.count(b"\n") + 1
    if getattr(error, "code", None) in _TRUNCATED or (
        (error.lineno or 0) >= last_line and not data.rstrip().endswith(b">")
    ):
        return RecordError(
            "le XML s'arrête avant la fin : récupérez le fichier à nouveau", code="truncated", where=where
        )
    return RecordError("le XML est mal formé", code="unknown_format", where=where)


def name(element: Element) -> str:
    """Local name of an element, whatever its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element, path: str) -> Element | None:
    """The first descendant along a `/` path of HL7 v3 names."""
    return element.find("/".join(V3 + step for step in path.split("/")))


def children(element: Element, path: str) -> list[Element]:
    return element.findall("/".join(V3 + step for step in path.split("/")))


def attribute(element: Element | None, name: str) -> str | None:
    """A trimmed attribute, None when it is absent or empty."""
    value = None if element is None else element.get(name)
    return value.strip() or None if value else None


def words(element: Element | None, limit: int = 500) -> str | None:
    """All text below an element on one line, cut at `limit` characters."""
    if element is None:
        return None
    parts: list[str] = []
    length = 0
    for part in element.itertext():
        parts.append(str(part))
        length += len(part)
        if length > 4 * limit:
            break
    text = _SPACES.sub(" ", " ".join(parts)).strip()
    return (text if len(text) <= limit else text[: limit - 1] + "…") or None


def template_ids(element: Element) -> set[str]:
    """OIDs of the templates that an element claims."""
    return {root for t in element.iterchildren(V3 + "templateId") if (root := attribute(t, "root"))}


def statements(element: Element) -> Iterator[Element]:
    """Clinical statements directly inside an entry, entryRelationship or component."""
    for item in element.iterchildren():
        if name(item) in STATEMENTS:
            yield item


STATEMENTS = frozenset(
    {
        "observation",
        "act",
        "organizer",
        "procedure",
        "substanceAdministration",
        "supply",
        "encounter",
        "observationMedia",
    }
)


class Narrative:
    """The words that entries point to (`reference/@value` = `#id`): to be shown, never to be coded."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._by_id: dict[str, Element] | None = None

    def resolve(self, reference: str | None) -> str | None:
        if not reference:
            return None
        if self._by_id is None:
            self._by_id = {}
            for text in self._root.iter(V3 + "text"):
                for item in text.iter():
                    if identifier := item.get("ID"):
                        self._by_id.setdefault(identifier.strip(), item)
        return words(self._by_id.get(reference.strip().lstrip("#")))

    def of(self, element: Element | None) -> str | None:
        """The text of an `originalText` or `text` element: its own words, else those it points to."""
        if element is None:
            return None
        pointed = child(element, "reference")
        return words(element) or self.resolve(attribute(pointed, "value"))
