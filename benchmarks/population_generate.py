"""How fast synthetic people are made: drawn, reduced to columns, written as Parquet.

    PEOPLE=1000000 python benchmarks/population_generate.py

Method: one process and one thread first, in CPU seconds, part by part, over a few chunks of 125 000 people (the first
one, which builds the tables, is not counted); then a folder of a million people with as many processes as cores, in
wall time. Figures of one machine in one run: its load is printed beside them. PEOPLE=70000000 makes a country.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from app.population.synthetic.generate import CHUNK, Generator
from app.population.synthetic.write import Order, write_population

DAY = date(2026, 11, 15)
CHUNKS = 3


def parts(folder: Path) -> None:
    pa.set_cpu_count(1)
    generator = Generator(1, DAY)
    generator.table(generator.chunk(0))
    seconds = {"drawn": 0.0, "reduced to columns": 0.0, "written": 0.0}
    for number in range(1, 1 + CHUNKS):
        start = time.process_time()
        chunk = generator.chunk(number)
        drawn = time.process_time()
        table = generator.table(chunk)
        reduced = time.process_time()
        pq.write_table(table, folder / f"{number}.parquet")
        written = time.process_time()
        for name, spent in zip(seconds, (drawn - start, reduced - drawn, written - reduced), strict=True):
            seconds[name] += spent
    print(f"one thread, {CHUNKS * CHUNK:,} people, {table.num_columns} columns")
    for name, spent in seconds.items():
        print(f"  {name:<20} {1e6 * spent / (CHUNKS * CHUNK):6.2f} µs CPU a person")
    print(f"  together             {CHUNKS * CHUNK / sum(seconds.values()):,.0f} people/s of one core")


def folder_of(people: int, folder: Path) -> None:
    started = time.perf_counter()
    files = write_population(Order(people, 1, DAY), folder / "parts")
    seconds = time.perf_counter() - started
    size = sum(path.stat().st_size for path in files)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(f"{people:,} people in {len(files)} files, {os.cpu_count()} processes: {people / seconds:,.0f} people/s, "
          f"{size / people:.0f} bytes a person, {peak:,.0f} MB at most in a process; load {os.getloadavg()[0]:.1f}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts(Path(folder))
        folder_of(int(os.environ.get("PEOPLE", "1000000")), Path(folder))


if __name__ == "__main__":
    main()
