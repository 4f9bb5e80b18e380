"""Whole pack over a population file: people a second, beside a bare scan of the same columns, and memory.

    jalon population generate --people 1000000 --as-of 2026-11-15 people.parquet
    python benchmarks/population.py people.parquet [--memory 2GB] [--spark]

Wall and processor seconds are printed, since a machine that does other things tells them apart; memory is the largest
of this process and of its children. The scan counts what is not NULL in each column that the pack reads.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack
from app.population.batches import Batches
from app.population.circuits import circuit
from app.population.contents import filled, same_for_all
from app.population.files import Source, open_files
from app.population.run import evaluate_files

DAY = date(2026, 11, 15)


def processor_seconds() -> float:
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def timed(name: str, people: int, work: Callable[[], object]) -> float:
    wall, cpu = time.perf_counter(), processor_seconds()
    work()
    wall, cpu = time.perf_counter() - wall, processor_seconds() - cpu
    print(f"{name:28} {wall:8.1f} s {cpu:8.1f} s of processor {people / wall:12,.0f} people/s "
          f"{1e6 * cpu / people:7.2f} µs of processor a person")  # fmt: skip
    return wall


def scan(source: Source, columns: tuple[str, ...]) -> None:
    with duckdb.connect() as engine:
        counts = ", ".join(f'count("{name}")' for name in columns)
        engine.read_parquet([str(path) for path in source.files]).create_view("people")
        engine.execute(f"SELECT {counts} FROM people").fetchall()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--memory")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--spark", action="store_true")
    asked = parser.parse_args()
    pack, source = load_pack("fr"), open_files(asked.files, DAY, load_vocabulary())
    people = evaluate_people(source)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; "
          f"{people:,} people, {len(source.schema.names)} columns")  # fmt: skip
    compiled = None

    def compile_() -> None:
        nonlocal compiled
        compiled = circuit(pack, DAY, filled(source), same=same_for_all(source))

    timed("compile the pack", people, compile_)
    assert compiled is not None
    columns = Batches(compiled).columns
    print(f"{len(compiled.program.steps):,} steps over {len(columns)} columns")
    bare = timed("bare scan of these columns", people, lambda: scan(source, columns))
    whole = timed("whole pack, all included", people,
                  lambda: evaluate_files(pack, source, DAY, memory=asked.memory, threads=asked.threads))
    print(f"whole pack / bare scan: {whole / bare:.1f}")
    if asked.spark:
        timed("Spark local[2]", people, lambda: evaluate_files(pack, source, DAY, engine="spark"))
    for name, who in (("this process", resource.RUSAGE_SELF), ("the largest child", resource.RUSAGE_CHILDREN)):
        print(f"peak memory of {name}: {resource.getrusage(who).ru_maxrss / 1024:,.0f} MiB")


def evaluate_people(source: Source) -> int:
    with duckdb.connect() as engine:
        relation = engine.read_parquet([str(path) for path in source.files])
        return int(relation.count("*").fetchall()[0][0])


if __name__ == "__main__":
    main()
