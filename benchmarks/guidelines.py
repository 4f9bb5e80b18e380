"""The evaluator alone: time for one person, load time and memory of the pack, growth as the pack doubles.

    python benchmarks/guidelines.py [--rounds N] [--pack fr]

The whole pack with its trace, in process, for the people of `plan.py` (many ages, much in the record and nothing).
"""

from __future__ import annotations

import argparse
import gc
import sys
import tracemalloc
from collections.abc import Callable
from time import perf_counter, process_time

from plan import AS_OF, people

from app.facts.model import FactSheet
from app.facts.vocabulary import load_vocabulary
from app.guidelines.evaluate import answers_for, evaluate
from app.guidelines.pack import Pack, load_pack


def times(pack: Pack, sheets: list[FactSheet], rounds: int, clock: Callable[[], float] = perf_counter) -> list[float]:
    """Microseconds of each evaluation, sorted; the first round is not counted."""
    found = []
    for turn in range(rounds + 1):
        for sheet in sheets:
            start = clock()
            evaluate(pack, sheet)
            if turn:
                found.append((clock() - start) * 1e6)
    return sorted(found)


def told(name: str, found: list[float]) -> None:
    p50, p95, p99 = (found[int(len(found) * share)] for share in (0.5, 0.95, 0.99))
    print(f"{name:34} p50 {p50:7.0f} µs   p95 {p95:7.0f} µs   p99 {p99:7.0f} µs")


def times_larger(pack: Pack, factor: int) -> Pack:
    """The same guidelines, several times over, under other names."""
    copies = [
        guideline.model_copy(update={"id": f"{guideline.id}_{number}", "supersedes": []})
        for number in range(1, factor) for guideline in pack.guidelines
    ]
    return Pack(pack.head, [*pack.guidelines, *copies], pack.digest)


def load(name: str) -> None:
    """Load time as in a new process (modules imported), and what stays in memory."""
    load_pack.cache_clear()
    load_vocabulary.cache_clear()
    start = perf_counter()
    load_vocabulary()
    middle = perf_counter()
    load_pack(name)
    print(f"load: vocabulary {(middle - start) * 1e3:.0f} ms, pack {(perf_counter() - middle) * 1e3:.0f} ms")
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
    base = times(pack, sheets, options.rounds)
    told("whole pack with trace", base)
    cpu = times(pack, sheets, options.rounds, process_time)
    told("the same, processor time", cpu)
    for factor in (2, 4):
        larger = times(times_larger(pack, factor), sheets, options.rounds, process_time)
        told(f"pack × {factor}, processor time", larger)
        print(f"    time × {larger[len(larger) // 2] / cpu[len(cpu) // 2]:.2f}")
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
