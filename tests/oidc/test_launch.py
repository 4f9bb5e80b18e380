"""A launch from a professional's software: a real OpenID provider and FHIR server launch Jalon on a patient."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.api.app import create_app
from app.dates import PartialDate
from app.errors import ContentError, UsageError
from app.facts.model import FactSheet
from app.identity.ehr import Ehr, EhrClient, load_ehrs
from app.records.model import Subject
from app.services.services import Services, open_services
from app.settings import Settings
from app.store.tables import stamp
from app.trust import consents, health, relations, signing_in
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.rules import Asked
from app.trust.sessions import token_hash
from app.trust.vocabulary import CATEGORIES, Tag
from tests.oidc.place import Provider, provider

INS = "urn:oid:1.2.250.1.213.1.4.10"
RPPS = "99700000000"
"""The doctor's own number, as the provider gives it after the digit of its kind."""


@pytest.fixture(scope="module")
def op() -> Iterator[Provider]:
    with provider() as running:
        yield running


WRONG = ("weak", "elsewhere", "other", "mute", "silent")
"""Software whose SMART configuration is not the expected one."""


def launching(op: Provider, folder: Path) -> Settings:
    """The provider is a practice's software too, and stands in the list."""
    common = {"label": "TEST-LOGICIEL", "issuer": op.issuer, "client_id": "launched",
              "secret_in": "JALON_SMART_SECRET_TEST"}  # fmt: skip
    software = [{"id": "test-ehr", "iss": f"{op.issuer}/fhir", **common}]
    software += [{"id": f"test-{name}", "iss": f"{op.issuer}/{name}", **common} for name in WRONG]
    listed = {"software": software}
    (folder / "software.yaml").write_text(json.dumps(listed), encoding="utf-8")
    more = {"JALON_SMART_SOFTWARE": str(folder / "software.yaml"), "JALON_SMART_SECRET_TEST": "secret-of-launched"}
    return op.settings(folder, more)


class Desk:
    """The doctor's browser, in front of their software."""

    def __init__(self, op: Provider, services: Services) -> None:
        self.op, self.services = op, services
        transport = httpx.ASGITransport(create_app(services=services))
        self.jalon = httpx.AsyncClient(transport=transport, base_url=op.site, follow_redirects=False)

    async def launch(self, patient: str, login: str = "doctor", iss: str | None = None) -> httpx.Response:
        """Jalon's answer when the software has sent the browser back."""
        asked = {"iss": iss or f"{self.op.issuer}/fhir", "launch": patient}
        begun = await self.jalon.get("/smart/launch", params=asked)
        assert begun.status_code == 303, begun.text
        return await self.come_back(begun.headers["location"], login)

    async def come_back(self, address: str, login: str = "doctor") -> httpx.Response:
        with httpx.Client(timeout=30) as browser:
            answer = browser.get(address)
            for _ in range(12):
                if answer.is_redirect:
                    to = str(httpx.URL(str(answer.url)).join(answer.headers["location"]))
                    if to.startswith(self.op.site):
                        self.back = to
                        return await self.jalon.get(to.removeprefix(self.op.site))
                    answer = browser.get(to)
                    continue
                action = re.search(r'action="([^"]+)"', answer.text)
                assert action, answer.text[:500]
                fields = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', answer.text))
                if fields.get("prompt") == "login":
                    fields |= {"login": login, "password": "whatever"}
                answer = browser.post(str(httpx.URL(str(answer.url)).join(action.group(1))), data=fields)
        raise AssertionError("the software never sent back")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.services.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query).all()]

    def launches(self) -> list[tuple[Any, ...]]:
        return self.rows(
            "SELECT outcome, subject, actor FROM audit_entry WHERE tag = 'professional:patient:launch' ORDER BY seq"
        )

    def open_sessions(self) -> int:
        return len(self.rows("SELECT 1 FROM account_session WHERE role = 'professional' AND closed_at IS NULL"))


async def a_patient(services: Services, op: Provider, *, named: str | None = RPPS, consented: bool = True) -> str:
    """Anne, who has a record with her number, and named a practice."""
    issuer, now, at = op.issuer, services.now(), stamp(services.now())
    anne, _ = services.door.account(lambda c: signing_in.account(c, "citizen", issuer, "anne", "", "fr", now))
    who = SignedIn(token_hash(await services.door.sign_in(anne, "citizen", None)))
    birth, number = PartialDate.parse("1968-02-03"), ((INS, "268029900000167"),)
    subject = Subject(birth, "female", number, "TEST-DURAND", given="ANNE")
    rights = Asked(Tag.CONSENTS_CHANGE, "write", "consents", "own_rights")

    def allow(grant: Grant) -> None:
        for purpose in ("own_prevention", "doctor_review") if consented else ("own_prevention",):
            digest = services.door.consents[purpose].texts["fr"].digest
            consents.change(grant, purpose, CATEGORIES, digest, "fr", at)

    await services.door.enter(who, rights, allow)
    send = Asked(Tag.RECORD_ADD, "write", "record", "own_prevention", frozenset(CATEGORIES))

    def store(grant: Grant) -> None:
        health.write_identity(grant, subject, at)
        health.write_facts(grant, FactSheet(services.today(), subject), services.vocabulary, at)

    await services.door.enter(who, send, store)
    if named:
        change = Asked(Tag.PRACTICES_CHANGE, "write", "practices", "own_rights")
        await services.door.enter(who, change, lambda grant: relations.name(grant, named, "named", at))
    return anne


@pytest.fixture
async def desk(op: Provider, tmp_path: Path) -> AsyncIterator[Desk]:
    services = open_services(launching(op, tmp_path), lambda: datetime.now(UTC))
    made = Desk(op, services)
    yield made
    await made.jalon.aclose()
    services.close()


async def test_the_patient_of_the_software_opens(desk: Desk, op: Provider) -> None:
    anne = await a_patient(desk.services, op)
    answer = await desk.launch("anne")
    assert answer.status_code == 200, answer.text
    [address] = set(re.findall(r"/espace-professionnel/[0-9a-f]{32}", answer.text))
    shown = await desk.jalon.get(address)
    assert shown.status_code == 200
    assert "TEST-DURAND" in shown.text
    [(outcome, subject, actor)] = desk.launches()
    assert (outcome, subject) == ("allowed", anne)
    assert actor != anne
    assert "268029900000167" not in repr(desk.rows("SELECT * FROM account_number"))
    assert "268029900000167" not in desk.back


async def test_what_is_asked_of_the_software(desk: Desk, op: Provider) -> None:
    begun = await desk.jalon.get("/smart/launch", params={"iss": f"{op.issuer}/fhir/", "launch": "xyz"})
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["location"]).query).items()}
    assert begun.headers["location"].startswith(f"{op.issuer}/auth?")
    assert (asked["response_type"], asked["code_challenge_method"], asked["launch"]) == ("code", "S256", "xyz")
    assert asked["redirect_uri"] == f"{op.site}/smart/test-ehr/retour"
    assert set(asked["scope"].split()) == {"launch", "openid", "fhirUser", "patient/Patient.r"}
    assert len(asked["state"]) >= 32
    cookie = begun.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "path=/smart/test-ehr/" in cookie.replace("Path", "path")


@pytest.mark.parametrize("patient", ["other-birth", "other-name"])
async def test_a_trait_that_differs_never_opens_and_the_person_sees_the_attempt(
    desk: Desk, op: Provider, patient: str
) -> None:
    anne = await a_patient(desk.services, op)
    answer = await desk.launch(patient)
    assert answer.status_code == 403
    assert "jalon_session" not in answer.headers.get("set-cookie", "")
    assert "TEST-DURAND" not in answer.text
    assert desk.launches()[-1][:2] == ("refused_other_person", anne)
    assert desk.open_sessions() == 0


@pytest.mark.parametrize("patient", ["other-number", "no-number", "other-domain"])
async def test_a_number_that_is_not_theirs_finds_nobody(desk: Desk, op: Provider, patient: str) -> None:
    """All traits agree, and it is not enough: names and birth dates are never matched on."""
    await a_patient(desk.services, op)
    answer = await desk.launch(patient)
    assert answer.status_code == 403
    assert [row[0] for row in desk.launches()] == ["refused_not_yours"]
    assert desk.open_sessions() == 0


async def test_a_doctor_without_relation_gets_403_and_the_person_sees_it(desk: Desk, op: Provider) -> None:
    anne = await a_patient(desk.services, op, named="10100000001")
    answer = await desk.launch("anne")
    assert answer.status_code == 403
    assert [row[:2] for row in desk.launches()] == [("refused_not_yours", anne)]
    assert desk.open_sessions() == 0


async def test_a_patient_who_does_not_consent_does_not_open(desk: Desk, op: Provider) -> None:
    anne = await a_patient(desk.services, op, consented=False)
    answer = await desk.launch("anne")
    assert answer.status_code == 403
    assert [row[:2] for row in desk.launches()] == [("refused_no_consent", anne)]


async def test_a_doctor_of_several_places_opens_as_of_the_one_that_was_named(desk: Desk, op: Provider) -> None:
    await a_patient(desk.services, op, named="750000002")
    assert (await desk.launch("anne", "both")).status_code == 200
    assert (await desk.launch("anne", "doctor")).status_code == 403


@pytest.mark.parametrize("patient", ["not-found", "swapped"])
async def test_a_launch_whose_patient_is_not_what_it_says_is_refused(desk: Desk, op: Provider, patient: str) -> None:
    await a_patient(desk.services, op)
    assert (await desk.launch(patient)).status_code in (400, 503)
    assert desk.launches() == []
    assert desk.open_sessions() == 0


async def test_software_that_is_not_in_the_list_is_sent_nowhere(desk: Desk, op: Provider) -> None:
    for iss in ("https://evil.example/fhir", "", op.issuer, f"{op.issuer}/fhir/../evil", "javascript:alert(1)"):
        answer = await desk.jalon.get("/smart/launch", params={"iss": iss, "launch": "anne"})
        assert answer.status_code == 404, iss
        assert "location" not in answer.headers
        assert "evil" not in answer.text
    assert (await desk.jalon.get(f"/smart/launch?iss={op.issuer}/fhir&launch={'x' * 3000}")).status_code == 404


@pytest.mark.parametrize("name", WRONG)
async def test_software_without_what_makes_a_launch_safe_is_sent_nowhere(desk: Desk, op: Provider, name: str) -> None:
    """No S256, an endpoint that is not https, another issuer, no launch, no answer: although it is in the list."""
    answer = await desk.jalon.get("/smart/launch", params={"iss": f"{op.issuer}/{name}", "launch": "anne"})
    assert answer.status_code == 503
    assert "location" not in answer.headers
    assert desk.rows("SELECT 1 FROM account_sign_in") == []


@pytest.mark.parametrize(("change", "problem"), [
    ({"iss": "http://ehr.example/fhir"}, "https"), ({"secret_in": "PATH"}, "secret_in"), ({"id": "../x"}, "id"),
    ({"surprise": 1}, "surprise"),
])  # fmt: skip
def test_a_list_that_is_wrong_is_told_with_its_line(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    one = {"id": "x-y", "label": "X", "iss": "https://ehr.example/fhir", "issuer": "https://ehr.example",
           "client_id": "j", "secret_in": "JALON_SMART_SECRET_X"} | change  # fmt: skip
    (tmp_path / "list.yaml").write_text(json.dumps({"software": [one]}), encoding="utf-8")
    with pytest.raises(ContentError, match=problem):
        load_ehrs(tmp_path / "list.yaml")


def test_software_without_its_secret_does_not_start() -> None:
    one = Ehr(id="x-y", label="X", iss="https://e.example/fhir", issuer="https://e.example", client_id="j",
              secret_in="JALON_SMART_SECRET_X")  # fmt: skip
    with pytest.raises(UsageError) as refused:
        EhrClient(one, "https://jalon.example", lambda: 0, {})
    assert refused.value.where == "JALON_SMART_SECRET_X"


async def test_an_answer_is_good_once_for_this_browser_and_with_its_state(desk: Desk, op: Provider) -> None:
    await a_patient(desk.services, op)
    assert (await desk.launch("anne")).status_code == 200
    again = await desk.jalon.get(desk.back.removeprefix(op.site))
    assert again.status_code == 400
    begun = await desk.jalon.get("/smart/launch", params={"iss": f"{op.issuer}/fhir", "launch": "anne"})
    desk.jalon.cookies.clear()  # another browser
    stolen = await desk.come_back(begun.headers["location"])
    assert stolen.status_code == 400
    await desk.jalon.get("/smart/launch", params={"iss": f"{op.issuer}/fhir", "launch": "anne"})
    forged = await desk.jalon.get("/smart/test-ehr/retour?code=abc&state=forged")
    assert forged.status_code == 400
    assert (await desk.jalon.get("/smart/other/retour?code=abc&state=forged")).status_code == 404


async def test_students_and_citizens_of_the_software_are_not_admitted(desk: Desk, op: Provider) -> None:
    await a_patient(desk.services, op)
    for login in ("student", "anne"):
        assert (await desk.launch("anne", login)).status_code == 403
    assert desk.launches() == []


async def test_where_tokens_are_given_is_published(desk: Desk, op: Provider) -> None:
    found = (await desk.jalon.get("/fhir/.well-known/smart-configuration")).json()
    assert found["authorization_endpoint"] == f"{op.issuer}/auth"
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert {"patient/*.rs", "patient/Observation.rs", "user/*.rs"} <= set(found["scopes_supported"])
    assert "launch-ehr" not in found["capabilities"], "we are launched; we launch nobody"
    statement = (await desk.jalon.get("/fhir/metadata")).json()
    security = statement["rest"][0]["security"]
    assert "SMART-on-FHIR" in [one["code"] for one in security["service"][0]["coding"]]
    assert "patient/Observation.rs" in security["description"]
