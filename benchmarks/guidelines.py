"""The evaluator alone: time for one person, load time and memory of the pack, growth as the pack doubles.

    python benchmarks/guidelines.py [--rounds N] [--pack fr]

The whole pack with its trace, in process, for the people of `plan.py` (many ages, much in the record and nothing).
Where other programs run, the shortest of each person's rounds and the processor time say more than the median.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

from plan import AS_OF, people

from app.facts.model import FactSheet
from app.guidelines.evaluate import answers_for, evaluate
from app.guidelines.pack import Pack, load_pack


def times(pack: Pack, sheets: list[FactSheet], rounds: int, clock: Callable[[], float] = perf_counter) -> list[float]:
    """Microseconds of each evaluation, person by person; the first round is not counted."""
    found = []
    for turn in range(rounds + 1):
        for sheet in sheets:
            start = clock()
            evaluate(pack, sheet)
            if turn:
                found.append((clock() - start) * 1e6)
    return found


def best(found: list[float], people: int) -> list[float]:
    """The shortest of each person's evaluations: what the program costs when nothing else runs."""
    return [min(found[person::people]) for person in range(people)]


def told(name: str, found: list[float]) -> None:
    ordered = sorted(found)
    p50, p95, p99 = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95, 0.99))
    print(f"{name:34} p50 {p50:7.0f} µs   p95 {p95:7.0f} µs   p99 {p99:7.0f} µs")


def times_larger(pack: Pack, factor: int) -> Pack:
    """The same guidelines, several times over, under other names."""
    copies = [
        guideline.model_copy(update={"id": f"{guideline.id}_{number}", "supersedes": []})
        for number in range(1, factor) for guideline in pack.guidelines
    ]
    return Pack(pack.head, [*pack.guidelines, *copies], pack.digest)


LOAD = """
from time import perf_counter, process_time
import app.guidelines.evaluate
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack
times = [(perf_counter(), process_time())]
for load in (load_vocabulary, lambda: load_pack("{pack}")):
    load()
    times.append((perf_counter(), process_time()))
print(*(1e3 * (end - start) for one, other in zip(times, times[1:]) for start, end in zip(one, other)))
"""
"""In a new process, modules imported: wall and processor ms of the vocabulary, then of the pack."""


def load(name: str, runs: int = 7) -> None:
    """Load time in new processes, with content that was parsed before and without; what stays in memory."""
    with tempfile.TemporaryDirectory(prefix="jalon-parsed-") as folder:
        for kept, cache in (("parsed anew", ""), ("parsed before", folder)):
            found = []
            for _ in range(runs + 1):
                done = subprocess.run([sys.executable, "-c", LOAD.format(pack=name)], capture_output=True, check=True,
                                      text=True, env={**os.environ, "JALON_CACHE_DIR": cache})
                found.append([float(part) for part in done.stdout.split()])
            columns = list(zip(*found[1:], strict=True))
            wall, cpu, pack_wall, pack_cpu = (f"{min(c):.0f} (median {median(c):.0f})" for c in columns)
            print(f"load, {kept}: vocabulary {wall} ms, processor {cpu}; pack {pack_wall} ms, processor {pack_cpu}")
    load_pack(name)
    load_pack.cache_clear()
    tracemalloc.start()
    pack = load_pack(name)
    gc.collect()
    print(f"memory of the loaded pack: {tracemalloc.get_traced_memory()[0] / 1e6:.1f} MB, "
          f"{len(pack.guidelines)} files")
    tracemalloc.stop()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--rounds", type=int, default=30)
    arguments.add_argument("--pack", default="fr")
    options = arguments.parse_args()
    load(options.pack)
    pack, sheets = load_pack(options.pack), people()
    print(f"{len(pack.on(AS_OF))} guidelines in force, {len(sheets)} people, {options.rounds} rounds, one thread, "
          f"Python {sys.version.split()[0]}")
    wall = times(pack, sheets, options.rounds)
    told("whole pack with trace", wall)
    told("the shortest of each person", best(wall, len(sheets)))
    told("processor time", times(pack, sheets, options.rounds, process_time))
    larger = {factor: times_larger(pack, factor) if factor > 1 else pack for factor in (1, 2, 4)}
    grown = {factor: median(best(times(one, sheets, options.rounds), len(sheets))) for factor, one in larger.items()}
    for factor, cost in grown.items():
        print(f"pack × {factor}: {cost:.0f} µs, time × {cost / grown[1]:.2f}")
    weighed = []
    for sheet in sheets:
        answers = answers_for(pack, sheet)
        for name in answers.book.rules:
            answers[name]
        start = perf_counter()
        answers.questions.shares  # noqa: B018
        weighed.append((perf_counter() - start) * 1e6)
    told("weighing the questions", sorted(weighed))


if __name__ == "__main__":
    main()
