"""The authorization matrix: every route × role × purpose × state of consent, asked for real, answers what it says."""

from __future__ import annotations

import asyncio
import json
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote

import httpx
import pytest
import yaml
from starlette.types import ASGIApp

from app.content import content_dir
from app.errors import ContentError
from app.services.services import Services
from app.store.tables import stamp
from app.trust import consents, delegations, people, relations
from app.trust.authorization import load_authorization
from app.trust.door import Job, SignedIn
from app.trust.grant import Grant
from app.trust.guarantee import cases, seats
from app.trust.purposes import ALWAYS_REFUSED, load_purposes
from app.trust.rules import Asked
from app.trust.sessions import token_hash
from app.trust.vocabulary import CATEGORIES, Outcome, Role, Tag
from tests.api.test_every_route import NO_ACCOUNT, ROUTES, request_of

MATRIX, PURPOSES = load_authorization(), load_purposes()
STATES = ("never asked", "withdrawn", "on a former text", "given")
ROLES: tuple[Role, ...] = get_args(Role)
SIGNED_IN = [role for role in ROLES if role not in {"nobody", "system"}]  # jobs have no session
PRACTICE = "10100000001"
NAMED = [item.id for item in PURPOSES.purposes] + [item.id for item in PURPOSES.refused]
DECLARED = (*NAMED, "mutuelle", "")
"""What a caller may say that it wants the data for: each purpose, each forbidden one, unknown ones."""
AT_ONCE = 32


def person_in(services: Services, state: str) -> tuple[str, str]:
    """A new person, in one state of consent, and the id by which the doctor of their practice knows them."""
    name = secrets.token_hex(6)
    person, _ = services.door.account(lambda c: people.add_sample(c, name, name, "fr", services.now()))
    at, decided = stamp(services.now()), {"never asked": [], "withdrawn": [True, False]}

    def store(grant: Grant) -> str:
        for purpose, consent in services.door.consents.items():
            digest = consent.texts["fr"].digest if state != "on a former text" else "sha256:" + "0" * 64
            for given in decided.get(state, [True]):
                consents.change(grant, purpose, consent.choices if given else (), digest, "fr", at)
        return relations.name(grant, PRACTICE, "named", at).id

    load = Asked(Tag.SAMPLE_LOAD, "write", "sample", "demonstration", frozenset(CATEGORIES))
    return person, services.door.enter_now(Job(person), load, store)


def doctor(services: Services) -> str:
    """An invented doctor of the practice."""
    person, _ = services.door.account(lambda c: people.add_professional(c, "dr", "dr", "{}", services.now()))
    services.door.account(lambda c: relations.join(c, person, [PRACTICE], stamp(services.now())))
    services.door.account(lambda c: seats.seat(c, PRACTICE, stamp(services.now())))
    return person


def agent(services: Services) -> str:
    """An invented agent of the register of donation."""
    person, _ = services.door.account(lambda c: people.add_sample(c, "agent", "agent", "fr", services.now()))
    return person


def reading_of(services: Services, person: str, reader: str) -> str:
    """An answer of this person's plan, given to a reader: the id of the reading."""
    shown = {"guideline": "tobacco", "version": "v", "stratum": "average", "title": "Tabac", "when": "", "why": [],
             "status": "due", "action": None, "assumes": [], "facts": [], "unknown": [], "sources": [],
             "as_of": services.today().isoformat(), "patient": {"age": 50, "sex": "female"}}  # fmt: skip
    load = Asked(Tag.SAMPLE_LOAD, "write", "sample", "demonstration", frozenset(CATEGORIES))
    at = stamp(services.now())
    case = services.door.enter_now(Job(person), load, lambda grant: cases.keep(grant, "2026-11", shown, [reader], at))
    with services.engine.connect() as connection:
        query = f"SELECT id FROM guarantee_reading WHERE case_id = '{case}'"
        return str(connection.exec_driver_sql(query).scalar_one())


async def who_asks(services: Services, role: Role, person: str) -> tuple[str, str | None]:
    """Who signs in in this role to reach `person`, and the delegation by which they act."""
    if role == "delegate":
        return await parent_of(services, person)
    if role == "agent":
        return agent(services), None
    return (doctor(services) if role == "professional" else person), None


async def parent_of(services: Services, child: str) -> tuple[str, str]:
    """A new parent of this person, who may do all that a parent may; and the delegation."""
    parent, _ = person_in(services, "given")
    who = SignedIn(token_hash(await services.door.sign_in(parent, "citizen", None)))
    asked = Asked(Tag.DELEGATION_CHANGE, "write", "delegations", "own_rights")

    def adopt(grant: Grant) -> str:
        return delegations.make_parent(grant, child, "Zoé", services.today() - timedelta(days=3000), services.now())

    return parent, await services.door.enter(who, asked, adopt)


def last_entries(services: Services, after: int) -> list[tuple[str, str, str]]:
    """(outcome, purpose, role) of what was logged since."""
    with services.engine.connect() as connection:
        query = f"SELECT outcome, purpose, role FROM audit_entry WHERE seq >= {after} ORDER BY seq"
        rows = connection.exec_driver_sql(query).all()
    return [tuple(row) for row in rows if row.outcome]  # type: ignore[misc]  # an erasure empties entries


def size(services: Services) -> int:
    with services.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT size FROM audit_head").scalar_one())


def declared_on(route: dict[str, Any]) -> tuple[str, ...]:
    """The purposes to declare on a route: a page declares none."""
    return () if route.get("page") else DECLARED


class Asker:
    """Somebody signed in in one role, to reach one person in one state of consent; made anew when a request may have
    changed what holds."""

    def __init__(self, client: httpx.AsyncClient, services: Services, role: Role, state: str) -> None:
        self.client, self.services, self.role, self.state = client, services, role, state
        transport = client._transport
        assert isinstance(transport, httpx.ASGITransport)
        self.app: Any = transport.app

    async def renew(self) -> None:
        self.reading: str | None = None
        self.person, self.relation = person_in(self.services, self.state)
        self.actor, self.acting = await who_asks(self.services, self.role, self.person)
        role: Role = "citizen" if self.role == "delegate" else self.role
        self.token = await self.services.door.sign_in(self.actor, role, None)

    def ready(self, *routes: dict[str, Any]) -> int:
        """What these routes are about exists; how many entries the log has then."""
        if self.reading is None and any("{reading}" in route["route"] for route in routes):
            self.reading = reading_of(self.services, self.person, self.actor)
        return size(self.services)

    async def ask(self, route: dict[str, Any]) -> httpx.Response:
        return await self.client.request(**self.request(route))

    async def declare(self, route: dict[str, Any], purpose: str) -> tuple[int, str]:
        """Status and text of a request that declares a purpose."""
        return await called(self.app, self.request(route, purpose))

    def request(self, route: dict[str, Any], declared: str | None = None) -> dict[str, Any]:
        request = request_of(route, self.services, self.token)
        if declared is not None:
            request["headers"]["Jalon-Purpose"] = declared
        url = request["url"].replace("{patient}", self.relation)
        request["url"] = url.replace("{reading}", self.reading or "{reading}")
        for body in (request.get("json"), request.get("data")):
            if body and body.get("account") == NO_ACCOUNT:
                body["account"] = self.person
        if self.acting and route.get("page"):
            request["headers"]["Cookie"] += f"; jalon_pour={self.acting}"
        elif self.acting:
            request["headers"]["Jalon-For"] = self.acting
        return request


async def called(app: ASGIApp, request: dict[str, Any]) -> tuple[int, str]:
    """Status and text of a request handed to the application itself: thousands are asked, and an HTTP client would be
    half of what each costs."""
    body = request.get("content") or (json.dumps(request["json"]).encode() if "json" in request else b"")
    headers = {"host": "127.0.0.1", "content-length": str(len(body))} | request["headers"]
    if "json" in request:
        headers["content-type"] = "application/json"
    path, _, query = request["url"].partition("?")
    scope = {
        "type": "http", "http_version": "1.1", "method": request["method"], "path": unquote(path), "root_path": "",
        "raw_path": path.encode(), "query_string": query.encode(), "scheme": "http", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    told: list[Any] = []
    sent = [{"type": "http.request", "body": body, "more_body": False}]
    answered = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if sent:
            return sent.pop()
        await answered.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        told.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            answered.set()

    await app(scope, receive, send)
    return told[0]["status"], b"".join(one.get("body", b"") for one in told[1:]).decode("utf-8", "replace")


def expected(route: str, role: Role, declared: str | None, state: str) -> tuple[Outcome, str]:
    """What the matrix says, and the purpose as the log names it."""
    group = MATRIX.group(route)
    assert group, route
    purpose = (MATRIX.purpose_of(route, role) or group.allowed[0].purpose) if declared is None else declared
    outcome = MATRIX.answer(route, role, purpose, consented=state == "given")
    assert outcome, route
    return outcome, purpose if PURPOSES.get(purpose) or PURPOSES.is_refused(purpose) else "unknown"


def names_another(route: dict[str, Any]) -> bool:
    """A route that says itself whom it is about, whomever one acts for elsewhere."""
    named = any(part in route["route"] for part in ("{patient}", "/v1/guarantee/"))
    return named or "account" in route.get("json", {})


CLOSED = [route for route in ROUTES if (group := MATRIX.group(route["route"])) and group.open is None]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", SIGNED_IN)
async def test_the_service_answers_what_the_matrix_says(
    client: httpx.AsyncClient, services: Services, role: Role, state: str
) -> None:
    """Every route by itself, for the purpose that it has: what it answers, and the one entry that it leaves."""
    asker = Asker(client, services, role, state)
    await asker.renew()
    for route in CLOSED:
        name = route["route"]
        outcome, purpose = expected(name, role, None, state)
        before = asker.ready(route)
        answer = await asker.ask(route)
        what = (name, role, state, answer.status_code, answer.text[:200])
        logged = last_entries(services, before)
        assert logged, what
        if asker.acting and route.get("page") and route.get("erases"):
            await asker.renew()  # they erased themself
        elif asker.acting and logged[0][2] == "citizen":
            # a page about whoever is signed in, whomever they act for elsewhere; or a route that names another
            assert route.get("page") or names_another(route), what
            assert not MATRIX.purpose_of(name, role), what
        elif outcome is Outcome.ALLOWED:
            assert answer.status_code < 400 or route.get("ok") in {answer.status_code, "any"}, what
            assert not [entry for entry in logged if not Outcome(entry[0]).allows], (what, logged)
            await asker.renew()
        else:
            assert answer.status_code in ({403, 303} if route.get("page") else {403}), what
            assert logged == [(outcome, purpose, role)], what
    assert len(CLOSED) > 50, "pages and routes were asked for"


@pytest.mark.parametrize("loaded", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", SIGNED_IN)
async def test_no_declared_purpose_opens_more_than_the_matrix_says(
    client: httpx.AsyncClient, services: Services, role: Role
) -> None:
    """Every route × every purpose that a caller may declare, by whom everything was consented to. Without consent, a
    route's own purpose (above) is enough: the others are refused before consent is looked at.

    What is refused changes nothing, so the routes that must answer the same are asked together; what is allowed is
    asked by itself. The door judges a declared purpose by a pure function (`app.trust.rules`), of what the database
    says of the session, the consents and the ties, which the test above asks of both databases: one is enough here.
    """
    asker = Asker(client, services, role, "given")
    await asker.renew()
    together: dict[tuple[Outcome, str, Role], list[tuple[dict[str, Any], str]]] = {}
    for route, declared in [(one, purpose) for one in CLOSED for purpose in declared_on(one)]:
        seen_as: Role = "citizen" if role == "delegate" and names_another(route) else role
        outcome, purpose = expected(route["route"], seen_as, declared, "given")
        if outcome is not Outcome.ALLOWED:
            together.setdefault((outcome, purpose, seen_as), []).append((route, declared))
            continue
        before = asker.ready(route)
        status, words = await asker.declare(route, declared)
        what = (route["route"], role, declared, status, words[:200])
        assert status < 400 or route.get("ok") in {status, "any"}, what
        assert not [one for one in last_entries(services, before) if not Outcome(one[0]).allows], what
        await asker.renew()
    for entry, cells in together.items():
        for start in range(0, len(cells), AT_ONCE):
            part = cells[start : start + AT_ONCE]
            before = asker.ready(*(route for route, _ in part))
            answers = await asyncio.gather(*(asker.declare(*cell) for cell in part))
            for (route, declared), (status, words) in zip(part, answers, strict=True):
                assert status == 403, (route["route"], role, declared, status, words[:200])
            logged = last_entries(services, before)
            assert logged == [entry] * len(part), ("each refusal is logged, once", part, logged)
    assert sum(map(len, together.values())) > 50


async def test_who_is_not_signed_in_reaches_nothing(client: httpx.AsyncClient, services: Services) -> None:
    before = size(services)
    for route in ROUTES:
        group = MATRIX.group(route["route"])
        assert group
        for declared in (None, *declared_on(route)):
            if group.open is not None:
                continue
            request = request_of(route, services, None)
            if declared is not None:
                request["headers"]["Jalon-Purpose"] = declared
            answer = await client.request(**request)
            keeps = 401 if route.get("form") else 303  # a page keeps what was filled in
            assert answer.status_code == (keeps if route.get("page") else 401), (route, declared)
    assert size(services) == before


def test_no_cell_can_be_opened_for_what_is_forbidden() -> None:
    """Insurers, employers, banks, advertisers, whatever role they had: by construction, on every route."""
    assert {"insurance", "employment", "credit", "advertising"} <= ALWAYS_REFUSED
    for group in MATRIX.groups:
        for route in group.routes:
            for role in ROLES:
                for purpose in ALWAYS_REFUSED:
                    assert MATRIX.answer(route, role, purpose, consented=True) in (None, Outcome.FORBIDDEN_PURPOSE)


@pytest.mark.parametrize(("change", "message"), [
    ({"role": "citizen", "purpose": "insurance", "consent": "given"}, "not in the closed list"),
    ({"role": "citizen", "purpose": "marketing", "consent": "given"}, "not in the closed list"),
    ({"role": "team", "purpose": "own_prevention", "consent": "given"}, "is not for 'team'"),
    ({"role": "citizen", "purpose": "own_prevention", "consent": "not_needed"}, "says otherwise of the consent"),
])  # fmt: skip
def test_a_matrix_that_contradicts_the_purposes_is_refused(
    tmp_path: Path, change: dict[str, str], message: str
) -> None:
    data = yaml.safe_load((content_dir() / "authorization.yaml").read_text(encoding="utf-8"))
    data["groups"][0]["allowed"].append(change)
    (tmp_path / "authorization.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    (tmp_path / "purposes").symlink_to(content_dir() / "purposes")
    with pytest.raises(ContentError, match=message):
        load_authorization(tmp_path)


