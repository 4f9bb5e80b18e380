"""Whom the target finds in population files, in groups of people who are alike for what a campaign changes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import ibis
import numpy as np
from numpy.typing import NDArray

from app.campaigns.target import target_over, wrong_in_target
from app.errors import UsageError
from app.guidelines import criteria as c
from app.guidelines.pack import Pack
from app.population.contents import check_days, check_people, filled
from app.population.damaged import reading
from app.population.files import Source
from app.population.query import Query
from app.population.risks import age
from app.population.strata import SMALL
from app.population.truth import is_column

NOT_TOLD = "?"
"""A group whose deprivation or département the file does not say."""
BAND = 5
_SPLIT = {"deprivation_quintile": "int64", "department": "string", "area": "string", "sex_at_birth": "string"}


@dataclass(frozen=True)
class People:
    """One entry for each group. `age`: the middle of its five years; `inside`, `outside`, `unknown`: how many of the
    group the target takes, leaves, and cannot say of."""

    age: NDArray[Any]
    female: NDArray[Any]
    quintile: NDArray[Any]
    department: NDArray[Any]
    area: NDArray[Any]
    inside: NDArray[Any]
    outside: NDArray[Any]
    unknown: NDArray[Any]

    @property
    def everyone(self) -> int:
        return int(self.inside.sum() + self.outside.sum() + self.unknown.sum())


def people_of(target: c.Criterion, pack: Pack, source: Source, as_of: date) -> People:
    """Raises UsageError for a target that names what does not exist, or that finds nobody, everybody, or so few people
    (or all but so few) that they could be recognised."""
    with asked_over(target, pack, source, as_of, grouped) as rows:
        return _checked(_groups(rows.fetchall()))


def grouped(last: Any, years: Any, truth: Any) -> Any:
    """How many the target takes, by what a campaign's effect depends on."""
    split = {
        name: last[name].cast(kind) if name in last.columns else ibis.null(kind) for name, kind in _SPLIT.items()
    }
    found = last.select(band=(years // BAND).cast("int64"), **split, target=truth)
    names = ("band", *_SPLIT)
    return found.group_by(names).aggregate(
        inside=found.target.fill_null(False).cast("int64").sum(), unknown=found.target.isnull().cast("int64").sum(),
        people=found.count(),
    ).order_by(names)  # fmt: skip


@contextmanager
def asked_over(
    target: c.Criterion, pack: Pack, source: Source, as_of: date, asked: Callable[[Any, Any, Any], Any]
) -> Iterator[duckdb.DuckDBPyRelation]:
    """The answer to `asked(people, age, whether the target takes them)`, an Ibis expression, over the files. Raises
    UsageError for a target that names what does not exist."""
    for _, problem, remedy in wrong_in_target(target, pack, as_of):
        raise UsageError(f"the target cannot be read: {problem}; {remedy}", code="campaign_target")
    check_days(source)
    query = Query("duckdb")
    table = ibis.table(ibis.Schema.from_pyarrow(filled(source)), name="people")
    stages, truth = target_over(target, pack, as_of, table, query)
    told = asked(stages.table, age(stages.cells), truth if is_column(truth) else ibis.literal(truth, "boolean"))
    with reading(source.files), tempfile.TemporaryDirectory() as spill, duckdb.connect() as engine:
        engine.execute("SET temp_directory = ?", [spill])
        engine.read_parquet([str(path) for path in source.files]).create_view("people")
        check_people(engine, source, as_of)
        yield engine.cursor().sql(query.sql(told))


def _groups(rows: list[tuple[Any, ...]]) -> People:
    band, quintile, department, area, sex, inside, unknown, people = (
        list(column) for column in (zip(*rows, strict=True) if rows else [()] * 8)
    )
    inside_, unknown_ = np.array(inside, dtype=np.int64), np.array(unknown, dtype=np.int64)
    return People(
        np.array([np.nan if one is None else one * BAND + BAND / 2 for one in band]),
        np.array([one == "female" for one in sex], dtype=bool),
        np.array([NOT_TOLD if one is None else str(one) for one in quintile]),
        np.array([one or NOT_TOLD for one in department]), np.array([one or "middle" for one in area]),
        inside_, np.array(people, dtype=np.int64) - inside_ - unknown_, unknown_,
    )  # fmt: skip


def _checked(people: People) -> People:
    inside = int(people.inside.sum())
    if inside == 0:
        raise UsageError("the target finds nobody in this population; widen it, or look why with "
                         "jalon population explain", code="campaign_target")  # fmt: skip
    if people.everyone - inside < SMALL:  # nor may those few be recognised who are left out
        raise UsageError("the target takes everybody of this population: say whom the campaign is for",
                         code="campaign_target")  # fmt: skip
    if inside < SMALL:
        raise UsageError(f"the target finds fewer than {SMALL} people: they could be recognised",
                         code="campaign_target")  # fmt: skip
    return people
