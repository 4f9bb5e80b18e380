"""Quality measures: patients a second, one at a time and as columns, beside the reference engine in the same run.

    python benchmarks/measures.py [--data ../shared/data/us-ecqm] [--replicate 200] [--people 2000000] [--peer FOLDER]

The official breast cases (58 patients, 3 to 10 resources) are replicated. `one at a time`: from FHIR JSON in memory, as
objects and as text, to populations with the trace, one process. `columns`: making the columns from objects, then
populations of everybody from columns in DuckDB and from Parquet. `--peer` is a folder with `fqm.mjs` and its installed
packages (shared/tools/peer-ecqm, copied out of the project); it runs first and last, and the faster run counts.

On a machine that does other things, `--processor` gives patients a second of processor instead, of every thread; the
peer's is what 174 patients more take it (one copy of the cases, then four), its start left out.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from app.measures.catalog import Scope, load_catalog
from app.measures.columns.engine import members
from app.measures.columns.flatten import Flattener
from app.measures.columns.layout import layout_of
from app.measures.columns.tables import Tables, from_cases, read_columns
from app.measures.evaluate import Evaluator
from app.measures.reading import Case, read_cases
from app.measures.valuesets import ValueSets, read_value_sets

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
clock = perf_counter
POPULATIONS = ("initial-population", "denominator", "denominator-exclusion", "numerator")


def rate(count: int, task: Callable[[], object], repeats: int = 5) -> float:
    """Patients a second: the median of several runs, after one that is not counted."""
    task()
    times = []
    for _ in range(repeats):
        start = clock()
        task()
        times.append(clock() - start)
    return count / sorted(times)[repeats // 2]


def copies(cases: list[Case], count: int) -> list[Case]:
    texts = [json.dumps(case.resources) for case in cases]
    return [case._replace(resources=json.loads(text)) for _ in range(count)
            for case, text in zip(cases, texts, strict=True)]


def replicate(tables: Tables, cases: int, people: int) -> int:
    """The rows of the cases again and again, under other numbers, in the order of people."""
    times, con = max(1, people // cases), tables.con.con
    for name, key in (("people", "person"), ("events", "person, rank")):
        con.execute(
            f"create table more as select (person + {cases} * n)::int as person, {name}.* exclude (person) "
            f"from {name}, range({times}) numbers(n) order by {key}"
        )
        con.execute(f"drop table {name}")
        con.execute(f"alter table more rename to {name}")
    return times * cases


def populations(scope: Scope, value_sets: ValueSets, tables: Tables) -> Any:
    """From columns to the populations of everybody, as Arrow columns; conditions are made and compiled each time."""
    for name in tables.con.con.execute("select table_name from duckdb_tables() where temporary").fetchall():
        if name[0] not in ("people", "events"):
            tables.con.con.execute(f'drop table temp."{name[0]}"')
    return members(scope, value_sets, FIRST, LAST, tables).drop("name").to_pyarrow()


def peer(folder: Path | None, data: Path) -> float | None:
    """Patients a second of the reference engine's fastest line; its own words are printed."""
    if folder is None:
        return None
    done = subprocess.run(
        ["node", "fqm.mjs", "--replicate", "10", "--repeats", "3", "--variants", "slim,raw"], cwd=folder, check=True,
        capture_output=True, text=True, env=os.environ | {"ECQM_DATA": str(data)},
    )  # fmt: skip
    print("\n".join(f"  peer: {line}" for line in done.stdout.splitlines()))
    match = re.search(r"fqm-execution: (\d+) patients/s", done.stdout)
    return float(match.group(1)) if match else None


def peer_of_processor(folder: Path | None, data: Path) -> float | None:
    """Patients a second of processor of its fastest line."""
    if folder is None:
        return None
    taken = []
    for copies_ in ("1", "4"):
        before = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
        subprocess.run(["node", "fqm.mjs", "--replicate", copies_, "--repeats", "1", "--variants", "raw"], cwd=folder,
                       check=True, capture_output=True, env=os.environ | {"ECQM_DATA": str(data)})  # fmt: skip
        taken.append(sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before)
    found = 3 * 58 / (taken[1] - taken[0])
    print(f"  peer: {found:.0f} patients/s of processor")
    return found


def told(what: str, measured: float, beside: float | None) -> None:
    ratio = f"   {measured / beside:>9,.0f} × the peer" if beside else ""
    print(f"  {what:<58} {measured:>12,.0f} patients/s{ratio}")


def lines(scope: Scope, value_sets: ValueSets, cases: list[Case], options: argparse.Namespace) -> Iterator[Any]:
    evaluator = Evaluator(scope, value_sets, FIRST, LAST)
    many = copies(cases, options.replicate)
    texts = [json.dumps(case.resources) for case in many]

    def from_objects() -> None:
        for case in many:  # an answer is used and let go, as when lines are written
            evaluator.evaluate(case.resources)

    def from_text() -> None:
        for text in texts:
            evaluator.evaluate(json.loads(text))

    yield "one at a time, from objects, with trace", rate(len(many), from_objects)
    yield "one at a time, from text, with trace", rate(len(texts), from_text)
    layout = layout_of([scope])
    yield "making columns, from objects", rate(len(many), lambda: list(Flattener(layout).batches(many)), 3)
    tables = from_cases(cases, layout)
    people = replicate(tables, len(cases), options.people)
    expected = {name: people // len(cases) * sum(case.expected[name] for case in cases if case.expected)
                for name in POPULATIONS}
    found = populations(scope, value_sets, tables)
    counts = {name: sum(found[name].to_pylist()) for name in POPULATIONS}
    assert counts == expected, (counts, expected)
    yield f"columns in DuckDB, {people:,} people at once", rate(people, lambda: populations(scope, value_sets, tables))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "columns"
        as_parquet(tables, home)
        parquet = read_columns(home)
        yield f"columns in Parquet, {people:,} people at once", rate(
            people, lambda: populations(scope, value_sets, parquet)
        )


def as_parquet(tables: Tables, home: Path) -> None:
    from app.measures.columns.head import HEAD
    from app.measures.columns.tables import EVENTS, PEOPLE, head_of

    home.mkdir()
    tables.con.con.execute(f"copy people to '{home / PEOPLE}'")
    tables.con.con.execute(f"copy events to '{home / EVENTS}'")
    (home / HEAD).write_text(json.dumps(head_of(tables.layout, tables.dictionaries)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = Path(__file__).resolve().parents[1]
    parser.add_argument("--data", type=Path, default=root.parent / "shared" / "data" / "us-ecqm")
    parser.add_argument("--replicate", type=int, default=200)
    parser.add_argument("--people", type=int, default=2_000_000)
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--processor", action="store_true")
    options = parser.parse_args()
    global clock
    clock, ask_peer = (process_time, peer_of_processor) if options.processor else (perf_counter, peer)
    if not options.data.is_dir():
        print(f"no official cases at {options.data}: give --data")
        return
    value_sets = read_value_sets([options.data / "valuesets.json"])
    for name, folder in (("CMS125", "breast"), ("CMS124", "cervical")):
        scope, cases = load_catalog("us").get(name), list(read_cases([options.data / folder / "cases"]))
        evaluator = Evaluator(scope, value_sets, FIRST, LAST)
        right = sum(evaluator.evaluate(case.resources).groups[""] == case.expected for case in cases)
        print(f"{name}: {right}/{len(cases)} official cases right")
    scope, cases = load_catalog("us").get("CMS125"), list(read_cases([options.data / "breast" / "cases"]))
    before = ask_peer(options.peer, options.data)
    measured = list(lines(scope, value_sets, cases, options))
    after = ask_peer(options.peer, options.data)
    beside = max(filter(None, (before, after)), default=None)
    for what, patients in measured:
        told(what, patients, beside)


if __name__ == "__main__":
    main()
