"""Export of a population against the register: people/s, and the memory it takes.

    python -m benchmarks.donation_export [--people 100000] [--database sqlite:///…|postgresql://…]

Makes an embedded database of invented people (each with an age, a sex and three facts, sealed with a key of their own),
5 in 100 opposed, then exports the example project and checks the result as `jalon audit verify` does.
"""

from __future__ import annotations

import argparse
import json
import resource
import secrets
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from app.dates import PartialDate
from app.facts.model import Fact, FactSheet
from app.facts.storage import to_storage
from app.records.model import Subject
from app.services.donation_export import export
from app.services.services import Services, open_services
from app.settings import Settings
from app.store import tables
from app.store.tables import stamp
from app.trust.donation import manifest
from app.trust.donation.terms import load_terms
from app.trust.keys import Sealer
from app.trust.vocabulary import CATEGORIES

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PROJECT = "exemple_depistage_colorectal"
AT, SHOWN = stamp(NOW), stamp(NOW - timedelta(days=100))
OPPOSED_PER_HUNDRED = 5


def fill(services: Services, people: int) -> None:
    names = ("Person", "DataKey", "HealthFacts", "ConsentChange", "DonationInformation", "DonationChoice")
    kinds = {name: getattr(tables, name).__table__ for name in names}
    for first in range(0, people, 2000):
        rows: dict[str, list[dict[str, object]]] = {name: [] for name in names}
        for i in range(first, min(first + 2000, people)):
            for name, row in person(services, i).items():
                rows[name].append(row)
        with services.engine.begin() as connection:
            for name, found in rows.items():
                if found:
                    connection.execute(insert(kinds[name]), found)


def person(services: Services, i: int) -> dict[str, dict[str, object]]:
    who, key = secrets.token_hex(16), secrets.token_bytes(32)
    sealer, day = Sealer(key, who), PartialDate.of(date(2025, 1 + i % 12, 3))
    subject = Subject(
        PartialDate.of(date(1940 + i % 46, 5, 1)), ("female", "male")[i % 2], (), f"TEST-{i}", given="INVENTEE"
    )
    facts = {
        "tobacco_status": [Fact("tobacco_status", ("never", "former", "current")[i % 3], date=day)],
        "fit": [Fact("fit", "negative", date=day)],
        "ldl_cholesterol": [Fact("ldl_cholesterol", 3.1, "mmol/L", day)],
    }
    sheet = json.dumps(to_storage(FactSheet(NOW.date(), subject, facts=facts))).encode()
    digest = services.door.consent.texts["fr"].digest
    text = load_terms().texts["fr"].digest
    made: dict[str, dict[str, object]] = {
        "Person": {"id": who, "sample": who, "label": None, "language": "fr", "log_key": key, "created_at": AT},
        "DataKey": {"person_id": who, "kek": services.door.keys.current, "wrapped": services.door.keys.wrap(key, who),
                    "at": AT},
        "HealthFacts": {"person_id": who, "sheet": sealer.seal("health_facts.sheet", sheet),
                        "answers": sealer.seal("health_facts.answers", b"{}"), "vocabulary": "", "digest": "",
                        "at": AT},
        "ConsentChange": {"person_id": who, "purpose": "own_prevention", "version": 1, "language": "fr", "by": who,
                          "categories": ",".join(CATEGORIES), "text_digest": digest, "at": AT},
        "DonationInformation": {"person_id": who, "text_digest": text, "at": SHOWN},
    }  # fmt: skip
    if i % 100 < OPPOSED_PER_HUNDRED:
        made["DonationChoice"] = {
            "person_id": who, "version": 1, "channel": "self", "wish": "opposed", "purposes": "", "projects": "",
            "text_digest": text, "by": who, "evidence": "", "at": AT, "receipt": "",
        }  # fmt: skip
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--database", help="an empty database; by default an embedded one, deleted at the end")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database or f"sqlite:///{folder}/people.db"
        settings = Settings(url, demo=True, accepted_identity=frozenset({"test"}))
        services = open_services(settings, clock=lambda: NOW)
        start = time.perf_counter()
        fill(services, asked.people)
        print(f"{asked.people} people made in {time.perf_counter() - start:.1f} s")
        before, cpu = memory(), time.process_time()
        report = export(services, PROJECT, Path(folder) / "out")
        print(f"{report.people} of {asked.people} exported in {report.seconds:.1f} s: "
              f"{asked.people / report.seconds:.0f} people/s held against the register, k = {report.k}, "
              f"{report.opposed} opposed; {asked.people / (time.process_time() - cpu):.0f} people/s of processor time; "
              f"memory {before} → {memory()} MB")  # fmt: skip
        start = time.perf_counter()
        data = json.loads((Path(folder) / "out" / manifest.MANIFEST).read_text(encoding="utf-8"))
        found = list(manifest.findings(data, services.log_key.verifier, Path(folder) / "out"))
        print(f"verified in {time.perf_counter() - start:.2f} s: {found or 'holds'}")
        services.close()


def memory() -> int:
    """The most that the process ever held (MB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
