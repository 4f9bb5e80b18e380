"""The authorization matrix: every route × role × purpose × state of consent, asked for real, answers what it says."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
import yaml

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
DECLARED: tuple[str | None, ...] = (None, *NAMED, "mutuelle", "")
"""What a caller may say that it wants the data for: nothing, each purpose, each forbidden one, unknown ones."""


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


def cells(route: dict[str, Any], state: str = "given") -> tuple[str | None, ...]:
    """The purposes to declare on a route: a page declares none. Without consent, the route's own is enough: the others
    are refused before consent is looked at, as the column of those who consented shows."""
    return (None,) if route.get("page") or state != "given" else DECLARED


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", SIGNED_IN)
async def test_the_service_answers_what_the_matrix_says(
    client: httpx.AsyncClient, services: Services, role: Role, state: str
) -> None:
    (person, relation), token = person_in(services, state), ""
    actor, acting = await who_asks(services, role, person)
    asked = 0
    for route in ROUTES:
        name, group = route["route"], MATRIX.group(route["route"])
        assert group, name
        if group.open is not None:
            continue
        for declared in cells(route, state):
            purpose = (MATRIX.purpose_of(name, role) or group.allowed[0].purpose) if declared is None else declared
            expected = MATRIX.answer(name, role, purpose, consented=state == "given")
            if not token:
                token = await services.door.sign_in(actor, "citizen" if role == "delegate" else role, None)
            request = request_of(route, services, token)
            if declared is not None:
                request["headers"]["Jalon-Purpose"] = declared
            request["url"] = request["url"].replace("{patient}", relation)
            for body in (request.get("json"), request.get("data")):
                if body and body.get("account") == NO_ACCOUNT:
                    body["account"] = person
            if "{reading}" in name:
                request["url"] = request["url"].replace("{reading}", reading_of(services, person, actor))
            if acting and route.get("page"):
                request["headers"]["Cookie"] += f"; jalon_pour={acting}"
            elif acting:
                request["headers"]["Jalon-For"] = acting
            before = size(services)
            answer = await client.request(**request)
            what = (name, role, declared, state, answer.status_code, answer.text[:200])
            logged = last_entries(services, before)
            assert logged, what
            asked += 1
            if acting and route.get("page") and route.get("erases"):
                (person, relation), token = person_in(services, state), ""  # they erased themself
                actor, acting = await who_asks(services, role, person)
                continue
            if acting and logged[0][2] == "citizen":
                # a page about whoever is signed in, whomever they act for elsewhere; or a route that names another
                elsewhere = "{patient}" in name or "/v1/guarantee/" in name or "account" in request.get("json", {})
                assert route.get("page") or elsewhere, what
                assert not MATRIX.purpose_of(name, role), what
                continue
            if expected is Outcome.ALLOWED:
                assert answer.status_code < 400 or answer.status_code == route.get("ok"), what
                assert not [entry for entry in logged if not Outcome(entry[0]).allows], (what, logged)
                (person, relation), token = person_in(services, state), ""
                actor, acting = await who_asks(services, role, person)
            else:
                assert answer.status_code in ({403, 303} if route.get("page") else {403}), what
                known = PURPOSES.get(purpose) or PURPOSES.is_refused(purpose)
                assert logged == [(expected, purpose if known else "unknown", role)], what
    assert asked > 50, "pages and routes were asked for"


async def test_who_is_not_signed_in_reaches_nothing(client: httpx.AsyncClient, services: Services) -> None:
    before = size(services)
    for route in ROUTES:
        group = MATRIX.group(route["route"])
        assert group
        for declared in cells(route):
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


