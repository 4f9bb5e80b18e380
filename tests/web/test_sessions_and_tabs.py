"""What goes wrong between two clicks: a session that ends, two tabs, a double tap, a page sent twice."""

from __future__ import annotations

import re
from datetime import timedelta

from starlette.testclient import TestClient

from app.services.services import Services
from tests.web.conftest import NOW, sign_in, token

ANSWER = {"fact": "weight", "number": "61,5"}


def later(services: Services, **time: float) -> None:
    services.door.clock = lambda: NOW + timedelta(**time)


def fields(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html))


def test_what_was_typed_when_the_session_ends_is_kept_and_can_be_sent(visitor: TestClient, opened: Services) -> None:
    csrf = sign_in(visitor, "gerard")
    later(opened, hours=2)
    answer = visitor.post("/mes-reponses", data=ANSWER | {"csrf": csrf})
    assert answer.status_code == 401
    assert "n’est pas perdu" in answer.text
    kept = fields(answer.text.split("<main", 1)[1])
    assert {"fact": "weight", "number": "61,5"}.items() <= kept.items()
    home = visitor.get("/")  # signing in again, in another tab
    visitor.post("/demonstration", data={"csrf": token(home.text), "person": "gerard"})
    again = visitor.post("/mes-reponses", data=kept)
    assert again.status_code == 303
    assert visitor.get("/v1/me/answers").json()["weight"]["value"] == 61.5


def test_signed_out_in_another_tab_loses_nothing_typed_either(visitor: TestClient) -> None:
    csrf = sign_in(visitor, "gerard")
    visitor.delete("/v1/session")
    visitor.get("/mon-plan")  # the other tab: its answer drops the session's cookie
    answer = visitor.post("/mon-plan/tobacco/choix", data={"csrf": csrf, "decision": "not_for_me", "reason": "no_wish"})
    assert answer.status_code == 401
    assert fields(answer.text.split("<main", 1)[1])["reason"] == "no_wish"


def test_a_form_of_another_site_is_not_offered_to_be_sent_again(visitor: TestClient, opened: Services) -> None:
    sign_in(visitor, "gerard")
    later(opened, hours=2)
    for forged in ("0" * 64, "", "x"):
        answer = visitor.post("/mes-reponses", data=ANSWER | {"csrf": forged})
        assert answer.status_code == 403
        assert "61,5" not in answer.text


def test_two_tabs_and_a_double_tap(visitor: TestClient) -> None:
    """Forms of both tabs count, whichever was opened first; the same form sent twice counts once."""
    first = sign_in(visitor, "gerard")
    second = token(visitor.get("/mon-plan").text)
    assert first != second, "each page has a token of its own"
    done = {"fact": "pcv13_vaccine", "date1": "2020", "more": "1"}
    for csrf in (second, first, first):
        assert visitor.post("/mes-reponses", data=done | {"csrf": csrf}).status_code == 303
    assert visitor.get("/v1/me/answers").json()["pcv13_vaccine"]["value"] == ["2020"]


def test_the_back_button_shows_nothing_old(visitor: TestClient) -> None:
    sign_in(visitor, "gerard")
    for path in ("/mon-plan", "/mon-plan/tobacco", "/mes-donnees"):
        assert visitor.get(path).headers["cache-control"] == "no-store"
