"""A crowd of invented people on a service of their own, all informed long ago, and what tests do around it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from app.dates import PartialDate
from app.facts.model import Fact, FactSheet
from app.records.model import Source, Subject
from app.services.services import Services, open_services
from app.settings import Settings
from app.store.tables import stamp
from app.trust import consents, health, people
from app.trust.donation import register
from app.trust.donation.register import Wanted
from app.trust.donation.stance import Channel, Wish
from app.trust.donation.terms import load_terms
from app.trust.door import Job
from app.trust.grant import Grant
from app.trust.rules import Asked
from app.trust.vocabulary import CATEGORIES, Tag

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ALL = frozenset(CATEGORIES)
COLON, SUGAR = "exemple_depistage_colorectal", "exemple_glycemie"
OID = "urn:oid:1.2.250.1.213.1.4.10"


def opened(url: str) -> Services:
    settings = Settings(url, demo=True, accepted_identity=frozenset({"test", "demonstration", "none"}))
    return open_services(settings, clock=lambda: NOW)


def number(i: int) -> str:
    return f"2{i:012}"


def sheet(i: int, birth: date, sex: str = "female") -> FactSheet:
    day, source = PartialDate.of(date(2026, 5, 4)), (Source("a.json", f"Observation/{i}"),)
    subject = Subject(PartialDate.of(birth), sex, ((OID, number(i)),), f"TEST-SECRET{i}", given="ANNE")
    return FactSheet(
        date(2026, 11, 24), subject,
        facts={
            "tobacco_status": [Fact("tobacco_status", "former", date=day, sources=source)],
            "fasting_glucose": [Fact("fasting_glucose", 5.2, "mmol/L", day, sources=source)],
            "colonoscopy": [Fact("colonoscopy", "normal", date=day, sources=source)],
        },
    )  # fmt: skip


def add(
    services: Services, i: int, birth: date = date(1960, 5, 1), *, informed_days_ago: int | None = 100,
    allowed: frozenset[str] = ALL,
) -> str:  # fmt: skip
    """A person with facts and an identity; gives their account number."""
    person, _ = services.door.account(lambda c: people.add_sample(c, f"p{i}", f"p{i}", "fr", NOW))
    at, facts = stamp(NOW), sheet(i, birth)

    def store(grant: Grant) -> None:
        assert facts.subject
        health.write_identity(grant, facts.subject, at)
        health.write_facts(grant, facts, services.vocabulary, at)
        consents.change(grant, "own_prevention", allowed, services.door.consent.texts["fr"].digest, "fr", at)

    services.door.enter_now(Job(person), Asked(Tag.SAMPLE_LOAD, "write", "sample", "demonstration", ALL), store)
    if informed_days_ago is not None:
        shown = stamp(NOW - timedelta(days=informed_days_ago))
        with services.engine.begin() as connection:
            connection.execute(
                text("INSERT INTO donation_information (person_id, text_digest, at) VALUES (:p, :d, :at)"),
                {"p": person, "d": load_terms().texts["fr"].digest, "at": shown},
            )
    return person


def choose(services: Services, person: str, wish: Wish = "opposed", channel: Channel = "self", **more: object) -> None:
    wanted = Wanted(wish, channel=channel, **more)  # type: ignore[arg-type]
    asked = Asked(Tag.DONATION_RECORD, "write", "donation", "donation_desk")
    services.door.enter_now(
        Job(person), asked,
        lambda grant: register.choose(grant, wanted, load_terms(), services.log_key, stamp(NOW)),
    )  # fmt: skip


def pseudonyms(out: Path) -> list[str]:
    import pyarrow.parquet as parquet

    return list(parquet.read_table(out / "data.parquet")["pseudonym"].to_pylist())
