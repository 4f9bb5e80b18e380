"""What became of the people of an experiment: the outcome file held against the allocation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from app.campaigns.experiments.allocate import ARM, STEP, STRATUM
from app.campaigns.experiments.model import Experiment, SteppedWedge
from app.errors import UsageError
from app.population.files import PERSON

OUTCOME, PERIOD = "outcome", "period"
MARK = b"jalon.experiment"
"""Metadata of an allocation file: the digest of the experiment as it was registered."""
_YES, _NO = ["1", "true", "yes", "oui"], ["0", "false", "no", "non"]


def read_allocation(path: Path, experiment: Experiment, digest: str) -> pa.Table:
    """Raises UsageError for a file that is not of this experiment, or of another version of it."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException):
        raise UsageError("not a Parquet file that can be read", code="experiment", where=path.name) from None
    if (table.schema.metadata or {}).get(MARK) != digest.encode():
        raise UsageError("not the allocation of this experiment as it is registered: what was changed after the draw "
                         "is not analysed", code="experiment", where=path.name)  # fmt: skip
    needed = (PERSON, STEP) if isinstance(experiment.design, SteppedWedge) else (PERSON, STRATUM, ARM)
    if missing := [one for one in needed if one not in table.column_names]:
        raise UsageError(f"no column {missing[0]}", code="experiment", where=path.name)
    return table


def with_outcomes(allocation: pa.Table, path: Path, stepped: bool) -> pa.Table:
    """The allocation with `outcome` (null: not known), and `period` in a stepped wedge. Raises UsageError for a file of
    outcomes that names strangers, one person twice, or values that are neither yes nor no."""
    found = _read(path)
    keys = [PERSON, PERIOD] if stepped else [PERSON]
    if missing := [one for one in (*keys, OUTCOME) if one not in found.column_names]:
        raise UsageError(f"no column {missing[0]}; give {', '.join((*keys, OUTCOME))}", code="experiment_outcomes",
                         where=path.name)  # fmt: skip
    columns: dict[str, Any] = {PERSON: found.column(PERSON).cast(pa.string()), OUTCOME: _yes_or_no(found, path)}
    if stepped:
        try:
            columns[PERIOD] = found.column(PERIOD).cast(pa.int64())
        except pa.ArrowException:
            raise UsageError("period holds something else than numbers", code="experiment_outcomes",
                             where=path.name) from None  # fmt: skip
    table = pa.table(columns)
    if table.group_by(keys).aggregate([]).num_rows < table.num_rows:
        raise UsageError("a person stands twice", code="experiment_outcomes", where=path.name)
    strangers = pc.sum(pc.invert(pc.is_in(table.column(PERSON), allocation.column(PERSON)))).as_py() or 0
    if strangers:
        raise UsageError(f"{strangers} people were not drawn in this experiment", code="experiment_outcomes",
                         where=path.name)  # fmt: skip
    return allocation.join(table, PERSON, join_type="inner" if stepped else "left outer")


def _read(path: Path) -> pa.Table:
    try:
        return pc_csv.read_csv(path) if path.suffix == ".csv" else pq.read_table(path)
    except (OSError, pa.ArrowException):
        raise UsageError("neither a Parquet file nor a CSV with a heading", code="experiment_outcomes",
                         where=path.name) from None  # fmt: skip


def _yes_or_no(found: pa.Table, path: Path) -> Any:
    words = pc.utf8_lower(found.column(OUTCOME).cast(pa.string()))
    words = pc.if_else(pc.equal(words, ""), pa.scalar(None, pa.string()), words)
    known = pc.is_in(words, pa.array([*_YES, *_NO]))
    wrong = pc.sum(pc.and_(pc.is_valid(words), pc.invert(known))).as_py() or 0
    if wrong:
        raise UsageError(f"{wrong} outcomes are neither yes (1) nor no (0); leave empty what is not known",
                         code="experiment_outcomes", where=path.name)  # fmt: skip
    return pc.if_else(pc.is_valid(words), pc.is_in(words, pa.array(_YES)), pa.scalar(None, pa.bool_()))
