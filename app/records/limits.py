"""Bounds of a record: sizes, depths and archives, so that a hostile file costs no more than an honest one.

Sources: largest published CI-SIS example 1.5 MB; libxml2's own bounds (depth 256, 10 MB a text) stay on.
"""

from __future__ import annotations

import re

from app.errors import RecordError

MAX_RECORD_BYTES = 50 * 1024 * 1024
"""All files of a record together, once expanded."""
MAX_FILES = 2_000
"""Files of a folder or members of an archive."""
MAX_ZIP_RATIO = 200
"""Expanded ÷ compressed; XML of the examples reaches 30."""
RATIO_FREE_BYTES = 1024 * 1024
"""Below this expanded size the ratio is not looked at (a small repetitive file may compress very well)."""
MAX_JSON_DEPTH = 64
"""FHIR R4 content seldom nests deeper than 20 (nested questionnaire items, contained resources)."""
MAX_XML_DEPTH = 256
"""libxml2's bound without `huge_tree`."""

_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")


def check_size(data: bytes, name: str) -> None:
    """Raises RecordError `empty` or `too_large`."""
    if not data.strip(b"\0 \t\r\n"):
        raise RecordError("fichier vide", code="empty", where=name)
    if len(data) > MAX_RECORD_BYTES:
        raise RecordError(
            f"dossier de plus de {MAX_RECORD_BYTES // 1024 // 1024} Mo : envoyez moins de fichiers à la fois",
            code="too_large",
            where=name,
        )


def check_json_depth(data: bytes, name: str) -> None:
    """Raises RecordError `too_deep` when brackets nest deeper than MAX_JSON_DEPTH, before any parsing."""
    if data.count(b"{") + data.count(b"[") <= MAX_JSON_DEPTH:
        return
    depth = 0
    for bracket in _BRACKETS.findall(_JSON_STRING.sub(b"", data)):
        if bracket in b"[{":
            depth += 1
            if depth > MAX_JSON_DEPTH:
                raise RecordError(
                    f"JSON imbriqué sur plus de {MAX_JSON_DEPTH} niveaux", code="too_deep", where=name
                )
        else:
            depth -= 1
