"""CDS Hooks patient-view, with prefetch, at 50 requests a second on one worker.

    python benchmarks/cds.py [--seconds 10] [--rate 50]

The service runs in a process of its own (SQLite, demo mode), on the loopback only. Calls are sent at a steady rate,
each on its own time, so that a slow answer does not slow the next call down. Times are those seen by the caller, from
the first byte sent to the last read; the target is a median under 10 ms. Beside it: the cards computed in this process,
without HTTP, log or database.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from api import server  # noqa: E402

from app.cds.cards import patient_cards  # noqa: E402
from app.cds.hooks import HookCall  # noqa: E402
from app.cds.prefetch import facts_of, missing  # noqa: E402
from app.plans.plan import make_plan  # noqa: E402
from tests.cds.calls import call  # noqa: E402

PEOPLE = ("claudine", "gerard", "lea", "rachid")


async def steady(port: int, rate: float, seconds: float) -> list[float]:
    times: list[float] = []
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:

        async def one(person: str) -> None:
            begun = time.perf_counter()
            answer = await client.post("/cds-services/jalon-patient-view", json=bodies[person])
            times.append(time.perf_counter() - begun)
            assert answer.status_code == 200, answer.text

        bodies = {person: call(person) for person in PEOPLE}
        for person in PEOPLE:
            await one(person)
        times.clear()
        begun, tasks = time.perf_counter(), []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(one(PEOPLE[number % len(PEOPLE)])))
        await asyncio.gather(*tasks)
    return times


def in_process(rounds: int = 50) -> list[float]:
    times, day = [], date(2026, 11, 15)
    for number in range(rounds * len(PEOPLE)):
        sent = call(PEOPLE[number % len(PEOPLE)])
        begun = time.perf_counter()
        parsed = HookCall.model_validate(sent)
        patient_cards(make_plan(facts_of(parsed, day)), missing(parsed), parsed.context.patientId)
        times.append(time.perf_counter() - begun)
    return times[len(PEOPLE) :]


def told(name: str, times: list[float]) -> None:
    cuts = statistics.quantiles(times, n=100)
    middle = 1e3 * statistics.median(times)
    print(f"{name:<28} {len(times):5d} calls   p50 {middle:6.2f} ms   p99 {1e3 * cuts[98]:6.2f} ms")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--rate", type=float, default=50)
    given = options.parse_args()
    told("cards alone, in process", in_process())
    seconds = min(given.seconds, 60)
    with tempfile.TemporaryDirectory() as folder, server("jalon", f"sqlite:///{folder}/demo.db") as port:
        told(f"over HTTP, {given.rate:.0f}/s, one worker", asyncio.run(steady(port, given.rate, seconds)))


if __name__ == "__main__":
    main()
