"""FINESS+ (`finess-structures-journalier-AAAAMMJJ.json.gz`), published by the Agence du numérique en santé since 2026.

One object: `generatedAt`, then `pmej` (persons in law), each with its `ege` (establishments). Of an establishment's
addresses, `usageAdresse` 03 is where people go. Of its two pairs of coordinates one is in degrees, and which one
varies: it is known by its values. An interoperability key without `_` is that of a commune. The layout was read in the
publisher's schema and example of March 2026, and in a public program that loads the daily file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ijson

from app.directory.files import Bounded, DirectoryError, phone, tidy
from app.directory.rows import Found, Point, Sifting, in_france, street
from app.store.directory import Place


class _Rejoined:
    """A stream with its beginning put back."""

    def __init__(self, start: bytes, stream: Bounded) -> None:
        self._start, self._stream = start, stream

    def read(self, size: int = -1) -> bytes:
        if size == 0:
            return b""
        if self._start:
            start, self._start = self._start, b""
            return start
        return self._stream.read(size)


def structures(start: bytes, stream: Bounded, dated: str | None, sifting: Sifting) -> Found:
    return Found("finess", dated, _establishments(_Rejoined(start, stream), sifting))


def _establishments(stream: _Rejoined, sifting: Sifting) -> Iterator[Place]:
    try:
        for person in ijson.items(stream, "pmej.item"):
            for each in (person.get("ege") if isinstance(person, dict) else None) or []:
                if isinstance(each, dict) and (made := _place(each, sifting)):
                    yield made
    except ijson.JSONError:
        raise DirectoryError("the file is not whole JSON: fetch it again") from None


def _place(each: dict[str, Any], sifting: Sifting) -> Place | None:
    about = _object(each.get("informationsGeneralesEGE"))
    if each.get("etatObjet") != "A" or about.get("dateFermeture"):
        sifting.left_out["closed"] += 1
        return None
    code = f"finess:{each.get('categorieentiteGeographiqueExercice')}"
    if not sifting.wants(code):
        sifting.left_out["other_category"] += 1
        return None
    addresses = [_object(one) for one in each.get("adresse") or []]
    address = next((one for one in addresses if one.get("usageAdresse") == "03"), None)
    if address is None:
        sifting.left_out["no_address"] += 1
        return None
    position = _object(address.get("coordonneesGeographique"))
    key = _text(position.get("cleInInteropBAN"))
    postcode = _text(address.get("codePostal"))
    where = sifting.placed(
        _degrees(position), not key or "_" in key, _text(address.get("cogCommune")), postcode
    )
    if where is None:
        return None
    parts = (_text(address.get(name)) for name in ("numeroVoie", "indiceRepetition", "typeVoie", "libelleVoie"))
    contacts = (_object(_object(one).get("telecom")).get("telephone") for one in each.get("contact") or [])
    return Place(
        code, _text(about.get("nomEgeLong")) or _text(about.get("nomEgeCourt")),
        street(*parts) or _text(address.get("lieuDit")), postcode, _text(address.get("ligneAcheminement")), *where,
        phone=next((number for one in contacts if (number := phone(_text(one)))), None),
        number=_text(about.get("numFinessEge")) or None,
    )  # fmt: skip


def _degrees(position: dict[str, Any]) -> Point | None:
    """Whichever pair is in degrees, in France; the other one is in metres."""
    pairs = (
        ("directionLatitude", "directionLongitude"), ("coordonneeY", "coordonneeX"), ("coordonneeX", "coordonneeY"),
    )  # fmt: skip
    for latitude, longitude in pairs:
        try:
            point = (float(_text(position.get(latitude))), float(_text(position.get(longitude))))
        except ValueError:
            continue
        if in_france(*point):
            return point
    return None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return tidy(value) if isinstance(value, str) else ""
