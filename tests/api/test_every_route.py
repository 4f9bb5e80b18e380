"""Every route × session × consent: routes.yaml and content/authorization.yaml hold exactly what the service has, and
nothing reaches health data without a session, consent and an entry in the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fastapi import APIRouter
from sqlalchemy import event, text
from starlette.routing import BaseRoute

from app.api.app import create_app
from app.content import samples_dir
from app.services.cache import PlanCache
from app.services.demo import load_samples
from app.services.services import Services
from app.settings import from_environment
from app.trust.authorization import load_authorization
from app.trust.donation.terms import load_terms
from app.trust.purposes import load_consents
from app.trust.vocabulary import CATEGORIES

ROUTES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("routes.yaml").read_text(encoding="utf-8")
)
STATES = ("no session", "wrong token", "no consent", "consent withdrawn", "consent")
NO_ACCOUNT = "0" * 32
HEALTH = ("health_facts", "health_upload", "health_identity", "health_questions")


def routes_of(routes: list[BaseRoute]) -> Iterator[str]:
    """`METHOD /path` of every route, through included routers; a kind of route not known here fails."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if isinstance(included, APIRouter):
            yield from routes_of(included.routes)
            continue
        methods, path = getattr(route, "methods", None), getattr(route, "path", None)
        assert methods, f"{route} has no methods: teach this test what it serves"
        yield from (f"{method} {path}" for method in methods if method != "HEAD")


def test_every_route_is_listed() -> None:
    """One that is missing is added to both files: what it does, and for whom."""
    served = sorted(routes_of(create_app(from_environment({}, demo=True)).routes))
    assert served == sorted(route["route"] for route in ROUTES)
    assert served == sorted(route for group in load_authorization().groups for route in group.routes)


def test_demo_routes_exist_in_demo_mode_only() -> None:
    real = set(routes_of(create_app(from_environment({}, demo=False)).routes))
    assert not [route for route in real if "/v1/demo" in route]
    assert "GET /v1/me/plan" in real


@contextmanager
def health_statements(services: Services) -> Iterator[list[str]]:
    """The statements that reach health tables (the door's own look at the digest is not one of them)."""
    seen: list[str] = []

    def look(_: Any, __: Any, statement: str, *___: Any) -> None:
        digest_only = "FROM account_session" in statement or "FROM account_person" in statement
        if any(table in statement for table in HEALTH) and not digest_only:
            seen.append(statement)

    event.listen(services.engine, "before_cursor_execute", look)
    try:
        yield seen
    finally:
        event.remove(services.engine, "before_cursor_execute", look)


async def prepare(client: httpx.AsyncClient, services: Services, state: str) -> str | None:
    """Put the client's person in a state; gives the token."""
    if state == "no session":
        return None
    if state == "wrong token":
        return "not-a-token"
    person = "lea" if state == "no consent" else "claudine"
    token: str = (await client.post("/v1/demo/sign-in", json={"person": person})).json()["token"]
    client.cookies.clear()
    if state in {"consent", "consent withdrawn"}:
        digest = services.door.consent.texts["fr"].digest
        categories = list(CATEGORIES) if state == "consent" else []
        done = await client.put(
            "/v1/me/consents",
            json={"categories": categories, "text_digest": digest},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert done.status_code == 200
    return token


def request_of(route: dict[str, Any], services: Services, token: str | None) -> dict[str, Any]:
    method, path = route["route"].split(" ")
    digest = services.door.consent.texts["fr"].digest
    request: dict[str, Any] = {"method": method, "url": route.get("path", path), "headers": {}}
    if "json" in route:
        request["json"] = _fill(route["json"], digest)
    if "file" in route:
        request["content"] = (samples_dir().parent / route["file"]).read_bytes()
    if route.get("page"):
        from app.web.browser import form_token

        cookies = {"jalon_visit": "a-visitor"} | ({"jalon_session": token} if token else {})
        request["headers"]["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        if "upload" in route:
            request["data"] = _fill(route.get("fields", {}), digest) | {"csrf": form_token(token or "a-visitor")}
            request["files"] = {"fichiers": (samples_dir().parent / route["upload"]).read_bytes()}
        if "form" in route:
            request["data"] = _fill(route["form"], digest) | {"csrf": form_token(token or "a-visitor")}
    elif token:
        request["headers"]["Authorization"] = f"Bearer {token}"
    return request


def _fill(values: dict[str, Any], digest: str) -> dict[str, Any]:
    texts = {
        "{text_digest}": digest, "{donation_digest}": load_terms().texts["fr"].digest, "{account}": NO_ACCOUNT,
        "{reminders_digest}": load_consents()["reminders"].texts["fr"].digest,
    }  # fmt: skip
    return {name: texts.get(value, value) if isinstance(value, str) else value for name, value in values.items()}


def needs(route: str) -> str:
    """What a visitor of the demo needs to pass, by the matrix: nothing, a session, consent; or `another role`."""
    group = load_authorization().group(route)
    assert group, route
    if group.open is not None:
        return "session" if group.session else "nothing"
    mine = {one.consent for one in group.allowed if one.role == "demo"}
    return "another role" if not mine else "consent" if mine == {"given"} else "session"


def expected(route: dict[str, Any], state: str) -> int | str:
    page, need = route.get("page", False), needs(route["route"])
    signed_in = state not in {"no session", "wrong token"}
    if need == "nothing" or (need == "session" and signed_in) or (need == "consent" and state == "consent"):
        return route.get("ok", 200)
    if state == "wrong token" and "wrong_token" in route:
        return int(route["wrong_token"])
    if page and not (need == "another role" and signed_in):
        return 401 if route.get("form") and not signed_in else 303
    return 401 if state in {"no session", "wrong token"} else 403


@pytest.mark.parametrize("state", STATES)
async def test_every_route_in_every_state(
    client: httpx.AsyncClient, services: Services, samples: Path, state: str
) -> None:
    for route in ROUTES:
        token = await prepare(client, services, state)
        services.plans = PlanCache()  # each route by itself: a plan already made needs no facts
        before = _log_size(services)
        with health_statements(services) as statements:
            answer = await client.request(**request_of(route, services, token))
        client.cookies.clear()
        need, what = needs(route["route"]), (route["route"], state, answer.status_code, answer.text[:200])
        assert expected(route, state) in (answer.status_code, "any"), what
        if route.get("erases"):
            assert all(statement.startswith("DELETE") for statement in statements), what
            load_samples(services, samples)
        elif route.get("copies"):
            assert bool(statements) == (state not in {"no session", "wrong token"}), what
        elif route.get("names"):
            assert all("health_identity" in statement for statement in statements), what
        elif statements:
            assert need == "consent", what
            assert state == "consent", what
        if need == "consent" and state == "consent":
            assert statements, f"{what}: marked as reaching health data, but does not"
        if need != "nothing" and state not in {"no session", "wrong token"} and not route.get("silent"):
            assert _log_size(services) > before, f"{what}: left no entry in the log"
        if state in {"no session", "wrong token"} and need != "nothing":
            assert _log_size(services) == before, what


def _log_size(services: Services) -> int:
    with services.engine.connect() as connection:
        return int(connection.execute(text("SELECT size FROM audit_head")).scalar_one())
