"""One person at a time beside everybody as columns, from fact sheets to statuses: where do they cross?

    python benchmarks/crossing.py [--rounds 5]

For n people of `plan.py`, in processor milliseconds, the least of the rounds. `one at a time` gives statuses with the
trace; `as columns` makes rows and one table, and runs a circuit over every column that the vocabulary may fill, which
is compiled before (apart: what a service that starts would pay once a day); it gives status, track and day due, and no
trace. `from columns` is the same without making the rows: people who stand in a population file.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable
from time import process_time

import pyarrow as pa
from plan import AS_OF, people

from app.facts.model import FactSheet
from app.facts.vocabulary import load_vocabulary
from app.guidelines.evaluate import evaluate
from app.guidelines.pack import load_pack
from app.population.batches import Batches
from app.population.circuits import circuit
from app.population.columns import columns_of
from app.population.names import names_of
from app.population.row import row_of

PACK, VOCABULARY = load_pack("fr"), load_vocabulary()
NAMES = names_of(PACK.on(AS_OF))
SCHEMA = columns_of(dict.fromkeys(["birth_date", *NAMES]), VOCABULARY)


def table(sheets: list[FactSheet]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([row_of(sheet, NAMES, VOCABULARY) for sheet in sheets], schema=SCHEMA)


def least(rounds: int, work: Callable[[], object]) -> float:
    found = []
    for _ in range(rounds):
        start = process_time()
        work()
        found.append((process_time() - start) * 1e3)
    return min(found)


def at(sheets: list[FactSheet], batches: Batches, rounds: int) -> tuple[float, float, float]:
    """One at a time, as columns, from columns."""
    made = table(sheets)
    return (
        least(rounds, lambda: [evaluate(PACK, sheet) for sheet in sheets]),
        least(rounds, lambda: batches.answers(table(sheets), ())), least(rounds, lambda: batches.answers(made, ())),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {len(SCHEMA)} columns")
    start = process_time()
    batches = Batches(circuit(PACK, AS_OF, SCHEMA, days=True))
    print(f"compile: {process_time() - start:.1f} s")
    some = people()
    print(f"{'n':>6} {'one at a time':>15} {'as columns':>12} {'from columns':>14}   ms of processor")
    for n in (1, 3, 10, 30, 100, 1000):
        alone, columns, ready = at([some[place % len(some)] for place in range(n)], batches, rounds)
        print(f"{n:>6} {alone:>15.1f} {columns:>12.1f} {ready:>14.1f}")



if __name__ == "__main__":
    main()
