"""FINESS as published until 2026: the geolocated extraction of establishments, with its two known faces.

- `etalab-cs1100507-stock-AAAAMMJJ-HHMM.csv`: no header; a first line `finess;etalab;…;AAAA-MM-JJ`; then one section of
  lines `structureet;…` (32 cells), and one of `geolocalisation;number;x;y;source;day`;
- `finess_etablissements.csv` (data.gouv.fr): the same columns in one table with a header.

Coordinates are metres in the system that the fifth part of `sourcecoordet` names. Layouts were read in public programs
that load these files, and in lines that they quote; no whole file was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.directory.files import DirectoryError, cells, phone
from app.directory.projections import to_degrees
from app.directory.rows import Found, Sifting, street
from app.store.directory import Place

STRUCTURE = (
    "section nofinesset nofinessej rs rslongue complrs compldistrib numvoie typvoie voie compvoie lieuditbp commune "
    "departement libdepartement ligneacheminement telephone telecopie categetab libcategetab"
).split()
_AT = {name: index for index, name in enumerate(STRUCTURE)}
_OVERSEAS = {**{f"9{letter}": "97" for letter in "ABCDEF"}, **{f"9{letter}": "98" for letter in "HJKL"}}
"""FINESS writes departments overseas in its own way: 9A is Guadeloupe, with communes `1xx`."""
DAY = re.compile(r"20\d{2}-\d{2}-\d{2}")


def sections(lines: Iterator[str], first: str, sifting: Sifting) -> Found:
    """The file of two sections. Positions come after the establishments: those that are wanted wait for theirs."""
    day = DAY.search(first)
    return Found("finess", day[0] if day else None, _sections(lines, sifting))


def _sections(lines: Iterator[str], sifting: Sifting) -> Iterator[Place]:
    waiting: dict[str, tuple[str, list[str]]] = {}
    for line in lines:
        if not line:
            continue
        row = cells(line, ";")
        if row and row[0] == "structureet":
            if len(row) < len(STRUCTURE):
                sifting.left_out["malformed"] += 1
            elif sifting.wants(code := f"finess:{row[_AT['categetab']]}"):
                waiting[row[1]] = (code, row)
            else:
                sifting.left_out["other_category"] += 1
        elif row and row[0] == "geolocalisation":
            if len(row) < 5:
                sifting.left_out["malformed"] += 1
            elif (known := waiting.pop(row[1], None)) and (made := _place(*known, row[2], row[3], row[4], sifting)):
                yield made
        else:
            sifting.left_out["malformed"] += 1
    for code, row in waiting.values():
        if made := _place(code, row, "", "", "", sifting):
            yield made


def table(lines: Iterator[str], header: str, sifting: Sifting) -> Found:
    """The file with a header."""
    names = cells(header, ";")
    needed = {*STRUCTURE[1:-1], "coordxet", "coordyet", "sourcecoordet"}
    if missing := sorted(needed - set(names)):
        raise DirectoryError(f"this edition of FINESS has no column {', '.join(missing)}")
    return Found("finess", None, _table(lines, names, sifting))


def _table(lines: Iterator[str], names: list[str], sifting: Sifting) -> Iterator[Place]:
    at = {name: index for index, name in enumerate(names)}
    order = [at.get(name, -1) for name in STRUCTURE]
    x, y, source = at["coordxet"], at["coordyet"], at["sourcecoordet"]
    for line in lines:
        if not line:
            continue
        row = cells(line, ";")
        if len(row) != len(names):
            sifting.left_out["malformed"] += 1
        elif not sifting.wants(code := f"finess:{row[at['categetab']]}"):
            sifting.left_out["other_category"] += 1
        elif made := _place(code, ["" if i < 0 else row[i] for i in order], row[x], row[y], row[source], sifting):
            yield made


def _place(code: str, row: list[str], x: str, y: str, source: str, sifting: Sifting) -> Place | None:
    postcode, town = _routing(row[_AT["ligneacheminement"]])
    try:
        point = to_degrees(float(x), float(y), source)
    except (ValueError, ArithmeticError):
        point = None
    score = source.split(",")[2].strip() if source.count(",") > 2 else ""
    precise = score.isdecimal()  # `.`: the geocoder knew the commune only
    commune = commune_code(row[_AT["departement"]], row[_AT["commune"]])
    where = sifting.placed(point, precise, commune, postcode)
    if where is None:
        return None
    parts = (row[_AT[name]] for name in ("numvoie", "compvoie", "typvoie", "voie"))
    return Place(
        code, row[_AT["rslongue"]] or row[_AT["rs"]], street(*parts) or row[_AT["lieuditbp"]], postcode, town, *where,
        phone=phone(row[_AT["telephone"]]), number=row[_AT["nofinesset"]],
    )  # fmt: skip


def commune_code(department: str, commune: str) -> str:
    """The INSEE code of a commune."""
    if overseas := _OVERSEAS.get(department):
        return overseas + commune
    return department.zfill(2) + commune.zfill(3)


def _routing(line: str) -> tuple[str, str]:
    """`01440 VIRIAT` → postcode and town, without CEDEX."""
    found = re.match(r"(\d{5})\s+(.*?)(?:\s+CEDEX.*)?$", line)
    return (found[1], found[2]) if found else ("", line)


