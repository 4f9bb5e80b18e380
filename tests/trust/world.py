"""Sample people, their sessions and their facts, made through the door like everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import text

from app.dates import PartialDate
from app.facts.model import Fact, FactSheet
from app.facts.vocabulary import load_vocabulary
from app.records.model import Source, Subject
from app.store.engine import open_engine
from app.store.migrate import migrate
from app.store.tables import stamp
from app.trust import consents, health, people
from app.trust.door import Door, Job, SignedIn
from app.trust.grant import Grant
from app.trust.keys import Keyring
from app.trust.purposes import load_consents, load_purposes
from app.trust.rules import Asked
from app.trust.sessions import Policy, token_hash
from app.trust.vocabulary import CATEGORIES, Role, Tag

T = TypeVar("T")
ALL = frozenset(CATEGORIES)
PLAN = Asked(Tag.PLAN_READ, "read", "plan", "own_prevention", ALL)
FACTS = Asked(Tag.FACTS_READ, "read", "facts", "own_prevention", ALL)
LOG = Asked(Tag.ACCESS_LOG_READ, "read", "access_log", "own_rights")
KEYS = Keyring({"test": bytes(range(32))}, "test")
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def a_subject(number: str = "2680299000001") -> Subject:
    return Subject(
        PartialDate.parse("1968-02-03"),
        "female",
        (("urn:oid:1.2.250.1.213.1.4.10", number),),
        "TEST-DURAND",
        given="ANNE",
    )


def a_sheet(ldl: float = 3.1) -> FactSheet:
    """One fact of biology, one of habits."""
    day, source = PartialDate.parse("2026-05-04"), (Source("a.json", "Observation/1"),)
    return FactSheet(
        date(2026, 11, 24),
        a_subject(),
        facts={
            "ldl_cholesterol": [Fact("ldl_cholesterol", ldl, "mmol/L", day, sources=source)],
            "tobacco_status": [Fact("tobacco_status", "former", date=day, sources=source)],
        },
        sections=frozenset({"problems"}),
    )


class World:
    """A door, and what tests do around it. `now` is the door's clock."""

    def __init__(self, url: str, *, demo: bool = True) -> None:
        self.now = START
        self.url = url
        self.engine = open_engine(url)
        migrate(self.engine)
        self.door = self.another_door(demo=demo)

    def another_door(self, *, demo: bool = True) -> Door:
        policy = Policy(timedelta(minutes=30), timedelta(hours=12), demo)
        return Door(self.engine, load_purposes(), load_consents(), policy, KEYS, lambda: self.now)

    def person(
        self, name: str = "anne", allowed: Iterable[str] | None = ALL, sheet: FactSheet | None = None
    ) -> str:
        """A sample person whose facts are stored; `allowed` None: never asked."""
        person, _ = self.door.account(lambda c: people.add_sample(c, name, name, "fr", self.now))
        asked = Asked(Tag.SAMPLE_LOAD, "write", "sample", "demonstration", ALL)

        def store(grant: Grant) -> None:
            health.write_facts(grant, sheet or a_sheet(), load_vocabulary(), stamp(self.now))
            if allowed is not None:
                self._consent(grant, allowed)

        self.door.enter_now(Job(person), asked, store)
        return person

    async def sign_in(self, person: str, role: Role = "demo") -> SignedIn:
        return SignedIn(token_hash(await self.door.sign_in(person, role, None)))

    async def allow(self, who: SignedIn, categories: Iterable[str]) -> None:
        asked = Asked(Tag.CONSENTS_CHANGE, "write", "consents", "own_rights")
        await self.door.enter(who, asked, lambda grant: self._consent(grant, categories))

    def _consent(self, grant: Grant, categories: Iterable[str]) -> None:
        digest = self.door.consent.texts["fr"].digest
        consents.change(grant, "own_prevention", categories, digest, "fr", stamp(self.now))

    async def read(
        self, who: SignedIn, asked: Asked = PLAN, work: Callable[[Grant], T] | None = None
    ) -> T | FactSheet:
        """What the door lets through of the facts."""

        def facts(grant: Grant) -> FactSheet:
            stored = health.read_facts(grant, load_vocabulary())
            assert stored
            assert stored.sheet
            return stored.sheet

        return await self.door.enter(who, asked, work or facts)

    def log(self) -> list[tuple[str, str]]:
        """(tag, outcome) of every entry, in order."""
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT tag, outcome FROM audit_entry ORDER BY seq"))
            return [(row.tag, row.outcome) for row in rows]

    def close(self) -> None:
        self.door.close()
        self.engine.dispose()
