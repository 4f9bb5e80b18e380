"""From a count to the criteria that decided it: how many people each criterion let through, on the same expressions.

A cell (guideline × status, perhaps of a stratum) is the sum of its paths: one for each track that leads to it, one for
each track that leaves it open. A path goes from everyone to the people of the cell: those whom no former track took,
then each criterion of the track in turn, then what its schedule answers. The ends are those that `evaluate` counts.
"""

from __future__ import annotations

import tempfile
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import ibis

from app.errors import UsageError
from app.facts.vocabulary import load_vocabulary
from app.guidelines import criteria as c
from app.guidelines.check import criteria_of
from app.guidelines.model import Guideline, Track
from app.guidelines.pack import Pack
from app.guidelines.status import Status
from app.plans.explain import known_guideline
from app.population.cells import Cells
from app.population.codes import CODES
from app.population.compiled import OTHERWISE, Answered, Compiled, answer_is
from app.population.contents import check_days, check_people, filled
from app.population.damaged import reading
from app.population.files import STRATA, Source
from app.population.logic import Compiler
from app.population.names import names_of
from app.population.parts import conjuncts, leaves
from app.population.query import Query
from app.population.risks import Estimates
from app.population.stages import Kept, Stages, Wanted
from app.population.strata import SMALL, UNKNOWN, stratum_name, suppressed, tell
from app.population.timing import ASK
from app.population.truth import Truth, all_of, any_of, is_column, is_true, is_unknown, not_

_Step = tuple[str, Truth, c.Criterion | None]


@dataclass(frozen=True)
class Step:
    """`kind`: `everyone`, `before` (no former track took them), `criterion`, `settled` (no former track is open),
    `schedule` (what the track or its schedule answers), `open` (this track cannot be decided), `unknown` (of those,
    for how many this criterion is not known). `people`: None where it is not told."""

    kind: str
    people: int | None
    criterion: c.Criterion | None = None


@dataclass(frozen=True)
class Path:
    """One way into the cell. `track`: None for those whom no track took; `open`: the track is undecided."""

    track: Track | None
    open: bool
    people: int | None
    steps: list[Step]


@dataclass(frozen=True)
class Funnel:
    guideline: Guideline
    status: Status
    where: Mapping[str, str]
    everyone: int | None
    people: int | None
    """None: too few to be told, or one of those that would let another cell be found."""
    paths: list[Path]
    examples: list[dict[str, Any]] = field(default_factory=list)
    """Rows of invented people: only from a file that is marked as such."""


def explain_cell(
    pack: Pack, source: Source, as_of: date, guideline: str, status: Status, *, track: str | None = None,
    where: Mapping[str, str] | None = None, examples: int = 0,
) -> Funnel:  # fmt: skip
    """Raises UsageError for an unknown guideline, track or column, and for examples of people who may exist."""
    known_guideline(pack, guideline, as_of)
    where = dict(where or {})
    for name in where:
        if name not in STRATA or name not in source.schema.names:
            raise UsageError(f"no column {name} to choose by", code="population")
    if examples and not source.synthetic:
        raise UsageError("examples are shown of invented people only: this file is not marked as synthetic "
                         "(jalon population generate makes such files)", code="population",
                         where=source.files[0].name)  # fmt: skip
    check_days(source)
    return _Cell(pack, source, as_of, guideline, status, where).funnel(track, examples)


class _Cell:
    def __init__(
        self, pack: Pack, source: Source, as_of: date, guideline: str, status: Status, where: Mapping[str, str]
    ) -> None:
        self._source, self._where, self._status = source, where, status
        self._vocabulary = load_vocabulary()
        self._query = Query("duckdb")
        table = ibis.table(ibis.Schema.from_pyarrow(filled(source)), name="people")
        compiled = Compiled(pack, as_of, self._vocabulary)
        self.guideline = next(one for one in compiled.guidelines if one.id == guideline)
        last, self._answers = compiled.run(table, self._query.stage, days=False, only=[guideline])
        self._stages = Stages(last, lambda present: Cells(present, self._vocabulary, as_of), self._query.stage)
        self._own: Answered = self._answers[guideline]
        self._keep_criteria()

    def _keep_criteria(self) -> None:
        """A stage for each definition, then one for what the tracks ask: each is written once into the query."""
        gid, stages = self.guideline.id, self._stages
        models = {part.risk for _, part in criteria_of(self.guideline) if isinstance(part, c.Risk)}
        kept: dict[str, Any] = {}

        def read(criterion: c.Criterion) -> Truth:
            done = _Done(stages.table, lambda present: stages.cells, self._query.stage)
            reader = Compiler(stages.cells, lambda one: answer_is(one, self._answers, stages),
                              Estimates(done, models).truth)  # fmt: skip
            return reader.read(criterion, {name: stages[column] for name, column in kept.items()})

        for name, definition in self.guideline.definitions.items():
            kept |= {name: stages.keep({f"{gid}/{name}": read(definition)})[f"{gid}/{name}"]}
        self._parts = {track.id: conjuncts(track.when, self.guideline) for track in self.guideline.tracks}
        if self._status is Status.ASK:
            self._parts |= {
                f"{track.id}?": list({repr(one): one for one in leaves(track.when, self.guideline)}.values())
                for track in self.guideline.tracks
            }  # fmt: skip
        self._kept = stages.keep({
            f"{gid}/{track}/{n}": read(part) for track, found in self._parts.items() for n, part in enumerate(found)
        })  # fmt: skip

    def _truths(self, place: str) -> list[tuple[c.Criterion, Truth]]:
        """What must hold for a track, or (`track?`) the single criteria that it reads."""
        return [
            (part, self._stages[self._kept[f"{self.guideline.id}/{place}/{n}"]])
            for n, part in enumerate(self._parts[place])
        ]  # fmt: skip

    def funnel(self, track: str | None, examples: int) -> Funnel:
        names = [one.id for one in self.guideline.tracks]
        if track is not None and track not in (*names, OTHERWISE):
            raise UsageError(f"no track {track}; there are: {', '.join((*names, OTHERWISE))}", code="unknown_track",
                             where=self.guideline.id)  # fmt: skip
        paths = [one for one in self._paths() if track is None or one[0] == track]
        wanted: dict[str, Any] = {"cell": self._in_cell(track)}
        for n, (_, _, steps) in enumerate(paths):
            wanted |= {f"path{n}.{m}": truth for m, (_, truth, _) in enumerate(steps)}
        found, strata, rows = self._count(wanted, examples)
        told = _told(found["cell"], strata, self._where, self._status)
        ends = [found[f"path{n}.{_last(steps)}"] for n, (_, _, steps) in enumerate(paths)]
        shown = suppressed({"": {str(n): end for n, end in enumerate(ends)}})[""] if told else {}
        return Funnel(
            self.guideline, self._status, self._where,
            found["everyone"] if found["everyone"] >= SMALL else None, found["cell"] if told else None,
            [
                self._path(name, opened, steps, [found[f"path{n}.{m}"] for m in range(len(steps))], shown.get(str(n)))
                for n, (name, opened, steps) in enumerate(paths) if ends[n]
            ],
            rows,
        )  # fmt: skip

    def _path(
        self, name: str, opened: bool, steps: Sequence[_Step], numbers: Sequence[int], end: int | None
    ) -> Path:
        track = next((one for one in self.guideline.tracks if one.id == name), None)
        found = [(kind, number, part) for (kind, _, part), number in zip(steps, numbers, strict=True)]
        line = [one for one in found if one[0] != "unknown"]
        counts = tell([number for _, number, _ in line]) if end is not None else [None] * len(line)
        told = [Step(kind, number, part) for (kind, _, part), number in zip(line, counts, strict=True)]
        unknown = sorted((one for one in found if one[0] == "unknown"), key=lambda one: -one[1])
        for kind, number, part in unknown:
            if number:
                hidden = end is None or number < SMALL or 0 < end - number < SMALL
                told.append(Step(kind, None if hidden else number, part))
        return Path(track, opened, end, told)

    def _paths(self) -> Iterator[tuple[str, bool, list[_Step]]]:
        """(track, is it left open, steps with who is still there)."""
        asked = is_true(self._track().isnull()) if self._own_track_varies() else self._never_or_always_asked()
        truths = [self._stages[truth] for _, truth, _ in self._own.tracks]
        here = self._is_status()
        sooner: list[Truth] = []
        opened: list[Truth] = []
        for track, truth in zip(self.guideline.tracks, truths, strict=True):
            remaining = not_(any_of(sooner))
            steps: list[_Step] = [("everyone", True, None)]
            if sooner:
                steps.append(("before", remaining, None))
            for part, holds in self._truths(track.id):
                remaining = all_of([remaining, is_true(holds)])
                steps.append(("criterion", remaining, part))
            settled = all_of([remaining, not_(asked)])
            yield track.id, False, [*steps, ("settled", settled, None), ("schedule", all_of([settled, here]), None)]
            if self._status is Status.ASK:
                first = all_of([asked, is_unknown(truth), not_(any_of(opened))])
                unknown: list[_Step] = [
                    ("unknown", all_of([first, is_unknown(holds)]), part)
                    for part, holds in self._truths(f"{track.id}?")
                ]
                yield track.id, True, [("everyone", True, None), ("open", first, None), *unknown]
                opened.append(is_unknown(truth))
            sooner.append(is_true(truth))
        nobody_took = not_(any_of(sooner))
        settled = all_of([nobody_took, not_(asked)])
        yield OTHERWISE, False, [
            ("everyone", True, None), ("before", nobody_took, None), ("settled", settled, None),
            ("schedule", all_of([settled, here]), None),
        ]  # fmt: skip

    def _own_track_varies(self) -> bool:
        return isinstance(self._own.track, Kept)

    def _never_or_always_asked(self) -> bool:
        return not isinstance(self._own.track, str) and self._own.status == ASK

    def _track(self) -> Any:
        return self._stages[self._own.track]

    def _is_status(self) -> Truth:
        status, code = self._stages[self._own.status], CODES[self._status]
        return status == code

    def _in_cell(self, track: str | None) -> Truth:
        if track is None:
            return self._is_status()
        return all_of([self._is_status(), is_true(self._track() == track)])

    def _count(
        self, wanted: Mapping[str, Truth], examples: int
    ) -> tuple[dict[str, int], dict[str, dict[str, int]], list[dict[str, Any]]]:
        """People of each condition; statuses by stratum of the chosen column; rows of examples."""
        last = self._stages.table
        chosen = last
        for name, value in self._where.items():
            column = last[name].cast("string")
            chosen = chosen.filter(column.isnull() if value == UNKNOWN else column == value)
        varying = {name: truth for name, truth in wanted.items() if is_column(truth)}
        counted = chosen.aggregate(
            everyone=chosen.count(), **{name: truth.cast("int64").sum() for name, truth in varying.items()}
        )
        files = self._source.files
        with reading(files), tempfile.TemporaryDirectory() as spill, duckdb.connect() as engine:
            engine.execute("SET temp_directory = ?", [spill])
            engine.read_parquet([str(path) for path in self._source.files]).create_view("people")
            check_people(engine, self._source, self._stages.cells.as_of)
            row = engine.execute(self._query.sql(counted)).fetchall()[0]
            found = {name: int(number or 0) for name, number in zip(("everyone", *varying), row, strict=True)}
            found |= {name: found["everyone"] if wanted[name] else 0 for name in wanted.keys() - found.keys()}
            strata: dict[str, dict[str, int]] = {}
            if self._where:
                strata = self._strata(engine, last)
            rows: list[dict[str, Any]] = []
            if examples:
                names = [name for name in names_of([self.guideline]) if name in last.columns]
                kept = chosen.filter(_column(wanted["cell"])).select(
                    *(name for name in ("person", *names) if name in last.columns)
                )
                rows = engine.sql(self._query.sql(kept.limit(examples))).to_arrow_table().to_pylist()
        return found, strata, rows

    def _strata(self, engine: Any, last: Any) -> dict[str, dict[str, int]]:
        names = list(self._where)
        status = self._stages[self._own.status]
        status = status if is_column(status) else ibis.literal(status)
        grouped = last.select(*names, status=status).group_by([*names, "status"]).aggregate(
            people=lambda table: table.count()
        )  # fmt: skip
        strata: dict[str, dict[str, int]] = {}
        for *values, code, people in engine.execute(self._query.sql(grouped)).fetchall():
            strata.setdefault(stratum_name("/".join(str(value) for value in values)), {})[str(code)] = people
        return strata


class _Done(Stages):
    """The last stage, where the estimates are already."""

    def keep(self, wanted: Wanted) -> Mapping[str, Any]:
        return {key: Kept(key) for key in wanted}


def _column(truth: Truth) -> Any:
    return truth if is_column(truth) else ibis.literal(bool(truth))


def _last(steps: Sequence[tuple[str, Truth, Any]]) -> int:
    """The step that is the end of a path."""
    return max(n for n, (kind, _, _) in enumerate(steps) if kind in ("schedule", "open"))


def _told(
    people: int, strata: dict[str, dict[str, int]], where: Mapping[str, str], status: Status
) -> bool:
    """May the cell be told? As `evaluate` tells it: not when small, nor when it would let a small one be found."""
    if 0 < people < SMALL:
        return False
    if not strata:
        return True
    stratum = "/".join(where.values())
    table: dict[Hashable, dict[str, int]] = dict(strata.items())
    return suppressed(table).get(stratum, {}).get(str(CODES[status]), 0) is not None
