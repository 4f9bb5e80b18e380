"""The plan's page: every recommendation in exactly one place, whatever was decided."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from app.web.view import plan_view
from tests.web.conftest import sign_in

GROUPS = ("doctor_first", "now", "trail", "settled", "later", "information", "aside", "not_for_you")


def test_every_item_is_in_exactly_one_group(visitor: TestClient) -> None:
    for person in ("claudine", "rachid", "ines", "gerard", "thierry", "monique", "youssef"):
        csrf = sign_in(visitor, person)
        plan = visitor.get("/v1/me/plan").json()
        some = [item["guideline"] for item in (*plan["now"], *plan["next"][:5], *plan["to_see_with_doctor"])]
        for guideline in some:
            visitor.post(f"/mon-plan/{guideline}/choix", data={"csrf": csrf, "decision": "later", "months": "6"})
        plan = visitor.get("/v1/me/plan").json()
        view = plan_view(plan)
        shown = [item["guideline"] for name in GROUPS for item in view[name]]
        lists = ("to_see_with_doctor", "now", "next", "up_to_date", "not_for_you")
        assert sorted(shown) == sorted(item["guideline"] for name in lists for item in plan[name]), person
        page = visitor.get("/mon-plan").text
        for guideline in shown:
            assert f'href="/mon-plan/{guideline}"' in page, (person, guideline)


def test_a_choice_is_shown_and_taken_back(visitor: TestClient) -> None:
    csrf = sign_in(visitor, "claudine")
    path = "/mon-plan/breast_cancer_screening"
    sent = visitor.post(f"{path}/choix", data={"csrf": csrf, "decision": "later", "months": "3"})
    assert sent.headers["location"] == f"{path}?choix=1#nouveau"
    assert "à partir du 15 février 2027" in visitor.get(path).text
    visitor.post(f"{path}/choix", data={"csrf": csrf, "decision": "none"})
    assert "en reparler à partir" not in visitor.get(path).text
    for wrong in ({"months": "x"}, {"months": "999999"}, {"until": "demain"}, {"until": "2099-01-01"}):
        refused = visitor.post(f"{path}/choix", data={"csrf": csrf, "decision": "later"} | wrong)
        assert refused.status_code == 422, wrong


def test_an_event_of_the_calendar_is_discreet_when_asked(visitor: TestClient) -> None:
    sign_in(visitor, "claudine")
    path = "/mon-plan/breast_cancer_screening/agenda"
    told = visitor.get(path, params={"on": "2026-12-01", "discreet": "1"})
    assert told.headers["content-type"].startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20261201" in told.text
    assert "mammo" not in told.text.lower()
    assert "Mammographie" in visitor.get(path).text
    assert visitor.get(path, params={"on": "demain"}).status_code == 422


def test_what_ifs_only_go_down_and_are_not_kept(visitor: TestClient) -> None:
    csrf = sign_in(visitor, "rachid")
    before = visitor.get("/v1/me/facts").content
    now = visitor.post("/v1/me/risks/what-if", json={}).json()
    levers = {lever["fact"]: lever for lever in now["levers"]}
    assert {"tobacco_status", "systolic_bp"} <= levers.keys()
    for wanted in ({"systolic_bp": 120.0}, {"tobacco_status": True}, {"systolic_bp": 1.0}):
        tried = visitor.post("/v1/me/risks/what-if", json=wanted).json()
        assert 0 < tried["supposed"][0]["count"] < now["risks"][0]["count"], wanted
    worse = visitor.post("/v1/me/risks/what-if", json={"systolic_bp": 250.0}).json()
    assert worse["supposed"][0]["count"] == now["risks"][0]["count"], "nobody is shown a figure that gets worse"
    page = visitor.post("/mes-risques", data={"csrf": csrf, "tobacco_status": "yes", "systolic_bp": "x", "evil": "1"})
    assert "avec ces changements" in page.text
    assert visitor.get("/v1/me/facts").content == before


def test_erasing_asks_to_be_confirmed_and_gives_a_receipt(visitor: TestClient) -> None:
    csrf = sign_in(visitor, "thierry")
    assert visitor.post("/mes-donnees/effacer", data={"csrf": csrf}).status_code == 422
    assert visitor.get("/mon-plan").status_code == 200
    receipt = visitor.post("/mes-donnees/effacer", data={"csrf": csrf, "confirm": "yes"})
    assert receipt.status_code == 200
    assert re.search(r"jalon\.localhost/log|receipt", receipt.text)
    assert visitor.get("/mon-plan").status_code == 303


def test_the_log_is_verified_on_the_page(visitor: TestClient) -> None:
    sign_in(visitor, "monique")
    page = visitor.get("/qui-a-consulte/verification").text
    assert "récente" in page or "à sa place" in page or "à leur place" in page
    assert 'role="alert"' not in page


def test_the_theme_is_a_choice_without_script(visitor: TestClient) -> None:
    from tests.web.conftest import token

    first = visitor.get("/affichage")
    assert "data-theme" not in first.text
    chosen = {"csrf": token(first.text), "theme": "dark", "text": "large", "lang": "en"}
    assert visitor.post("/affichage", data=chosen).status_code == 303
    assert '<html lang="en" data-theme="dark" data-text="large">' in visitor.get("/affichage").text
