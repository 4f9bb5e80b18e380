"""A list that a region, a screening centre or a town keeps itself: a table with a header, parted by `;` or `,`.

Columns: `kind` (a kind of content/places/kinds.yaml), `name`, `street`, `postcode`, `town`; if known `phone`,
`latitude`, `longitude`, `opening` (« du lundi au vendredi ») and `access` (« entrée de plain-pied »). It is the only
source of opening days and accessibility, which the national directories do not have.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.directory.files import cells, columns, phone
from app.directory.rows import Found, Sifting
from app.store.directory import Place

WANTED = {name: (name,) for name in (
    "kind", "name", "street", "postcode", "town", "phone", "latitude", "longitude", "opening", "access",
)}  # fmt: skip
OPTIONAL = frozenset({"phone", "latitude", "longitude", "opening", "access"})


def listed(lines: Iterator[str], header: str, dated: str | None, sifting: Sifting) -> Found:
    separator = ";" if header.count(";") >= header.count(",") else ","
    names = cells(header, separator)
    return Found("local", dated, _listed(lines, columns(names, WANTED, OPTIONAL), separator, len(names), sifting))


def _listed(
    lines: Iterator[str], at: dict[str, int], separator: str, width: int, sifting: Sifting
) -> Iterator[Place]:
    for line in lines:
        if not line:
            continue
        row = cells(line, separator)
        if len(row) != width:
            sifting.left_out["malformed"] += 1
            continue
        each = {key: row[index] for key, index in at.items()}
        code = f"local:{each['kind']}"
        if not sifting.wants(code):
            sifting.left_out["other_category"] += 1
            continue
        try:
            point = (float(each.get("latitude", "")), float(each.get("longitude", "")))
        except ValueError:
            point = None
        where = sifting.placed(point, True, "", each["postcode"])
        if where is not None:
            yield Place(
                code, each["name"], each["street"], each["postcode"], each["town"], *where,
                phone=phone(each.get("phone", "")), opening=each.get("opening") or None,
                access=each.get("access") or None,
            )  # fmt: skip
