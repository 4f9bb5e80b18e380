"""The desk's page: the form, each mistake told beside it, the receipt; refused to whoever is no agent."""

from __future__ import annotations

import asyncio

import pytest
from starlette.testclient import TestClient

from app.services.services import Services
from tests.api.test_authorization import agent
from tests.web.conftest import sign_in, token

HERE = "/guichet-don"


def account_of(visitor: TestClient, person: str) -> str:
    sign_in(visitor, person)
    shown: str = visitor.get("/v1/me/donation").json()["account"]
    assert shown in visitor.get("/don-de-donnees").text, "the person can read it, and give it"
    visitor.cookies.clear()
    return shown


def as_agent(visitor: TestClient, opened: Services) -> str:
    """The form's token, on an agent's session."""
    visitor.cookies.set("jalon_session", asyncio.run(opened.door.sign_in(agent(opened), "agent", None)))
    return token(visitor.get(HERE).text)


def test_an_agent_records_a_choice_and_hands_over_the_receipt(visitor: TestClient, opened: Services) -> None:
    account = account_of(visitor, "gerard")
    sent = {"csrf": as_agent(visitor, opened), "account": f" {account[:16].upper()} {account[16:]}",
            "choice": "opposed", "channel": "helper"}  # fmt: skip
    done = visitor.post(HERE, data=sent, files={"paper": ("scan.pdf", b"%PDF-")})
    assert done.status_code == 201, done.text
    assert "receipt donation" in done.text
    assert account not in done.text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"account": "12"}, "Écrivez les 32 signes"),
        ({"account": "0" * 32}, "Aucun compte n’a ce numéro"),
        ({"choice": ""}, "Choisissez ce qui est demandé"),
        ({"channel": "external"}, "Choisissez ce qui est demandé"),
        ({"channel": "relatives", "choice": "included"}, "témoigner d’un refus"),
        ({"paper": ""}, "Joignez le document"),
    ],
)
def test_a_mistake_is_told_and_nothing_typed_is_lost(
    visitor: TestClient, opened: Services, said: dict[str, str], told: str
) -> None:
    account = account_of(visitor, "thierry")
    sent = {"csrf": as_agent(visitor, opened), "account": account, "choice": "opposed", "channel": "paper"} | said
    paper = b"" if "paper" in sent else b"%PDF-"
    sent.pop("paper", None)
    answer = visitor.post(HERE, data=sent, files={"paper": ("scan.pdf" if paper else "", paper)})
    assert answer.status_code == 422
    assert told in answer.text
    assert sent["account"] in answer.text
    visitor.cookies.clear()
    sign_in(visitor, "thierry")
    assert visitor.get("/v1/me/donation").json()["history"] == []


def test_whoever_is_no_agent_is_refused(visitor: TestClient, opened: Services) -> None:
    account = account_of(visitor, "claudine")
    csrf = sign_in(visitor, "rachid")
    sent = {"csrf": csrf, "account": account, "choice": "opposed", "channel": "paper"}
    assert visitor.post(HERE, data=sent, files={"paper": ("scan.pdf", b"%PDF-")}).status_code == 403
