"""Places near a postcode: how long a search and a load take, on half a million places.

    python benchmarks/places.py [--places 500000] [--no-postgres]

Places are invented, of the kinds and in about the numbers of the real directories, gathered around towns of very
different sizes. Searches are drawn where people live (and 50 in the largest town). Each is what `POST /v1/places` does
in the database: open a reading, grow the box, fetch ten places. Ratios compare the engines, and an index against a scan
of columns (DuckDB) that reads the same rows.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from math import cos, degrees, radians
from pathlib import Path

import duckdb
from sqlalchemy import Engine

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.directory.search import FIRST, RADIUS, nearest  # noqa: E402
from app.store import directory as store  # noqa: E402
from app.store.engine import open_engine  # noqa: E402
from app.store.migrate import migrate  # noqa: E402
from tests.databases import database  # noqa: E402

KINDS = {
    "rpps:60": 130, "rpps:10:SM26": 90, "rpps:70": 90, "rpps:40": 45, "rpps:50": 24, "finess:620": 21, "finess:611": 9,
    "rpps:10:SM44": 9, "rpps:10:SM38": 6, "finess:124": 3.5, "finess:638": 0.4,
}  # fmt: skip
"""Thousands in France, roughly."""
NEEDS = [
    ["rpps:40"], ["finess:620", "rpps:60", "rpps:10:SM26", "rpps:50"], ["finess:611"], ["finess:638"], ["rpps:10:SM44"],
]  # fmt: skip


def invent(count: int, draw: random.Random) -> tuple[list[store.Place], list[tuple[float, float]], list[float]]:
    towns = [(draw.uniform(42.5, 50.9), draw.uniform(-4.5, 8.0)) for _ in range(3000)]
    weights = [1 / (rank + 1) ** 0.8 for rank in range(3000)]
    made = []
    for code, thousands in KINDS.items():
        some = int(count * thousands / sum(KINDS.values()))
        for n, (north, east) in enumerate(draw.choices(towns, weights, k=some)):
            at = (round(north + draw.gauss(0, 0.03), 5), round(east + draw.gauss(0, 0.04), 5))
            made.append(store.Place(code, f"Exemple {n}", "1 rue A", "69003", "Ville", *at, True, "01 99 00 00 00"))
    draw.shuffle(made)
    return made, towns, weights


def timed(name: str, spent: list[float]) -> float:
    spent.sort()
    p50 = statistics.median(spent)
    print(f"  {name:34} p50 {p50:7.2f} ms   p95 {spent[int(0.95 * len(spent))]:7.2f} ms   most {spent[-1]:7.2f} ms")
    return p50


def searches(engine: Engine, asked: list[tuple[list[str], tuple[float, float]]]) -> list[float]:
    spent = []
    for codes, centre in asked:
        start = time.perf_counter()
        with store.open_reading(engine) as reading:
            nearest(reading, codes, centre)
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def scans(path: str, asked: list[tuple[list[str], tuple[float, float]]]) -> list[float]:
    """The same boxes by DuckDB, over columns in order of code and latitude: a file beside the database."""
    spent = []
    with duckdb.connect(path, read_only=True) as connection:
        connection.execute("SET threads = 1")
        for codes, (north, east) in asked:
            start, radius = time.perf_counter(), FIRST
            while True:
                up = degrees(radius / RADIUS)
                aside = up / cos(radians(north))
                box = connection.execute(
                    f"SELECT * FROM place WHERE code IN ({', '.join('?' * len(codes))}) "
                    "AND north BETWEEN ? AND ? AND east BETWEEN ? AND ?",
                    [*codes, north - up, north + up, east - aside, east + aside],
                ).fetchall()
                if len(box) > 10 or radius >= 100:
                    break
                radius *= 2 if box else 4
            spent.append((time.perf_counter() - start) * 1000)
    return spent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=int, default=500_000)
    parser.add_argument("--no-postgres", action="store_true")
    options = parser.parse_args()
    draw = random.Random(1)
    made, towns, weights = invent(options.places, draw)
    asked = [(draw.choice(NEEDS), town) for town in draw.choices(towns, weights, k=400)]
    crowded = [(NEEDS[n % 2], towns[0]) for n in range(50)]
    p50: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        for kind in ["sqlite"] if options.no_postgres else ["sqlite", "postgres"]:
            engine = open_engine(stack.enter_context(database(kind, Path(folder))))
            stack.callback(engine.dispose)
            migrate(engine)
            start = time.perf_counter()
            edition = store.begin(engine, "finess", "2026-11-26", datetime.now(UTC))
            for first in range(0, len(made), store.BATCH):
                store.add(engine, edition, made[first : first + store.BATCH])
            store.put(engine, edition, "finess", len(made))
            spent = time.perf_counter() - start
            print(f"{kind}: {len(made)} places written in {spent:.1f} s ({len(made) / spent:,.0f}/s)")
            searches(engine, asked[:50])
            p50[kind] = timed("anywhere", searches(engine, asked))
            timed("in the largest town", searches(engine, crowded))
        path = f"{folder}/places.duckdb"
        with duckdb.connect(path) as connection:
            import pandas

            rows = [(p.code, p.latitude, p.longitude, p.name, p.street, p.town, p.phone) for p in made]
            frame = pandas.DataFrame(rows, columns=["code", "north", "east", "name", "street", "town", "phone"])
            connection.execute("CREATE TABLE place AS SELECT * FROM frame ORDER BY code, north")
            del frame
        print("duckdb (a file beside the database)")
        scans(path, asked[:20])
        p50["duckdb"] = timed("anywhere", scans(path, asked))
        timed("in the largest town", scans(path, crowded))
    for kind, value in p50.items():
        print(f"{kind}: {value / p50['sqlite']:.1f} × the time of SQLite")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
