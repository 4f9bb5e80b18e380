"""Where postcodes are: the table of communes and postcodes, with the centre of each commune.

Read by the names of its columns, parted by `;` or `,`: that of data.gouv.fr (`code_commune_INSEE`, `code_postal`,
`latitude`, `longitude`) and the editions of La Poste that have `coordonnees_gps`. The present edition of La Poste
(« base officielle des codes postaux ») has no coordinates, and is refused. Headers were read in public programs.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.directory.files import DirectoryError, cells, columns, plain_name
from app.directory.rows import Found, Sifting, in_france
from app.store.directory import Commune

WANTED: dict[str, tuple[str, ...]] = {
    "commune": ("code commune insee", "code insee", "code commune"), "postcode": ("code postal",),
    "town": ("nom commune complet", "nom de la commune", "nom commune", "libelle d acheminement"),
    "latitude": ("latitude",), "longitude": ("longitude",),
    "both": ("coordonnees gps", "coordonnees geographiques", "geopoint"),
}  # fmt: skip


def communes(lines: Iterator[str], header: str, dated: str | None, sifting: Sifting) -> Found:
    separator = ";" if header.count(";") >= header.count(",") else ","
    names = cells(header.lstrip("#"), separator)
    at = columns(names, WANTED, frozenset({"latitude", "longitude", "both"}))
    if "both" not in at and not {"latitude", "longitude"} <= at.keys():
        raise DirectoryError("this edition of the postcodes has no coordinates: take one that has")
    return Found("postcodes", dated, _communes(lines, at, separator, len(names), sifting))


def _communes(
    lines: Iterator[str], at: dict[str, int], separator: str, width: int, sifting: Sifting
) -> Iterator[Commune]:
    seen: set[tuple[str, str]] = set()
    for line in lines:
        if not line:
            continue
        row = cells(line, separator)
        if len(row) != width:
            sifting.left_out["malformed"] += 1
            continue
        point = _point(row, at)
        postcode, commune = row[at["postcode"]].zfill(5), row[at["commune"]].zfill(5)
        if not (postcode.isdecimal() and len(postcode) == 5) or not commune.isalnum():
            sifting.left_out["malformed"] += 1
        elif point is None:
            sifting.left_out["no_position"] += 1
        elif (postcode, commune) not in seen:  # a commune stands once for each of its hamlets
            seen.add((postcode, commune))
            yield Commune(postcode, commune, row[at["town"]], *point)


def _point(row: list[str], at: dict[str, int]) -> tuple[float, float] | None:
    both = row[at["both"]].partition(",") if "both" in at else None
    texts = (both[0], both[2]) if both else (row[at["latitude"]], row[at["longitude"]])
    try:
        point = (float(texts[0]), float(texts[1]))
    except ValueError:
        return None
    return point if in_france(*point) else None


def is_header(line: str) -> bool:
    return "code postal" in plain_name(line)
