"""Two versions of a pack on the same people: who changes status, and what changed in the guideline.

Only guidelines whose rules differ are evaluated, and those that read or are replaced by one of them: the others say
the same of everyone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from app.guidelines import criteria as c
from app.guidelines.check import criteria_of
from app.guidelines.model import Guideline
from app.guidelines.pack import Pack
from app.guidelines.status import Status
from app.population.codes import CODES
from app.population.compiled import Answered, Compiled
from app.population.contents import check_days, check_people, filled
from app.population.damaged import reading
from app.population.files import Source
from app.population.query import Query
from app.population.stages import Kept
from app.population.strata import suppressed

_STATUSES = {code: status for status, code in CODES.items()}
_ABSENT = len(CODES)
"""The code of a guideline that one of the packs does not have."""
_WORDING = {"wording", "last_checked", "priority", "priority_because", "sources", "domain", "source", "verified"}
"""Parts of a guideline that decide no status."""


@dataclass(frozen=True)
class Move:
    """People of one guideline who go from a status to another (None: the guideline is not in that pack)."""

    guideline: str
    before: Status | None
    after: Status | None
    people: int | None
    """None: too few to be told."""
    tracks: list[tuple[str, str]]
    """Tracks that decided, before and after, those of most people first (`otherwise`, `ask` for an open one)."""


@dataclass(frozen=True)
class Comparison:
    people: int
    unchanged: list[str]
    """Guidelines whose rules are the same."""
    changed: list[str]
    """Those whose rules differ, or read one that does; in the order of the packs."""
    because_of: dict[str, list[str]]
    """A guideline with the same rules → those whose change may change what it says."""
    moves: list[Move]


def compare_packs(old: Pack, new: Pack, source: Source, as_of: date) -> Comparison:
    """Raises UsageError for people who cannot be."""
    check_days(source)
    before, after = ({one.id: one for one in pack.on(as_of)} for pack in (old, new))
    differing = {
        name for name in before.keys() | after.keys()
        if name not in before or name not in after or _rules(before[name]) != _rules(after[name])
    }
    reads = {name: set().union(*(_reads(pack[name], pack) for pack in (before, after) if name in pack))
             for name in before.keys() | after.keys()}  # fmt: skip
    affected = set(differing)
    while more := {name for name, read in reads.items() if name not in affected and read & affected}:
        affected |= more
    names = [name for name in dict.fromkeys((*before, *after)) if name in affected]
    people, counted = _counts(old, new, source, as_of, names) if names else (_people(source, as_of), {})
    moves = [move for name in names for move in _moves(name, counted[name], whole=source.synthetic)]
    same = [name for name in dict.fromkeys((*before, *after)) if name not in affected]
    because = {name: sorted(reads[name] & affected) for name in names if name not in differing}
    return Comparison(people, same, names, because, moves)


def _rules(guideline: Guideline) -> dict[str, Any]:
    """What decides statuses: all but the words."""
    rules = guideline.model_dump(mode="json", exclude=_WORDING)
    for track in rules["tracks"]:
        for name in _WORDING & track.keys():
            del track[name]
    return rules


def _reads(guideline: Guideline, pack: Mapping[str, Guideline]) -> set[str]:
    read = {part.guideline for _, part in criteria_of(guideline) if isinstance(part, c.GuidelineIs)}
    return read | {
        other.id for other in pack.values() if any(one.guideline == guideline.id for one in other.supersedes)
    }


Counted = dict[tuple[int, int, str, str], int]
"""(status before, after, track before, after) → people."""


def _people(source: Source, as_of: date) -> int:
    with reading(source.files), duckdb.connect() as engine:
        engine.read_parquet([str(path) for path in source.files]).create_view("people")
        check_people(engine, source, as_of)
        return int(engine.execute("SELECT count(*) FROM people").fetchall()[0][0])


def _counts(
    old: Pack, new: Pack, source: Source, as_of: date, names: Iterable[str]
) -> tuple[int, dict[str, Counted]]:
    """One pass: the old pack's answers are columns of the table over which the new one is compiled."""
    schema = filled(source)
    with reading(source.files), tempfile.TemporaryDirectory() as spill, duckdb.connect() as engine:
        engine.execute("SET temp_directory = ?", [spill])
        engine.read_parquet([str(path) for path in source.files]).create_view("people")
        check_people(engine, source, as_of)
        query = Query("duckdb")
        last, answers = _run(old, as_of, schema, "people", query, names)
        kept = {f"old:{name}": _answer(last, answers.get(name)) for name in names}
        answered = last.select(*schema.names, **kept)
        engine.execute(f"CREATE VIEW before AS {query.sql(answered)}")
        types = ibis.Schema.from_pyarrow(schema).to_pyarrow()
        for name in kept:
            types = types.append(pa.field(name, pa.string()))
        query = Query("duckdb")
        last, answers = _run(new, as_of, types, "before", query, names)
        pairs = last.select(**{
            name: last[f"old:{name}"].concat("|", _answer(last, answers.get(name))) for name in names
        })  # fmt: skip
        counts = ", ".join(f'histogram("{name}")' for name in names)
        row = engine.execute(f"SELECT count(*), {counts} FROM (\n{query.sql(pairs)}\n)").fetchall()[0]  # noqa: S608
    return int(row[0]), {name: _read(found) for name, found in zip(names, row[1:], strict=True)}


def _run(
    pack: Pack, as_of: date, schema: pa.Schema, table: str, query: Query, names: Iterable[str]
) -> tuple[Any, dict[str, Answered]]:
    people = ibis.table(ibis.Schema.from_pyarrow(schema), name=table)
    known = {one.id for one in pack.on(as_of)}
    wanted = [name for name in names if name in known]
    return Compiled(pack, as_of, pack.vocabulary).run(people, query.stage, days=False, only=wanted)


def _answer(last: Any, answer: Answered | None) -> Any:
    """`status|track` of each person as a word."""
    if answer is None:
        return ibis.literal(f"{_ABSENT}|")
    status = last[answer.status.name] if isinstance(answer.status, Kept) else ibis.literal(answer.status)
    track = last[answer.track.name] if isinstance(answer.track, Kept) else _constant(answer.track)
    return status.cast("string").concat("|", track.fill_null("ask"))


def _constant(track: Any) -> Any:
    return track if isinstance(track, ibis.Expr) else ibis.literal(track, "string")


def _read(found: Mapping[str, int]) -> Counted:
    counted: Counted = {}
    for key, people in found.items():
        before, from_track, after, to_track = key.split("|")
        counted[int(before), int(after), from_track, to_track] = people
    return counted


def _moves(guideline: str, counted: Counted, *, whole: bool) -> list[Move]:
    """`whole`: nobody of them exists, so that small numbers are told too."""
    table: dict[Hashable, dict[str, int]] = {}
    tracks: dict[tuple[int, int], list[tuple[int, tuple[str, str]]]] = {}
    for (before, after, from_track, to_track), people in counted.items():
        row = table.setdefault(str(before), {})
        row[str(after)] = row.get(str(after), 0) + people
        tracks.setdefault((before, after), []).append((people, (from_track, to_track)))
    shown: Mapping[Hashable, Mapping[str, int | None]] = table if whole else suppressed(table)
    found = []
    for (before, after), pairs in tracks.items():
        if before != after:
            order = sorted(pairs, key=lambda pair: (-pair[0], pair[1]))
            told = shown[str(before)][str(after)]
            names = [pair for _, pair in order][: None if told is not None else 1]
            move = Move(guideline, _STATUSES.get(before), _STATUSES.get(after), told, names)
            found.append((sum(number for number, _ in pairs), move))
    return [move for _, move in sorted(found, key=lambda one: -one[0])]


