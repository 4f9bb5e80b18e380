"""A population file of the people who allow it: their fact columns, under pseudonyms, through the one door.

Only people whose consent to `campaign_statistics` holds are asked for; each reading passes the door, which judges that
consent again at that instant and writes an entry in the person's log. Names, identifiers and record files are never
read. What a person does not share is unknown in their row, not absent.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from app.dates import age_on
from app.errors import UsageError
from app.population.columns import (
    AGE_BAND,
    BIRTH,
    HIGH,
    LATEST,
    LOW,
    OPEN,
    STATE,
    TYPES,
    UNDATED,
    age_band,
    kind_of,
)
from app.population.contents import OLDEST
from app.population.files import PERSON
from app.population.names import names_of
from app.population.row import Row, TooManyDoses, row_of
from app.services.asks import read
from app.services.services import Services
from app.services.sheets import sheet_of
from app.trust import consents, health
from app.trust.grant import Grant
from app.trust.health import Stored
from app.trust.visible import presume_nothing
from app.trust.vocabulary import Tag

PURPOSE = "campaign_statistics"
_ASKED = read(Tag.FACTS_SNAPSHOT, "facts", PURPOSE)
_TOGETHER = 250
"""People whom the door decides about in one transaction; others who write in the log wait for it."""
_ROWS = 10_000
_LARGEST_PAGE = 10_000


@dataclass(frozen=True)
class Snapshot:
    people: int
    refused: int
    """Who withdrew meanwhile."""
    set_aside: int
    """Who never sent anything, or whose facts have no form in columns (more doses than they hold, a birth that cannot
    be)."""


def snapshot(
    services: Services, out: Path, key: bytes, told: Callable[[int], None] = lambda people: None
) -> Snapshot:
    """Write the file at `out` (nothing is left there when it fails). Raises UsageError when it cannot be written."""
    names = names_of(services.pack.on(services.today()))
    schema = _schema(names, services)
    unfinished = out.with_name(out.name + ".unfinished")
    done, refused, aside = 0, 0, 0
    rows: list[Row] = []
    try:
        with pq.ParquetWriter(unfinished, schema) as writer:
            for people in _consenting(services):
                reached, stored = _read(services, people)
                found = [_row(services, *one, names, key) for one in stored]
                rows += [row for row in found if row is not None]
                refused += len(people) - reached
                aside += reached - len(found) + found.count(None)
                if len(rows) >= _ROWS:
                    done += _write(writer, rows, schema)
                told(done + len(rows))
            done += _write(writer, rows, schema)
        unfinished.replace(out)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", code="population", where=out.name) from None
    finally:
        unfinished.unlink(missing_ok=True)
    return Snapshot(done, refused, aside)


def pseudonym(person: str, key: bytes) -> str:
    """The same person has the same one under the same key; without the key nobody can tell whose it is."""
    return hmac.new(key, person.encode(), hashlib.sha256).hexdigest()[:32]


def _consenting(services: Services) -> Iterator[Sequence[str]]:
    """Who consents now, page by page: no health data is reached."""
    people = _page(services, "")
    while people:
        for start in range(0, len(people), _TOGETHER):
            yield people[start : start + _TOGETHER]
        people = _page(services, people[-1])


def _page(services: Services, after: str) -> list[str]:
    texts = services.door.consents
    return services.door.account(
        lambda connection: consents.people_who_allow(connection, PURPOSE, texts, after, _LARGEST_PAGE)
    )


def _read(services: Services, people: Sequence[str]) -> tuple[int, list[tuple[Stored, frozenset[str]]]]:
    """How many of them the door lets be reached, and the facts of those who ever sent any."""

    def work(grants: Sequence[Grant]) -> tuple[int, list[tuple[Stored, frozenset[str]]]]:
        return len(grants), health.read_facts_of(grants, services.vocabulary)

    return services.door.enter_each(people, _ASKED, work)


def _row(services: Services, stored: Stored, granted: frozenset[str], names: list[str], key: bytes) -> Row | None:
    """None for facts that have no form in columns, or that nobody can have (born tomorrow)."""
    today = services.today()
    try:
        sheet = presume_nothing(sheet_of(services, stored, granted, today), granted, services.vocabulary)
        row = {PERSON: pseudonym(stored.subject, key), **row_of(sheet, names, services.vocabulary)}
    except (TooManyDoses, UsageError):
        return None
    if (birth := row.get(BIRTH)) is not None and BIRTH + LATEST not in row:
        if (age := age_on(birth, today)) > OLDEST:
            return None
        row[AGE_BAND] = age_band(age)
    return row


def _write(writer: pq.ParquetWriter, rows: list[Row], schema: pa.Schema) -> int:
    done = len(rows)
    if rows:
        filled: dict[str, list[Any]] = defaultdict(lambda: [None] * done)
        for place, row in enumerate(rows):
            for name, value in row.items():
                filled[name][place] = value
        columns = [
            pa.array(filled[field.name], field.type) if field.name in filled else pa.nulls(done, field.type)
            for field in schema
        ]  # fmt: skip
        writer.write_table(pa.Table.from_arrays(columns, schema=schema))
        rows.clear()
    return done


def _schema(names: list[str], services: Services) -> pa.Schema:
    """Every column that a row may fill: which ones are used is not known before the last person."""
    fields = [pa.field(PERSON, pa.string()), pa.field(AGE_BAND, pa.string())]
    beside: dict[str, list[tuple[str, Any]]] = {
        "number": [(LOW, pa.float64()), (HIGH, pa.float64())],
        "day": [(LATEST, pa.date32()), (OPEN, pa.bool_())],
        "days": [(UNDATED, pa.bool_()), (OPEN, pa.bool_())],
    }
    for name in dict.fromkeys([BIRTH, *names]):
        kind = kind_of(name, services.vocabulary)
        fields.append(pa.field(name, TYPES[kind]))
        if name != BIRTH:
            fields.append(pa.field(name + STATE, pa.int8()))
        fields += [pa.field(name + suffix, type_) for suffix, type_ in beside.get(kind, [])
                   if name != BIRTH or suffix == LATEST]  # fmt: skip
    return pa.schema(fields).with_metadata({
        "as_of": services.today().isoformat(), "synthetic": "false", "purpose": PURPOSE, "pack": services.pack.digest,
    })  # fmt: skip
