"""Whole pack over a population file: people a second, beside a bare scan of the same columns, and memory.

    jalon population generate --people 1000000 --as-of 2026-11-15 people.parquet
    python benchmarks/population.py people.parquet [--repeats 3] [--memory 2GB] [--spark]

The whole pack is the command line, `jalon population evaluate`, from its start to its end. The least of the repeats
counts, in wall and in processor seconds, since a machine that does other things tells them apart. Memory is what the
command and its processes hold together (PSS of each, every half second: what they share counts once). The scan, in one
process, counts what is not NULL in each column that the pack reads. `compile` starts from nothing; a run that follows
another finds the circuit that was kept.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import duckdb

from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack
from app.population.circuits import circuit
from app.population.contents import filled, same_for_all
from app.population.files import Source, open_files
from app.population.kept import circuit_of

DAY = date(2026, 11, 15)


def processor_seconds() -> float:
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def timed(name: str, people: int, work: Callable[[], object], repeats: int = 1) -> float:
    """The least processor seconds."""
    taken = []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), processor_seconds()
        work()
        taken.append((time.perf_counter() - wall, processor_seconds() - cpu))
    wall, cpu = min(one for one, _ in taken), min(one for _, one in taken)
    print(f"{name:28} {wall:8.1f} s {cpu:8.1f} s of processor {people / wall:12,.0f} people/s "
          f"{1e6 * cpu / people:7.2f} µs of processor a person")  # fmt: skip
    return cpu


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
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--spark", action="store_true")
    asked = parser.parse_args()
    pack, source = load_pack("fr"), open_files(asked.files, DAY, load_vocabulary())
    people = evaluate_people(source)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; "
          f"{people:,} people, {len(source.schema.names)} columns")  # fmt: skip
    timed("compile the pack", people, lambda: circuit(pack, DAY, filled(source), same=same_for_all(source)))
    compiled = circuit_of(pack, source, DAY)
    steps = sum(len(one.steps) for one in (compiled.program, *(part.program for part in compiled.program.parts)))
    print(f"{steps:,} steps over {len(compiled.columns)} columns")
    bare = timed("bare scan of these columns", people, lambda: scan(source, compiled.columns), asked.repeats)
    runs: list[Run] = []
    command = ["population", "evaluate", *map(str, asked.files), "--as-of", DAY.isoformat()]
    command += ["--memory", asked.memory] if asked.memory else []
    command += ["--threads", str(asked.threads)] if asked.threads else []
    whole = timed("whole pack, all included", people, lambda: runs.append(run(command)), asked.repeats)
    print(f"whole pack / bare scan, in processor seconds: {whole / bare:.1f}")
    print(f"peak memory of all processes together: {min(one.peak for one in runs) / 1e6:,.0f} MB; of the largest by "
          f"itself: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6:,.0f} MB")  # fmt: skip
    told = min((one.told for one in runs), key=lambda one: one["seconds"])
    print(f"as the command tells it: {told['seconds']} s ({told['people_per_second']:,} people/s), of which the "
          f"circuit {told['compiling_seconds']} s")  # fmt: skip
    if asked.spark:
        spark = [*command, "--engine", "spark", "--spark-master", "local[2]"]
        timed("Spark local[2]", people, lambda: runs.append(run(spark)))
        print(f"Spark counts the same: {runs[-1].told['counts'] == told['counts']}")


class Run(NamedTuple):
    told: dict[str, Any]
    peak: int
    """Bytes."""


def run(command: list[str]) -> Run:
    with subprocess.Popen([sys.executable, "-m", "app.cli", *command], stdout=subprocess.PIPE) as process:
        output: list[bytes] = []
        reading = Thread(target=lambda: output.append(process.stdout.read() if process.stdout else b""))
        reading.start()
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(map(held, [process.pid, *below(process.pid)])))
            time.sleep(0.5)
        reading.join()
    if process.returncode:
        raise SystemExit(process.returncode)
    return Run(json.loads(output[0]), peak)


def below(pid: int) -> Iterator[int]:
    """The processes that it started, and theirs."""
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, listed.read_text().split()):
                yield child
                yield from below(child)


def held(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def evaluate_people(source: Source) -> int:
    with duckdb.connect() as engine:
        relation = engine.read_parquet([str(path) for path in source.files])
        return int(relation.count("*").fetchall()[0][0])


if __name__ == "__main__":
    main()
