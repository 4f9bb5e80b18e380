"""Where to go: places near a postcode for anyone, on the page and the API, and nothing left behind."""

from __future__ import annotations

import logging
import re

import pytest
from starlette.testclient import TestClient

from app.plans.places import load_places
from app.services.services import Services
from tests.web.conftest import sign_in
from tests.web.test_public_check import everything


def test_the_nearest_first_with_what_the_directory_says(visitor: TestClient) -> None:
    page = visitor.post("/ou-aller", data={"need": "mammography", "postcode": "69003"})
    assert page.status_code == 200
    main = page.text.split('id="lieux"', 1)[1]
    assert "69003 Lyon 3e" in main
    assert "Lieux inventés pour la démonstration" in main
    distances = [float(km.replace(",", ".")) for km in re.findall(r"à ([\d,]+) km", main)]
    assert len(distances) > 4
    assert distances == sorted(distances)
    assert re.search(r'<a class="plain phone" href="tel:04657100\d\d">', main)


def test_page_after_page(visitor: TestClient) -> None:
    seen: list[str] = []
    page, number = visitor.post("/ou-aller", data={"need": "vaccination", "postcode": "69003"}), 1
    while True:
        seen += re.findall(r'<h3 lang="fr">(.*?)</h3>\s*<p>.*?</p>\s*<p lang="fr">(.*?)</p>', page.text)  # type: ignore[arg-type]
        following = re.search(rf'name="page" value="{number + 1}"', page.text)
        if following is None:
            break
        number += 1
        page = visitor.post("/ou-aller", data={"need": "vaccination", "postcode": "69003", "page": str(number)})
    assert number > 1
    assert len(seen) == len(set(seen)) > 10


def test_the_kit_comes_by_post(visitor: TestClient) -> None:
    page = visitor.post("/ou-aller", data={"need": "colorectal_kit", "postcode": "35000"})
    assert "par la poste" in page.text
    assert 'href="https://monkit.depistage-colorectal.fr/"' in page.text


def test_an_item_of_the_plan_leads_there(visitor: TestClient) -> None:
    sign_in(visitor, "claudine")
    item = visitor.get("/mon-plan/breast_cancer_screening").text
    assert 'href="/ou-aller?pour=mammography"' in item
    form = visitor.get("/ou-aller?pour=mammography").text
    assert '<option value="mammography" selected>' in form


@pytest.mark.parametrize(("form", "message"), [
    ({}, "Choisissez ce que vous cherchez."), ({"need": "x", "postcode": "69003"}, "Choisissez ce que vous cherchez."),
    ({"need": "dentist", "postcode": ""}, "cinq chiffres"), ({"need": "dentist", "postcode": "6900"}, "cinq chiffres"),
    ({"need": "dentist", "postcode": "99999"}, "cinq chiffres"),
    ({"need": "dentist", "postcode": "٦٩٠٠٣"}, "cinq chiffres"),
    ({"need": "dentist", "postcode": "9" * 5000}, "cinq chiffres"),
    ({"need": "dentist", "postcode": '"><script>'}, "cinq chiffres"),
    ({"need": "dentist", "postcode": "69003", "page": "999"}, "Cette page n’existe pas."),
])  # fmt: skip
def test_what_is_not_understood_is_asked_again(visitor: TestClient, form: dict[str, str], message: str) -> None:
    answer = visitor.post("/ou-aller", data=form)
    assert answer.status_code == 422
    assert message in answer.text
    assert "<script" not in answer.text


def test_a_search_leaves_nothing(visitor: TestClient, opened: Services, caplog: pytest.LogCaptureFixture) -> None:
    before = everything(opened)
    asked = {"need": "infection_test", "postcode": "69003"}
    with caplog.at_level(logging.DEBUG):
        answers = [
            visitor.get("/ou-aller"), visitor.post("/ou-aller", data=asked), visitor.post("/v1/places", json=asked),
            visitor.post("/v1/places", json=asked | {"postcode": "00000"}),
        ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 200, 200, 422]
    assert everything(opened) == before
    assert not [record for record in caplog.records if record.name.startswith(("app", "uvicorn", "sqlalchemy"))]
    for answer in answers:
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        addresses = re.findall(r'(?:href|action)="([^"]+)"', answer.text)
        assert not any("postcode=" in address or "69003" in address for address in addresses)
    assert '"69003"' not in answers[3].text
    assert "00000" not in answers[3].text, "what was asked is not repeated"


def test_the_api_says_the_same(visitor: TestClient) -> None:
    known = visitor.get("/v1/places").json()
    assert {need["id"] for need in known["needs"]} == set(load_places().needs)
    assert {source["id"]: source["sample"] for source in known["sources"]} == {"local": True, "postcodes": True}
    found = visitor.post("/v1/places", json={"need": "dentist", "postcode": "97400"}).json()
    assert found["towns"] == ["Saint-Denis"]
    assert all(place["source"] == "local" and place["sample"] for place in found["places"])
    assert found["places"][0]["distance_km"] < 10
    several = visitor.post("/v1/places", json={"need": "dentist", "postcode": "01400"}).json()
    assert len(several["towns"]) == 3


@pytest.mark.parametrize("body", [
    {"need": "dentist"}, {"need": "dentist", "postcode": "69003", "page": 0},
    {"need": "dentist", "postcode": "69003", "x": 1},
    {"need": "dentist", "postcode": ["69003"]}, {"need": "none", "postcode": "69003"},
])  # fmt: skip
def test_a_wrong_question_is_a_problem(visitor: TestClient, body: dict[str, object]) -> None:
    answer = visitor.post("/v1/places", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_invented_numbers_are_those_kept_for_fiction(visitor: TestClient) -> None:
    """Arcep keeps six ranges for films and books (plan national de numérotation): invented places have no other."""
    for postcode in ("69003", "75011", "35000", "01400", "97400"):
        for need in load_places().needs:
            found = visitor.post("/v1/places", json={"need": need, "postcode": postcode}).json()
            for place in found["places"]:
                digits = place["phone"].replace(" ", "")
                assert digits.startswith(("019900", "026191", "035301", "046571", "053649", "063998")), place
                assert place["name"].startswith("Exemple : ")
