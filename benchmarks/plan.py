"""One person, the whole French pack, in process: how long does a plan take?

    python benchmarks/plan.py [--rounds N] [--pack fr]

Synthetic people of many ages, some with much in their record and some with nothing. `plan` evaluates every guideline
with its trace, ranks and chooses; sentences are made when they are read, so `plan as JSON` adds all the words, and
`with trace` the trace as data. Prints p50 and p95 in microseconds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import date
from time import perf_counter

from app.dates import PartialDate
from app.facts.model import Fact, FactSheet
from app.guidelines.evaluate import evaluate
from app.guidelines.pack import load_pack
from app.plans.plan import make_plan
from app.records.model import Source, Subject

AS_OF = date(2026, 11, 15)
RICH = [
    ("total_cholesterol", 6.3, "mmol/L", "2026-04-22"), ("hdl_cholesterol", 1.1, "mmol/L", "2026-04-22"),
    ("ldl_cholesterol", 4.1, "mmol/L", "2026-04-22"), ("fasting_glucose", 5.4, "mmol/L", "2025-01-10"),
    ("systolic_bp", 148.0, "mm[Hg]", "2026-05-11"), ("diastolic_bp", 92.0, "mm[Hg]", "2026-05-11"),
    ("weight", 92.0, "kg", "2026-05-11"), ("height", 178.0, "cm", "2026-05-11"),
    ("tobacco_status", "current", None, "2026-05-11"), ("mammography", "normal", None, "2024-03-02"),
    ("cytology", "normal", None, "2023-10-02"), ("fit", "negative", None, "2023-02-20"),
    ("influenza_vaccine", "dose", None, "2025-10-30"), ("colonoscopy", "normal", None, "2019"),
]


def people() -> list[FactSheet]:
    """Both sexes, 20 to 85 years; each once with a rich record and once with an empty one."""
    sheets = []
    for age in range(20, 86, 5):
        for sex in ("female", "male"):
            for facts in (RICH, []):
                subject = Subject(PartialDate.of(date(AS_OF.year - age, 3, 2)), sex)  # type: ignore[arg-type]
                sheet = FactSheet(AS_OF, subject, sections=frozenset({"problems", "medications"}))
                for name, value, unit, day in facts:
                    source = (Source("record.json", f"Observation/{name}"),)
                    sheet.facts[name] = [Fact(name, value, unit, PartialDate.parse(day), sources=source)]
                sheets.append(sheet)
    return sheets


def measure(task: Callable[[FactSheet], object], sheets: list[FactSheet], rounds: int) -> tuple[float, float]:
    """p50 and p95, in microseconds, after one round that is not counted."""
    for sheet in sheets:
        task(sheet)
    times = []
    for _ in range(rounds):
        for sheet in sheets:
            start = perf_counter()
            task(sheet)
            times.append(perf_counter() - start)
    times.sort()
    return times[len(times) // 2] * 1e6, times[int(len(times) * 0.95)] * 1e6


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--rounds", type=int, default=20)
    arguments.add_argument("--pack", default="fr")
    options = arguments.parse_args()
    pack, sheets = load_pack(options.pack), people()
    tasks: dict[str, Callable[[FactSheet], object]] = {
        "evaluate only": lambda sheet: evaluate(pack, sheet),
        "plan (with trace)": lambda sheet: make_plan(sheet, "fr", pack),
        "plan as JSON": lambda sheet: json.dumps(make_plan(sheet, "fr", pack).to_json()),
        "plan as JSON with trace": lambda sheet: json.dumps(make_plan(sheet, "fr", pack).to_json(trace=True)),
    }
    print(f"{len(pack.on(AS_OF))} guidelines, {len(sheets)} people, {options.rounds} rounds, one thread")
    for name, task in tasks.items():
        p50, p95 = measure(task, sheets, options.rounds)
        print(f"{name:26} p50 {p50:8.0f} µs   p95 {p95:8.0f} µs")


if __name__ == "__main__":
    main()
