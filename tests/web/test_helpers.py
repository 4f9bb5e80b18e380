"""Being helped with a code: made on one device, typed on another; both see it, and it can be stopped."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from app.api.app import create_app
from app.services.services import Services
from tests.web.conftest import sign_in, token

HELPED, HELP = "/me-faire-aider", "/aider"


def make_code(visitor: TestClient, do: str = "all") -> str:
    typed = {"csrf": token(visitor.get(HELPED).text), "person": "Gérard", "helper": "Agent France Services", "do": do}
    answer = visitor.post(HELPED, data={**typed, "action": ["see", "answer"], "minutes": "30"})
    found = re.search(r'class="code">([0-9A-Z-]+)<', answer.text)
    assert found, answer.status_code
    return found[1]


def another_device(opened: Services) -> TestClient:
    return TestClient(create_app(opened.settings, opened), follow_redirects=False)


def help_with(device: TestClient, code: str) -> int:
    return int(device.post(HELP, data={"csrf": token(device.get(HELP).text), "code": code}).status_code)


def test_an_agent_helps_without_an_account_and_is_seen(visitor: TestClient, opened: Services) -> None:
    sign_in(visitor, "gerard")
    device = another_device(opened)
    assert help_with(device, make_code(visitor)) == 303
    plan = device.get("/mon-plan")
    assert plan.status_code == 200
    assert "J’ai fini d’aider" in plan.text
    sent = {"csrf": token(plan.text), "fact": "alcohol_per_week", "answer": "unknown"}
    fact = re.search(r'name="fact" value="(\w+)"', device.get("/questionnaire").text)
    assert fact
    assert device.post("/mes-reponses", data=sent | {"fact": fact[1]}).status_code == 303
    for path in ("/mes-autorisations", "/qui-a-consulte", "/mes-aidants", HELPED, "/mon-medecin", "/mes-donnees/copie"):
        assert device.get(path).status_code == 403, path
    erase = device.post("/mes-donnees/effacer", data={"csrf": token(plan.text), "confirm": "yes"})
    assert erase.status_code == 403
    log = visitor.get("/qui-a-consulte").text
    assert "Agent France Services, pour vous" in log
    assert "Code d’aide utilisé" in log
    ending = re.search(r'action="(/mes-aidants/h\w+/fin)"', visitor.get(HELPED).text)
    assert ending
    assert visitor.post(ending[1], data={"csrf": token(visitor.get(HELPED).text)}).status_code == 303
    assert device.get("/mon-plan").headers["location"] == "/?fin=1", "at once"


def test_a_code_is_good_once_and_what_is_wrong_is_told(visitor: TestClient, opened: Services) -> None:
    sign_in(visitor, "claudine")
    code = make_code(visitor)
    assert help_with(another_device(opened), "ABCD-EFG-HJK") == 422
    assert help_with(another_device(opened), code) == 303
    assert help_with(another_device(opened), code) == 422


def test_a_helper_who_has_an_account_helps_from_it(visitor: TestClient, opened: Services) -> None:
    sign_in(visitor, "claudine")
    code, device = make_code(visitor), another_device(opened)
    sign_in(device, "rachid")
    assert help_with(device, code) == 303
    assert "Vous agissez pour une autre personne" in device.get("/mon-plan").text
    device.get("/mon-plan")
    assert "Changement de qui agit pour vous" in device.get("/qui-a-consulte").text, "it is in the helper's log too"


def test_an_agent_helps_one_person_after_the_other(visitor: TestClient, opened: Services) -> None:
    device = another_device(opened)
    for person in ("claudine", "gerard"):
        visitor.cookies.clear()
        sign_in(visitor, person)
        assert help_with(device, make_code(visitor)) == 303
        assert device.get("/mon-plan").status_code == 200
        assert "Agent France Services, pour vous" in visitor.get("/qui-a-consulte").text


def test_a_withdrawn_code_is_good_for_nothing(visitor: TestClient, opened: Services) -> None:
    sign_in(visitor, "claudine")
    code = make_code(visitor)
    page = visitor.get(HELPED).text
    assert "Un code attend" in page
    assert visitor.post(HELPED, data={"csrf": token(page), "do": "withdraw"}).status_code == 303
    assert help_with(another_device(opened), code) == 422


def test_nothing_chosen_makes_no_code(visitor: TestClient) -> None:
    sign_in(visitor, "claudine")
    sent = {"csrf": token(visitor.get(HELPED).text), "person": "", "helper": "", "do": "ticked"}
    answer = visitor.post(HELPED, data=sent)
    assert answer.status_code == 422
    assert 'class="code"' not in answer.text


def test_the_api_does_the_same(visitor: TestClient, opened: Services) -> None:
    sign_in(visitor, "gerard")
    wanted = {"person": "G", "helper": "L", "actions": ["see"], "categories": ["screening", "identity"], "minutes": 15}
    code = visitor.post("/v1/me/helper-codes", json=wanted).json()["code"]
    assert visitor.get("/v1/me/helper-codes").json()["waiting"]
    app = another_device(opened)
    made = app.post("/v1/helper-session", json={"code": code}).json()
    headers = {"Authorization": f"Bearer {made['token']}", "Jalon-For": made["delegation"]}
    assert app.get("/v1/me/plan", headers=headers).status_code == 200
    assert app.get("/v1/me/consents", headers=headers).status_code == 403
    assert app.put("/v1/me/answers", headers=headers, json={}).status_code == 403
    assert app.get("/v1/me/plan", headers={"Authorization": headers["Authorization"]}).status_code == 403
    assert visitor.delete(f"/v1/me/delegations/{made['delegation']}").status_code == 204
    assert app.get("/v1/me/plan", headers=headers).status_code == 401
