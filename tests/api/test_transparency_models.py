"""What anyone may read of the risk models, in both languages, as JSON and as pages."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest

import risk_models
from app.i18n import translator
from app.services.model_pages import load_words, one
from app.web.transparency import blocks

URL, PAGE = "/v1/transparency/models", "/transparence/modeles"


def test_every_model_has_words_for_citizens() -> None:
    assert set(risk_models.ids()) <= set(load_words().models)


async def test_the_list_has_every_card_and_what_was_left_out(client: httpx.AsyncClient) -> None:
    answer = await client.get(URL, headers={"Accept-Language": "en"})
    found = answer.json()
    assert [model["id"] for model in found["models"]] == risk_models.ids()
    assert answer.headers["content-language"] == "en"
    assert "Accept-Language" in answer.headers["vary"]
    for model in found["models"]:
        assert model["digest"].startswith("sha256:")
        assert model["plain"]["lang"] == "en"
    left = {one["id"] for one in found["left_out"]}
    assert {"frax", "canrisk", "stop-bang"} <= left
    assert not left & set(risk_models.ids())


@pytest.mark.parametrize("lang", ["fr", "en"])
async def test_one_model_as_json(client: httpx.AsyncClient, lang: str) -> None:
    found = (await client.get(f"{URL}/score2", params={"lang": lang})).json()
    assert found["version"] == risk_models.get("score2").version
    assert {row["name"] for row in found["checked_inputs"]} >= {"age", "sbp"}
    assert found["plain"]["title"] == found["title_fr" if lang == "fr" else "title"]
    assert ("40 à 69" if lang == "fr" else "40 to 69") in found["plain"]["for"]


async def test_an_unknown_model_is_a_problem_and_a_page(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{URL}/frax")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-model")
    assert (await client.get(f"{PAGE}/frax")).status_code == 404
    assert (await client.get(f"{URL}/frax", headers={"Accept": "text/html"})).status_code == 404


async def test_a_browser_is_sent_to_the_page(client: httpx.AsyncClient) -> None:
    for path in ("", "/phq"):
        answer = await client.get(
            URL + path, headers={"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE + path)


@pytest.mark.parametrize("model", risk_models.ids())
async def test_every_model_has_a_page_that_a_citizen_can_read(client: httpx.AsyncClient, model: str) -> None:
    answer = await client.get(f"{PAGE}/{model}", headers={"Accept-Language": "fr"})
    assert answer.status_code == 200
    text = unescape(answer.text)
    words = one(model, translator("fr"))["plain"]
    for sentence in (
        words["title"],
        words["summary"],
        words["for"],
        words["limits"],
        words["shown"],
        words["fit"],
    ):
        assert sentence in text
    data = risk_models.card(model).data
    for line in (*data.limits, *data.subgroup_weaknesses, *data.choices, data.equation):
        assert line in text
    for helpline in data.help_lines:
        assert helpline.number in text
    assert ("<svg" in answer.text.split('id="contenu"')[1]) == words["chart"]
    assert not re.search(r"style=|<script", answer.text)


async def test_the_list_page_links_to_every_model(client: httpx.AsyncClient) -> None:
    text = (await client.get(PAGE)).text
    assert set(re.findall(rf'href="{PAGE}/([a-z0-9-]+)"', text)) == set(risk_models.ids())
    for left in risk_models.elsewhere().values():
        assert left.data.why_not_fr in unescape(text)


def test_what_is_said_of_who_sees_a_model_follows_its_card() -> None:
    t = translator("fr")
    for model in risk_models.ids():
        told = one(model, t)["plain"]["shown"]
        if not risk_models.may_see(model, "citizen"):
            assert told.startswith(
                ("En France, seul un professionnel", "En France, il n'est montré à personne")
            )
        else:
            assert told.startswith("En France, une personne")


def test_bodies_of_cards_are_headings_paragraphs_and_tables() -> None:
    assert blocks("## A\nb\nc\n\n| x | y |\n| --- | --- |\n| 1 | 2 |\n\n`d`") == [
        ("heading", [["A"]]),
        ("paragraph", [["b c"]]),
        ("table", [["x", "y"], ["1", "2"]]),
        ("paragraph", [["d"]]),
    ]
