"""Loading a directory: its layout is recognised, its rows are written beside those in use, then take their place."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from app.directory import finess, finess_plus, local, postcodes, rpps
from app.directory.files import START, Bounded, DirectoryError, day_in, lines, opened, plain_name
from app.directory.rows import Centres, Found, Sifting
from app.plans.places import load_places
from app.store import directory as store

MOST_ROWS = 5_000_000
SHRUNK = 0.5
"""A new edition that is smaller than this share of the former one is taken for a damaged one."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: rows kept, and rows left out by reason."""

    source: str
    dated: str
    rows: int
    left_out: Counter[str]


def load(
    engine: store.Engine, path: Path, now: datetime, *, dated: str | None = None, sample: bool = False,
    may_shrink: bool = False,
) -> Loaded:
    """Load one file. `dated` (AAAA-MM-JJ) wins over the day that the file or its name says. Raises DirectoryError,
    StoreError: what was loaded before is then still in use."""
    centres = Centres(store.all_communes(engine))
    sifting = Sifting(load_places(), centres)
    with opened(path) as stream:
        found = recognise(path.name, stream, sifting)
        if found.source != "postcodes" and not centres:
            raise DirectoryError("load the postcodes first: they say where places without a position are")
        if found.source == "rpps":
            sifting.numbered = store.positions(engine, "finess")
        day = dated or found.dated or day_in(path.name)
        if day is None:
            raise DirectoryError("say of which day this file is (--dated AAAA-MM-JJ)", where=path.name)
        rows = _fill(engine, found, day, now, sample=sample, may_shrink=may_shrink, left_out=sifting.left_out)
    return Loaded(found.source, day, rows, sifting.left_out)


def recognise(name: str, stream: Bounded, sifting: Sifting) -> Found:
    """Which directory this is, by its first bytes. Raises DirectoryError."""
    start = stream.read(START)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{":
        if b'"pmej"' not in start and b'"generatedAt"' not in start:
            raise _unknown(name)
        dated = re.search(rb'"generatedAt"\s*:\s*"(20\d\d-\d\d-\d\d)', start)
        return finess_plus.structures(start, stream, dated[1].decode() if dated else None, sifting)
    text = lines(stream, start)
    first = next(text, "")
    if first.startswith("finess;"):
        return finess.sections(text, first, sifting)
    if first.startswith("nofinesset;") or ";nofinesset;" in first:
        return finess.table(text, first, sifting)
    if "identifiant pp" in plain_name(first) and "|" in first:
        return rpps.activities(text, first, name, sifting)
    if plain_name(first).startswith("kind "):
        return local.listed(text, first, day_in(name), sifting)
    if postcodes.is_header(first):
        return postcodes.communes(text, first, day_in(name), sifting)
    raise _unknown(name)


def _unknown(name: str) -> DirectoryError:
    return DirectoryError(
        "none of the layouts that are known: FINESS (two sections, table or JSON), Annuaire Santé (activities), "
        "communes with postcodes and coordinates, or a list with a column `kind`", where=name,
    )  # fmt: skip


def _fill(
    engine: store.Engine, found: Found, day: str, now: datetime, *, sample: bool, may_shrink: bool,
    left_out: Counter[str],
) -> int:
    former = next((one.rows for one in store.editions(engine) if one.source == found.source and not one.sample), 0)
    edition, kept = store.begin(engine, found.source, day, now, sample=sample), 0
    try:
        while batch := list(islice(found.rows, store.BATCH)):
            kept += len(batch)
            if kept > MOST_ROWS:
                raise DirectoryError(f"more than {MOST_ROWS:,} rows: this is not such a directory")
            store.add(engine, edition, batch)
        if kept == 0:
            told = ", ".join(f"{reason} {n}" for reason, n in sorted(left_out.items()))
            raise DirectoryError(f"nothing in this file could be kept ({told or 'it is empty'})")
        if kept < SHRUNK * former and not may_shrink:
            raise DirectoryError(
                f"only {kept} rows, where the former edition had {former}: if the file is whole, add --may-shrink"
            )
        store.put(engine, edition, found.source, kept)
    except BaseException:
        store.drop(engine, edition)
        raise
    return kept
