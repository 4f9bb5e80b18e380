"""Reading and replacing the open directories: editions, places, communes. Nothing here is about whoever asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy import Engine as Engine  # for who calls: no other module names the library
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app.store.directory_tables import DirectoryCommune, DirectoryEdition, DirectoryPlace
from app.store.engine import StoreError

_EDITION: Table = DirectoryEdition.__table__  # type: ignore[attr-defined]
_PLACE: Table = DirectoryPlace.__table__  # type: ignore[attr-defined]
_COMMUNE: Table = DirectoryCommune.__table__  # type: ignore[attr-defined]
BATCH = 5_000
"""Rows written, or let go of, in one transaction: others write meanwhile."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What is loaded of a source. `dated`: the day that the file tells of (AAAA-MM-JJ); `loaded_at` is UTC."""

    id: int
    source: str
    dated: str
    loaded_at: str
    rows: int
    sample: bool


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune (INSEE code), one of its postcodes, and its centre in degrees."""

    postcode: str
    commune: str
    town: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a directory, ready to be kept; `edition` is that of a place already kept."""

    code: str
    name: str
    street: str
    postcode: str
    town: str
    latitude: float
    longitude: float
    precise: bool
    phone: str | None = None
    opening: str | None = None
    access: str | None = None
    number: str | None = None
    edition: int = 0


_KEPT = tuple(name for name in Place.__slots__ if name != "edition")


def editions(engine: Engine) -> list[Edition]:
    """What is in use, at most one edition of each source."""
    with _reading(engine) as connection:
        return _editions(connection)


def communes_of(engine: Engine, postcode: str) -> list[Commune]:
    """The communes that have a postcode, by name."""
    with _reading(engine) as connection:
        current = _ids(connection, "postcodes")
        rows = connection.execute(
            select(_COMMUNE).where(_COMMUNE.c.edition.in_(current), _COMMUNE.c.postcode == postcode)
            .order_by(_COMMUNE.c.town)
        )  # fmt: skip
        return [_commune(row) for row in rows]


def all_communes(engine: Engine) -> list[Commune]:
    with _reading(engine) as connection:
        rows = connection.execute(select(_COMMUNE).where(_COMMUNE.c.edition.in_(_ids(connection, "postcodes"))))
        return [_commune(row) for row in rows]


def positions(engine: Engine, source: str) -> dict[str, tuple[float, float, bool]]:
    """Where the numbered places of a source are: latitude, longitude, and whether that is more than their commune."""
    with _reading(engine) as connection:
        columns = (_PLACE.c.number, _PLACE.c.latitude, _PLACE.c.longitude, _PLACE.c.precise)
        asked = select(*columns).where(_PLACE.c.edition.in_(_ids(connection, source)), _PLACE.c.number.is_not(None))
        return {row[0]: (row[1], row[2], bool(row[3])) for row in connection.execute(asked)}


class Reading:
    """Searches through one connection; made by `open_reading`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.editions = _editions(connection)
        self._ids = [edition.id for edition in self.editions]

    def within(
        self, codes: Sequence[str], south: float, north: float, west: float, east: float
    ) -> list[tuple[int, float, float]]:
        """(id, latitude, longitude) of the places of these codes in a box of degrees."""
        place = _PLACE.c
        asked = select(place.id, place.latitude, place.longitude).where(
            place.code.in_(codes), place.edition.in_(self._ids),
            place.latitude.between(south, north), place.longitude.between(west, east),
        )  # fmt: skip
        return [(row[0], row[1], row[2]) for row in self._connection.execute(asked)]

    def places(self, ids: Sequence[int]) -> dict[int, Place]:
        rows = self._connection.execute(select(_PLACE).where(_PLACE.c.id.in_(ids)))
        return {
            row.id: Place(**{name: getattr(row, name) for name in _KEPT}, edition=row.edition) for row in rows
        }


def _reading(engine: Engine) -> Connection:
    try:
        return engine.connect().execution_options(only_reads=True)
    except SQLAlchemyError as error:
        raise StoreError("the database cannot be read", where=type(error).__name__) from None


@contextmanager
def open_reading(engine: Engine) -> Iterator[Reading]:
    """One view of the database."""
    with _reading(engine) as connection:
        yield Reading(connection)


def begin(engine: Engine, source: str, dated: str, at: datetime, *, sample: bool = False) -> int:
    """A new edition to fill. What another load of this source left unfinished is let go of."""
    with engine.begin() as connection:
        left = select(_EDITION.c.id).where(_EDITION.c.source == source, _EDITION.c.state != "current")
        unfinished = list(connection.execute(left).scalars())
    for edition in unfinished:
        drop(engine, edition)
    stamp = at.isoformat(timespec="seconds")
    with engine.begin() as connection:
        values = {"source": source, "state": "loading", "dated": dated, "loaded_at": stamp, "rows": 0, "sample": sample}
        made = connection.execute(insert(_EDITION).values(**values)).inserted_primary_key
        assert made is not None
        return int(made[0])


def add(engine: Engine, edition: int, rows: Sequence[Place | Commune]) -> None:
    """Raises StoreError when another load has taken the edition away."""
    if not rows:
        return
    table, names = (_COMMUNE, Commune.__slots__) if isinstance(rows[0], Commune) else (_PLACE, _KEPT)
    values = [{"edition": edition, **{name: getattr(row, name) for name in names}} for row in rows]
    try:
        with engine.begin() as connection:
            connection.execute(insert(table), values)
    except IntegrityError:
        raise StoreError("another load of this source has begun since") from None


def put(engine: Engine, edition: int, source: str, rows: int) -> None:
    """The edition takes the place of the one in use, in one instant."""
    with engine.begin() as connection:
        in_use = (_EDITION.c.source == source) & (_EDITION.c.state == "current")
        connection.execute(update(_EDITION).where(in_use).values(state="former"))
        done = connection.execute(
            update(_EDITION).where(_EDITION.c.id == edition).values(state="current", rows=rows)
        )
        if done.rowcount != 1:
            raise StoreError("another load of this source has begun since")
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE directory_place")  # the database learns how its new rows are spread
    with engine.begin() as connection:
        former = select(_EDITION.c.id).where(_EDITION.c.source == source, _EDITION.c.state == "former")
        gone = list(connection.execute(former).scalars())
    for one in gone:
        drop(engine, one)


def drop(engine: Engine, edition: int) -> None:
    """Let go of an edition that is not in use, some rows at a time."""
    for table in (_PLACE, _COMMUNE):
        key = table.c.id if table is _PLACE else table.c.postcode
        more = True
        while more:
            with engine.begin() as connection:
                some = select(key).where(table.c.edition == edition).limit(BATCH)
                done = connection.execute(delete(table).where(table.c.edition == edition, key.in_(some)))
                more = done.rowcount > 0
    with engine.begin() as connection:
        connection.execute(delete(_EDITION).where(_EDITION.c.id == edition))


def remove(engine: Engine, source: str) -> bool:
    """Let go of what is loaded of a source; False when there is nothing."""
    with engine.begin() as connection:
        in_use = (_EDITION.c.source == source) & (_EDITION.c.state == "current")
        found = connection.execute(select(_EDITION.c.id).where(in_use)).scalar()
        connection.execute(update(_EDITION).where(in_use).values(state="former"))
    if found is None:
        return False
    drop(engine, int(found))
    return True


def _editions(connection: Connection) -> list[Edition]:
    rows = connection.execute(select(_EDITION).where(_EDITION.c.state == "current").order_by(_EDITION.c.source))
    return [Edition(row.id, row.source, row.dated, row.loaded_at, row.rows, bool(row.sample)) for row in rows]


def _ids(connection: Connection, source: str) -> list[int]:
    return [edition.id for edition in _editions(connection) if edition.source == source]


def _commune(row: Any) -> Commune:
    return Commune(row.postcode, row.commune, row.town, row.latitude, row.longitude)
