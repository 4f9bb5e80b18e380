"""The copy of everything held: complete, readable, valid, through the door, and bounded."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import secrets
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from fhir.resources.R4B.bundle import Bundle
from sqlalchemy import LargeBinary, Table, insert, select

from app.cli import cli
from app.content import samples_dir
from app.errors import JalonError
from app.services.export.copy import copy, groups
from app.services.services import Services
from app.store.tables import stamp
from app.trust import held
from app.trust.door import SignedIn
from app.trust.keys import sealer
from app.trust.sessions import token_hash

URL = "/v1/me/export"


async def taken(client: httpx.AsyncClient, url: str = URL, **headers: str) -> zipfile.ZipFile:
    answer = await client.get(url, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def data_of(archive: zipfile.ZipFile, name: str = "donnees.json") -> Any:
    return json.loads(archive.read(name))


async def a_life(client: httpx.AsyncClient) -> None:
    """The person uses the service, so that as many tables as may be hold something of them."""
    key = {"Idempotency-Key": "k-1"}
    assert (await client.put("/v1/me/answers", json={"tobacco_status": "former"}, headers=key)).status_code == 200
    plan = (await client.get("/v1/me/plan")).json()
    about = f"/v1/me/plan/items/{plan['now'][0]['guideline']}/decision"
    assert (await client.put(about, json={"decision": "not_for_me", "reason": "no_wish"})).status_code == 200


async def test_all_that_every_table_holds_is_in_the_copy(claudine: httpx.AsyncClient, services: Services) -> None:
    await a_life(claudine)
    person, marks = _fill_what_is_empty(services)
    tables = data_of(await taken(claudine))["tables"]
    assert set(tables) == {one.name for one in held.HELD}
    for one in held.HELD:
        kept = _rows(services, one.table, one.of, person)
        assert kept, f"{one.name}: nothing to check"
        assert len(tables[one.name]) == len(kept), one.name
        for column in one.shown:
            given = [row[column] for row in tables[one.name]]
            assert len(given) == len(kept)
            if column not in one.sealed:
                assert sorted(map(repr, given)) == sorted(repr(row[column]) for row in kept), (one.name, column)
    text = json.dumps(tables)
    assert all(mark in text for mark in marks)


def _rows(services: Services, table: Table, of: str, person: str) -> list[dict[str, Any]]:
    with services.engine.connect() as connection:
        found = connection.execute(select(table).where(table.c[of] == person)).mappings()
        return [dict(row) for row in found]


def _fill_what_is_empty(services: Services) -> tuple[str, list[str]]:
    """A made-up row in each table where the person has none; gives the person, and what must be found again."""
    account = next(one for one in held.HELD if one.of == "id").table
    marks: list[str] = []
    with services.engine.begin() as connection:
        person = connection.execute(select(account.c.id).where(account.c.sample == "claudine")).scalar_one()
        key = sealer(connection, services.door.keys, person)
        assert key
        for one in held.HELD:
            if _rows_of(connection, one, person):
                continue
            row: dict[str, Any] = {}
            for column in one.table.columns:
                mark = f"mark-{secrets.token_hex(8)}"
                if column.name == one.of:
                    row[column.name] = person
                elif _to_somebody(column):
                    row[column.name] = None if column.nullable else person
                elif column.foreign_keys:
                    row[column.name] = _made_up(connection, next(iter(column.foreign_keys)).column.table)
                elif column.type.python_type is int:
                    row[column.name] = secrets.randbelow(2**30) + 1
                elif column.name == "at":  # read as a moment by whoever meets the row
                    row[column.name] = stamp(services.now())
                elif not isinstance(column.type, LargeBinary):
                    row[column.name] = mark
                    if column.name in one.shown:
                        marks.append(mark)
            for name, sealed in one.sealed.items():
                mark = f"mark-{secrets.token_hex(8)}"
                opened = json.dumps({"mark": mark}) if sealed.json else mark
                row[name] = key.seal(sealed.place.format(**row), opened.encode())
                marks.append(mark)
            connection.execute(insert(one.table).values(**row))
    return person, marks


def _to_somebody(column: Any) -> bool:
    return any(key.column.table.name == "account_person" for key in column.foreign_keys)


def _made_up(connection: Any, table: Any) -> Any:
    """The key of a new row of a table that a person's row refers to."""
    row = {
        column.name: secrets.randbelow(2**30) if column.type.python_type is int
        else b"" if isinstance(column.type, LargeBinary) else secrets.token_hex(8)
        for column in table.columns if not column.nullable
    }  # fmt: skip
    connection.execute(insert(table).values(**row))
    return next(row[column.name] for column in table.primary_key.columns)


def _rows_of(connection: Any, one: held.Held, person: str) -> bool:
    return connection.execute(select(one.table).where(one.table.c[one.of] == person)).first() is not None


async def test_files_come_back_as_they_were_sent(claudine: httpx.AsyncClient) -> None:
    archive = await taken(claudine)
    names = sorted(name for name in archive.namelist() if name.startswith("fichiers/"))
    sent = sorted(path for path in (samples_dir() / "claudine").iterdir() if path.name != "person.yaml")
    assert len(names) == len(sent)
    assert {archive.read(name) for name in names} == {path.read_bytes() for path in sent}
    assert {file["path"] for file in data_of(archive)["files"]} == set(names)


async def test_the_bundle_is_valid_fhir_and_holds_each_thing(claudine: httpx.AsyncClient) -> None:
    await a_life(claudine)
    archive = await taken(claudine)
    bundle = data_of(archive, "fhir.json")
    Bundle.model_validate(bundle)
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    data = data_of(archive)
    facts = (data["tables"][held.FACTS])[0]["sheet"]["facts"]
    clinical = {"Observation", "Condition", "Procedure", "Immunization"}
    told = sum(len(values) for name, values in facts.items() if not name.startswith("family_"))
    assert sum(kind in clinical for kind in kinds) >= told
    assert kinds[0] == "Patient"
    assert kinds.count("QuestionnaireResponse") == 1
    assert kinds.count("Consent") == len(data["tables"][held.CONSENTS])
    assert kinds.count("DocumentReference") == len(data["files"])
    log = data_of(archive, "journal.json")
    assert kinds.count("AuditEvent") == len(log["entries"]) + len(log["pending"])
    assert len({entry["fullUrl"] for entry in bundle["entry"]}) == len(kinds)


@pytest.mark.parametrize("person", sorted(path.name for path in samples_dir().iterdir() if path.is_dir()))
def test_every_sample_gives_valid_fhir(person: str) -> None:
    from datetime import UTC, datetime

    from app.facts.extract import extract
    from app.facts.vocabulary import load_vocabulary
    from app.records.load import read_record
    from app.services.export.copied import Copied
    from app.services.export.fhir import bundle_of

    paths = [path for path in (samples_dir() / person).iterdir() if path.name != "person.yaml"]
    now = datetime(2026, 11, 24, tzinfo=UTC)
    sheet = extract(read_record(paths), now.date())
    nothing: dict[str, list[Any]] = {held.FACTS: [], held.FILES: [], held.CONSENTS: []}
    made = bundle_of(Copied("p", now, nothing, {"entries": [], "pending": []}), sheet, load_vocabulary())
    Bundle.model_validate(made)


async def test_the_page_says_all_of_it_in_words(claudine: httpx.AsyncClient) -> None:
    await a_life(claudine)
    archive = await taken(claudine)
    page = archive.read("lisez-moi.html").decode()
    assert '<html lang="fr">' in page
    assert "<script" not in page
    assert "src=" not in page
    for words in ("Vos fichiers", "Vos réponses", "Vos autorisations", "Vos connexions", "Lecture de votre plan",
                  "Pas pour moi"):
        assert words in page
    for name in archive.namelist():
        if name.startswith("fichiers/"):
            assert f'href="{name}"' in page
    english = (await taken(claudine, f"{URL}?lang=en")).read("lisez-moi.html").decode()
    assert '<html lang="en">' in english


async def test_its_log_verifies_offline(claudine: httpx.AsyncClient, services: Services, tmp_path: Path) -> None:
    services.integrate_log()
    file = tmp_path / "journal.json"
    file.write_bytes((await taken(claudine)).read("journal.json"))
    result = CliRunner().invoke(cli, ["audit", "verify", str(file), "--key", str(services.log_key.verifier)])
    assert result.exit_code == 0, result.output


async def test_consent_is_not_needed_and_nothing_is_withheld(claudine: httpx.AsyncClient, services: Services) -> None:
    before = data_of(await taken(claudine))["tables"][held.FACTS]
    withdrawn = {"categories": [], "text_digest": services.door.consent.texts["fr"].digest}
    assert (await claudine.put("/v1/me/consents", json=withdrawn)).status_code == 200
    assert (await claudine.get("/v1/me/facts")).status_code == 403
    assert data_of(await taken(claudine))["tables"][held.FACTS] == before


async def test_nobody_else_is_in_it(lea: httpx.AsyncClient, services: Services) -> None:
    archive = await taken(lea)
    content = b"".join(archive.read(name) for name in archive.namelist())
    account = next(one for one in held.HELD if one.of == "id").table
    with services.engine.connect() as connection:
        other = connection.execute(select(account.c.id).where(account.c.sample == "claudine")).scalar_one()
    assert other.encode() not in content
    token = lea.headers["authorization"].removeprefix("Bearer ")
    assert token.encode() not in content
    assert token_hash(token).encode() not in content


async def test_secrets_stay(claudine: httpx.AsyncClient, services: Services) -> None:
    archive = await taken(claudine)
    content = b"".join(archive.read(name) for name in archive.namelist())
    table = next(one for one in held.HELD if "wrapped" in one.kept_back).table
    with services.engine.connect() as connection:
        for wrapped in connection.execute(select(table.c.wrapped)).scalars():
            assert base64.b64encode(bytes(wrapped)) not in content
            assert bytes(wrapped).hex().encode() not in content


@pytest.mark.parametrize("purpose", ["insurance", "own_prevention", "own_rights", "anything"])
async def test_another_purpose_is_refused(claudine: httpx.AsyncClient, purpose: str) -> None:
    answer = await claudine.get(URL, headers={"Jalon-Purpose": purpose})
    assert answer.status_code == 403
    assert (await claudine.get("/v1/me/access-log")).json()["entries"][1]["outcome"].startswith("refused")


async def test_each_pass_is_in_the_log(claudine: httpx.AsyncClient) -> None:
    await taken(claudine)
    tags = [entry["tag"] for entry in (await claudine.get("/v1/me/access-log")).json()["entries"]]
    assert tags[:3] == ["citizen:access_log:read", "citizen:export:read", "citizen:export:read"]


async def test_a_copy_ends_with_the_session(claudine: httpx.AsyncClient, services: Services) -> None:
    """What comes after a sign-out is not given, even when the copy had begun."""
    who = SignedIn(token_hash(claudine.headers["authorization"].removeprefix("Bearer ")))
    pieces = (await copy(services, who, lang="fr")).pieces
    await anext(pieces)
    await services.door.sign_out(who)
    with pytest.raises(JalonError):
        async for _ in pieces:
            pass


async def test_many_at_once_are_each_their_own(claudine: httpx.AsyncClient) -> None:
    found = await asyncio.gather(*(taken(claudine) for _ in range(4)))
    assert len({data_of(archive)["person"] for archive in found}) == 1


def test_files_are_read_in_groups_that_are_bounded() -> None:
    assert list(groups({1: 40, 2: 10, 3: 1, 4: 90, 5: 5}, 50)) == [[1, 2], [3], [4], [5]]
    assert list(groups({}, 50)) == []


async def test_answers_to_repeated_writes_are_sealed(claudine: httpx.AsyncClient, services: Services) -> None:
    sent = {"tobacco_status": "former"}
    key = {"Idempotency-Key": "again"}
    first = await claudine.put("/v1/me/answers", json=sent, headers=key)
    table = next(one for one in held.HELD if "answer" in one.shown).table
    with services.engine.connect() as connection:
        kept = [bytes(row) for row in connection.execute(select(table.c.answer)).scalars()]
    assert kept
    assert not any(b"tobacco" in row for row in kept)
    again = await claudine.put("/v1/me/answers", json=sent, headers=key)
    assert again.json() == first.json()
