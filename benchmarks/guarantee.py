"""The month's sample and the month's monitoring, over people who consent.

    python benchmarks/guarantee.py [--people 1000] [--engine sqlite|postgres|both]

Through the door, with its decision and its entry of the log for each person; the people hold the facts of the sample
people in turn. Beside them, the same plans made in memory without the door, the database or the counts: the ratio is
what those cost.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.plans.plan import make_plan  # noqa: E402
from app.services.demo import _LOAD, ALL  # noqa: E402
from app.services.guarantee import drawing  # noqa: E402
from app.services.monitoring.run import compute  # noqa: E402
from app.services.services import Services, open_services  # noqa: E402
from app.settings import Settings  # noqa: E402
from app.store.tables import stamp  # noqa: E402
from app.trust import consents, people  # noqa: E402
from app.trust.door import Job  # noqa: E402
from benchmarks.practice import fill  # noqa: E402
from tests.databases import database  # noqa: E402


def allow(services: Services) -> None:
    digest, at = services.door.consents[drawing.PURPOSE].texts["fr"].digest, stamp(services.now())
    for one in services.door.account(people.samples):
        services.door.enter_now(
            Job(one.id), _LOAD, lambda grant: consents.change(grant, drawing.PURPOSE, ALL, digest, "fr", at)
        )


def measure(services: Services, many: int) -> None:
    sheets = fill(services, many)
    allow(services)
    started = time.perf_counter()
    for number in range(many):
        _ = make_plan(sheets[number % len(sheets)], "fr", services.pack).items  # type: ignore[arg-type]
    bare = time.perf_counter() - started
    print(f"  plans alone: {many / bare:,.0f} people/s")
    for name, work in (
        ("sample drawn (dry run)", lambda: drawing.draw(services, "2026-11", "seed", dry_run=True)),
        ("sample drawn and kept", lambda: drawing.draw(services, "2026-11", "seed")),
        ("monitoring of a month", lambda: compute(services, "2026-11")),
    ):
        started = time.perf_counter()
        found = work()
        seconds = time.perf_counter() - started
        drawn = f", {found.drawn} of {found.answers} answers" if isinstance(found, drawing.Drawn) else ""
        print(f"  {name}: {seconds:.1f} s, {many / seconds:,.0f} people/s, {seconds / bare:.1f} × plans alone{drawn}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--engine", choices=["sqlite", "postgres", "both"], default="both")
    asked = parser.parse_args()
    for kind in ("sqlite", "postgres") if asked.engine == "both" else (asked.engine,):
        with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
            services = open_services(Settings(url, demo=True, accepted_identity=frozenset({"test", "none"})))
            print(f"{kind}, {asked.people} people")
            measure(services, asked.people)
            services.close()


if __name__ == "__main__":
    main()
