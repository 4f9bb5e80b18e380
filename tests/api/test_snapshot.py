"""A population file of real records: of those who allow it alone, without names, each reading in the person's log."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import text

from app.dates import age_on
from app.facts.vocabulary import load_vocabulary
from app.population.columns import age_band
from app.population.files import open_files
from app.population.run import evaluate_files
from app.population.strata import SMALL
from app.services.services import Services
from app.services.snapshot import PURPOSE, pseudonym, snapshot
from app.store.tables import stamp
from app.trust import consents
from app.trust.door import Job, Refused
from app.trust.rules import Asked
from app.trust.vocabulary import CATEGORIES, Tag
from tests.guidelines.people import PACK

KEY = bytes(range(32))
ALL = frozenset(CATEGORIES)


def people(services: Services) -> dict[str, str]:
    with services.engine.connect() as connection:
        rows = connection.execute(text("SELECT sample, id FROM account_person WHERE sample IS NOT NULL"))
        return {row.sample: row.id for row in rows}


def allow(services: Services, person: str, categories: Iterable[str]) -> None:
    digest = services.door.consents[PURPOSE].texts["fr"].digest
    asked = Asked(Tag.SAMPLE_LOAD, "write", "sample", "demonstration", ALL)
    services.door.enter_now(Job(person), asked, lambda grant: consents.change(
        grant, PURPOSE, categories, digest, "fr", stamp(services.now())))  # fmt: skip


def read_in_log(services: Services) -> list[tuple[str, str]]:
    with services.engine.connect() as connection:
        found = connection.execute(text("SELECT subject, outcome FROM audit_entry WHERE tag = 'system:facts:snapshot'"))
        return [(row.subject, row.outcome) for row in found]


@pytest.fixture
def known(services: Services) -> dict[str, str]:
    """The sample people, loaded with the service: name → id."""
    return people(services)


async def test_only_those_who_allow_it_are_in_the_file(
    services: Services, known: dict[str, str], tmp_path: Path
) -> None:
    allow(services, known["claudine"], ALL)
    allow(services, known["lea"], ())  # asked, and nothing allowed
    out = tmp_path / "people.parquet"
    found = snapshot(services, out, KEY)
    assert (found.people, found.refused, found.set_aside) == (1, 0, 0)
    table = pq.read_table(out)
    assert table["person"].to_pylist() == [pseudonym(known["claudine"], KEY)]
    assert read_in_log(services) == [(known["claudine"], "allowed")]
    whole = json.dumps(table.to_pylist(), default=str)
    for secret in (*known.values(), "TEST-", "CLAUDINE"):
        assert secret not in whole


async def test_the_file_counts_what_the_plans_say(
    services: Services, known: dict[str, str], tmp_path: Path
) -> None:
    for person in known.values():
        allow(services, person, ALL)
    out = tmp_path / "people.parquet"
    assert snapshot(services, out, KEY).people == len(known)
    day = services.today()
    source = open_files([out], day, load_vocabulary())
    assert source.schema.metadata[b"synthetic"] == b"false"
    counted = evaluate_files(PACK, source, day, only=["breast_cancer_screening"], by=["age_band"])
    assert counted["people"] == len(known)
    cells = counted["counts"]["breast_cancer_screening"].values()
    assert all(number is None or number >= SMALL for number in cells)  # there are fewer in each
    bands = pq.read_table(out, columns=["birth_date", "age_band"]).to_pylist()
    assert [one["age_band"] for one in bands] == [age_band(age_on(one["birth_date"], day)) for one in bands]


async def test_what_is_not_shared_is_not_in_the_row(
    services: Services, known: dict[str, str], tmp_path: Path
) -> None:
    allow(services, known["claudine"], ALL - {"habits", "identity"})
    out = tmp_path / "people.parquet"
    snapshot(services, out, KEY)
    (row,) = pq.read_table(out).to_pylist()
    assert row["tobacco_status"] is None
    assert row["tobacco_status__state"] == 1  # unknown, so that nothing is presumed of it
    assert row["birth_date"] is None


async def test_a_withdrawal_holds_from_the_next_reading(
    services: Services, known: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was listed and withdrew meanwhile is refused at the door."""
    allow(services, known["claudine"], ALL)
    allow(services, known["claudine"], ())
    monkeypatch.setattr("app.trust.consents.people_who_allow",
                        lambda *asked: [known["claudine"]] if asked[3] == "" else [])  # fmt: skip
    found = snapshot(services, tmp_path / "people.parquet", KEY)
    assert (found.people, found.refused) == (0, 1)
    assert [outcome for _, outcome in read_in_log(services)] == ["refused_no_consent"]


async def test_nobody_else_may_ask_so(services: Services, known: dict[str, str]) -> None:
    """The purpose is not consent to one's plan, nor the other way round."""
    asked = Asked(Tag.FACTS_SNAPSHOT, "read", "facts", PURPOSE, ALL)
    with pytest.raises(Refused):
        await services.door.enter(Job(known["claudine"]), asked, lambda grant: None)


def test_pseudonyms_depend_on_the_key() -> None:
    assert pseudonym("a", KEY) == pseudonym("a", KEY) != pseudonym("a", bytes(32))
    assert pseudonym("a", KEY) != pseudonym("b", KEY)


def test_who_is_born_after_the_day_is_set_aside(
    services: Services, known: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong birth date of one person does not keep the others from being counted."""
    for person in known.values():
        allow(services, person, ALL)
    monkeypatch.setattr(type(services), "today", lambda self: date(1975, 1, 1))
    found = snapshot(services, tmp_path / "people.parquet", KEY)
    assert found.people + found.set_aside == len(known)
    assert found.set_aside > 0
    births = pq.read_table(tmp_path / "people.parquet")["birth_date"].to_pylist()
    assert all(birth <= date(1975, 1, 1) for birth in births)
