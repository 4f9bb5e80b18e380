"""A record that comes by connection: a real provider gives the access, a real FHIR server gives the record."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import text

from app.api.app import create_app
from app.errors import UsageError
from app.identity.source import source_of
from app.services.services import Services, open_services
from app.settings import from_environment
from app.trust.vocabulary import CATEGORIES
from tests.fhirserver.place import fhir_server
from tests.oidc.place import Provider, provider

URL = "/v1/me/record/connection"


@pytest.fixture(scope="module")
def issuer() -> Iterator[tuple[Provider, str]]:
    with provider() as running, fhir_server(running.issuer) as address:
        yield running, address


@pytest.fixture
def services(issuer: tuple[Provider, str], tmp_path: Path) -> Iterator[Services]:
    running, address = issuer
    settings = running.settings(tmp_path, environment(running.issuer, f"{address}/good/fhir"))
    opened = open_services(replace(settings, upload_bytes=5_000_000))
    yield opened
    opened.close()


def environment(issuer: str, base: str) -> dict[str, str]:
    return {
        "JALON_FHIR_BASE": base, "JALON_FHIR_NAME": "TEST-ESPACE", "JALON_FHIR_ISSUER": issuer,
        "JALON_FHIR_CLIENT_ID": "records", "JALON_FHIR_CLIENT_SECRET": "secret-of-records",
    }  # fmt: skip


@pytest.fixture
async def anne(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in through the provider, with consent to everything."""
    transport = httpx.ASGITransport(create_app(services=services))
    async with httpx.AsyncClient(transport=transport, base_url=services.settings.base_url) as client:
        away = (await client.get("/connexion/citizen")).headers["location"]
        back = through_the_provider(away, services.settings.base_url)
        assert (await client.get(back.removeprefix(services.settings.base_url))).status_code == 200
        token = client.cookies["jalon_session"]
        client.headers["Authorization"] = f"Bearer {token}"
        digest = services.door.consent.texts["fr"].digest
        allowed = await client.put("/v1/me/consents", json={"categories": [*CATEGORIES], "text_digest": digest})
        assert allowed.status_code == 200
        yield client


def through_the_provider(url: str, back: str) -> str:
    """As a browser: sign in there and say yes, until it sends back here."""
    with httpx.Client(timeout=30) as browser:
        answer = browser.get(url)
        for _ in range(12):
            if answer.is_redirect:
                address = str(httpx.URL(str(answer.url)).join(answer.headers["location"]))
                if address.startswith(back):
                    return address
                answer = browser.get(address)
                continue
            action = re.search(r'action="([^"]+)"', answer.text)
            assert action, answer.text[:500]
            fields = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', answer.text))
            if fields.get("prompt") == "login":
                fields |= {"login": "anne", "password": "whatever"}
            answer = browser.post(str(httpx.URL(str(answer.url)).join(action.group(1))), data=fields)
    raise AssertionError("the provider never sent back")


def behaving(services: Services, mode: str) -> None:
    """The same server, behaving otherwise."""
    source = services.settings.source
    assert source
    services.settings = replace(services.settings, source=replace(source, base=source.base.replace("good", mode)))


async def given(client: httpx.AsyncClient, services: Services) -> dict[str, str]:
    """The answer of the provider."""
    begun = (await client.post(URL)).json()
    query = parse_qs(urlsplit(through_the_provider(begun["url"], services.settings.base_url)).query)
    assert query["state"] == [begun["state"]]
    return {"code": query["code"][0], "state": begun["state"]}


async def read(client: httpx.AsyncClient, services: Services) -> dict[str, Any]:
    """Give access, and wait for the end of the reading."""
    assert (await client.post(f"{URL}/answer", json=await given(client, services))).status_code == 202
    for _ in range(600):
        reading: dict[str, Any] = (await client.get("/v1/me/record/reading")).json()
        if reading["state"] != "reading":
            return reading
        await asyncio.sleep(0.05)
    raise AssertionError("the reading never ends")


def kept(services: Services) -> int:
    with services.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM health_upload")).scalar_one())


@pytest.mark.parametrize("mode", ["good", "searches"])
async def test_a_record_comes_page_after_page(anne: httpx.AsyncClient, services: Services, mode: str) -> None:
    behaving(services, mode)
    done = await read(anne, services)
    assert (done["state"], done["code"]) == ("done", None)
    assert done["received"] == 10, "one patient, seven weights, a document and what it names"
    facts = (await anne.get("/v1/me/facts")).json()["facts"]
    assert sorted(fact["value"] for fact in facts if fact["id"] == "weight") == [61, 62, 63, 64, 65, 66, 67]
    again = await read(anne, services)
    assert again["summary"]["stored"] == []
    assert kept(services) == 1


@pytest.mark.parametrize(("mode", "code"), [
    ("other", "other_person"), ("elsewhere", "source_down"), ("loop", "source_down"), ("html", "source_down"),
    ("large", "too_large"), ("broken", "source_down"), ("nothing", "no_patient"),
])  # fmt: skip
async def test_what_is_not_this_persons_record_is_never_attached(
    anne: httpx.AsyncClient, services: Services, mode: str, code: str
) -> None:
    behaving(services, mode)
    if mode == "nothing":
        source = services.settings.source
        assert source
        services.settings = replace(services.settings, source=replace(source, base=source.base + "/empty"))
    refused = await read(anne, services)
    assert refused["state"] == "refused"
    assert refused["code"] in {code, "source_refused"}
    assert kept(services) == 0
    last = (await anne.get("/v1/me/access-log")).json()["entries"]
    assert "citizen:record:refuse" in [entry["tag"] for entry in last]


async def test_an_answer_counts_once_and_in_the_session_that_asked(
    anne: httpx.AsyncClient, services: Services
) -> None:
    answer = await given(anne, services)
    mine = anne.headers.pop("Authorization")
    other = await services.door.sign_in(_person(services), "citizen", None)
    anne.cookies.clear()
    stolen = await anne.post(f"{URL}/answer", json=answer, headers={"Authorization": f"Bearer {other}"})
    assert (stolen.status_code, stolen.json()["code"]) == (400, "not_asked")
    assert kept(services) == 0
    codes = [
        (await anne.post(f"{URL}/answer", json=answer, headers={"Authorization": mine})).status_code for _ in range(2)
    ]
    assert codes == [202, 400], "the thief took nothing, and it counts once"


def _person(services: Services) -> str:
    with services.engine.connect() as connection:
        return str(connection.execute(text("SELECT id FROM account_person")).scalar_one())


async def test_without_consent_nothing_is_fetched(anne: httpx.AsyncClient, services: Services) -> None:
    answer = await given(anne, services)
    digest = services.door.consent.texts["fr"].digest
    await anne.put("/v1/me/consents", json={"categories": [], "text_digest": digest})
    assert (await anne.post(f"{URL}/answer", json=answer)).status_code == 403
    assert (await anne.get("/v1/me/record/reading")).status_code == 404


async def test_the_access_is_kept_nowhere(anne: httpx.AsyncClient, services: Services) -> None:
    answer = await given(anne, services)
    await anne.post(f"{URL}/answer", json=answer)
    with services.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM account_sign_in")).scalar_one() == 0
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        everything = repr([connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in tables])
    assert answer["code"] not in everything
    assert "secret-of-records" not in everything


async def test_the_pages_do_the_same(anne: httpx.AsyncClient, services: Services) -> None:
    """Away by a page of ours, back by another: no form is sent elsewhere, and no cookie is needed on the way back."""
    del anne.headers["Authorization"]
    form = await anne.get("/mon-dossier")
    assert "Recevoir mon dossier de TEST-ESPACE" in form.text
    token = re.search(r'name="csrf" value="(\w+)"', form.text)
    assert token
    leaving = await anne.post("/mon-dossier/connexion", data={"csrf": token[1]})
    url = re.search(r'content="0;url=([^"]+)"', leaving.text)
    assert url
    back = through_the_provider(url[1].replace("&amp;", "&"), services.settings.base_url)
    session = dict(anne.cookies.items())
    anne.cookies.clear()  # what a browser sends when it comes from elsewhere: nothing
    arrived = await anne.get(back.removeprefix(services.settings.base_url))
    assert "/mon-dossier/connexion/suite" in arrived.text
    for name, value in session.items():
        anne.cookies.set(name, value)
    going_on = await anne.get("/mon-dossier/connexion/suite")
    assert (going_on.status_code, going_on.headers["location"]) == (303, "/mon-dossier/lecture")
    watched = await anne.get("/mon-dossier/lecture")
    assert "C’est fini" in watched.text


async def test_who_says_no_there_is_told_so_here(anne: httpx.AsyncClient, services: Services) -> None:
    begun = (await anne.post(URL)).json()
    del anne.headers["Authorization"]
    await anne.get("/mon-dossier/connexion/retour", params={"error": "access_denied", "state": begun["state"]})
    told = await anne.get("/mon-dossier/connexion/suite")
    assert told.status_code == 400
    assert "n’a pas été donné" in told.text
    assert kept(services) == 0


def test_a_source_is_wholly_configured_or_refused() -> None:
    whole = environment("https://issuer.example", "https://fhir.example/r4/")
    found = source_of(whole)
    assert found
    assert found.base == "https://fhir.example/r4"
    for name in whole:
        if name != "JALON_FHIR_BASE":
            with pytest.raises(UsageError):
                source_of({key: value for key, value in whole.items() if key != name})
    for base in ("http://fhir.example/r4", "ftp://fhir.example", "https://", "https://fhir.example/r4?x=1"):
        with pytest.raises(UsageError):
            source_of(whole | {"JALON_FHIR_BASE": base})
    with pytest.raises(UsageError):
        from_environment(whole, demo=True)
