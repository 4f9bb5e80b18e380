"""The Annuaire Santé in free access: `PS_LibreAcces_Personne_activite_AAAAMMJJHHMM.txt`, alone or in its archive.

One line for each activity of a professional, cells parted by `|`, a header, UTF-8. There is no position: that of the
establishment, when its FINESS number is known, else the centre of the commune. Columns are found by name, since their
order changed over the years. Headers and lines were read in public programs that load this file.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.directory.files import cells, columns, day_in, phone
from app.directory.rows import Found, Sifting, street
from app.store.directory import Place

WANTED: dict[str, tuple[str, ...]] = {
    "person": ("identification nationale pp", "identifiant pp"),
    "profession": ("code profession",), "skill": ("code savoir faire",), "sector": ("code secteur d activite",),
    "last": ("nom d exercice",), "first": ("prenom d exercice",), "house": ("raison sociale site",),
    "finess": ("numero finess site",), "number": ("numero voie",), "suffix": ("indice repetition voie",),
    "kind": ("libelle type de voie", "code type de voie"), "street": ("libelle voie",), "postcode": ("code postal",),
    "commune": ("code commune",), "town": ("libelle commune",), "routing": ("bureau cedex",), 
    "phone": ("telephone coord structure", "telephone"),
}  # fmt: skip
OPTIONAL = frozenset({"finess", "suffix", "kind", "routing", "phone", "house"})


def activities(lines: Iterator[str], header: str, name: str, sifting: Sifting) -> Found:
    names = cells(header, "|", quotes=False)
    return Found("rpps", day_in(name), _activities(lines, columns(names, WANTED, OPTIONAL), len(names), sifting))


def _activities(lines: Iterator[str], at: dict[str, int], width: int, sifting: Sifting) -> Iterator[Place]:
    seen: set[int] = set()
    for line in lines:
        if not line:
            continue
        row = cells(line, "|", quotes=False)
        if not width - 1 <= len(row) <= width + 1:  # some editions end their lines with a separator, some do not
            sifting.left_out["malformed"] += 1
            continue
        row += [""] * (width - len(row))
        profession, skill = row[at["profession"]], row[at["skill"]]
        code = next((c for c in (f"rpps:{profession}", f"rpps:{profession}:{skill}") if sifting.wants(c)), None)
        if code is None:
            sifting.left_out["other_profession"] += 1
        elif row[at["sector"]] not in sifting.content.sectors:
            sifting.left_out["other_sector"] += 1
        else:
            made = _place(code, {key: row[index] for key, index in at.items()}, sifting)
            mark = hash((code, row[at["person"]], made.street, made.postcode)) if made else 0
            if made and mark not in seen:  # one line for each activity: the same practice may come several times
                seen.add(mark)
                yield made


def _place(code: str, row: dict[str, str], sifting: Sifting) -> Place | None:
    known = sifting.numbered.get(row.get("finess", ""))
    postcode = row["postcode"] if row["postcode"].isdecimal() else ""
    where = known or sifting.placed(None, False, row["commune"], postcode)
    if where is None:
        return None
    person, house = f"{row['first']} {row['last']}".strip(), row.get("house", "")
    name = person if not house or row["last"].upper() in house.upper() else f"{person}, {house}"
    parts = (row.get(key, "") for key in ("number", "suffix", "kind", "street"))
    town = row["town"] or row.get("routing", "").removeprefix(postcode).strip()
    return Place(code, name, street(*parts), postcode, town, *where, phone=phone(row.get("phone", "")))
