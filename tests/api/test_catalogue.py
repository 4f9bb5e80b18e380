"""The public catalogue: everything that Jalon uses, with figures that let nobody be found, and what is suspended."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest

import risk_models
from app.campaigns.model import campaign_files
from app.guidelines.pack import load_pack
from app.services.catalogue import COLUMNS, as_csv, hidden
from app.services.services import Services
from app.trust import decision_support
from app.trust.decision_support import Decided, Given
from app.trust.donation.projects import load_projects
from tests.api.conftest import sign_in
from tests.api.test_stops import stop, team  # noqa: F401

URL = "/v1/transparency/catalogue"


async def entries(client: httpx.AsyncClient, **params: str) -> list[dict[str, Any]]:
    return list((await client.get(URL, params=params)).json()["entries"])


async def test_everything_is_in_it_once(client: httpx.AsyncClient) -> None:
    found = await entries(client)
    keys = [(one["kind"], one["id"], one["version"]) for one in found]
    assert len(keys) == len(set(keys))
    of = {kind: {one["id"] for one in found if one["kind"] == kind} for kind in ("guideline", "model", "project")}
    assert of["guideline"] == set(load_pack("fr").ids())
    assert of["model"] == set(risk_models.ids())
    assert of["project"] == {one.id for one in load_projects()}
    assert sum(one["kind"] == "campaign" for one in found) == len(campaign_files())
    for one in found:
        assert one["seen_by"], one["id"]
        assert one["evidence"], one["id"]
        assert one["state"], one["id"]


async def test_csv_says_the_same_as_json(client: httpx.AsyncClient) -> None:
    answer = await client.get(URL, params={"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["kind"], row["id"], row["state"]) for row in rows] == [
        (one["kind"], one["id"], one["state"]) for one in await entries(client)
    ]


def test_no_cell_is_a_formula() -> None:
    empty = {"figures": None, "suspended": None, "evidence": [], "limits": []}
    one = dict.fromkeys(COLUMNS, None) | {"title": "=1+1"} | empty
    assert b"'=1+1" in as_csv({"entries": [one]})


@pytest.mark.parametrize(("parts", "told"), [
    ({"a": 0, "b": 0}, {"a": 0, "b": 0}),
    ({"a": 20, "b": 30}, {"a": 20, "b": 30}),
    ({"a": 10, "b": 30, "c": 40}, {"a": None, "b": None, "c": 40}),
    ({"a": 10, "b": 3, "c": 40}, {"a": None, "b": None, "c": 40}),
    ({"a": 1, "b": 0}, {"a": None, "b": 0}),
])  # fmt: skip
def test_small_groups_are_not_told_nor_found_by_subtraction(
    parts: dict[str, int], told: dict[str, int | None]
) -> None:
    assert hidden(parts, 11) == told


async def test_figures_of_cards(client: httpx.AsyncClient, services: Services) -> None:
    version = load_pack("fr").get("tobacco", services.today()).effective_from.isoformat()
    given = [Given(f"{n:032x}", "tobacco", version, "due") for n in range(60)]
    decided = [Decided(one.id, "overridden", "not_now") for one in given[:20]]
    decided += [Decided(one.id, "accepted", None) for one in given[20:40]]

    async def one() -> dict[str, Any]:
        return next(each for each in await entries(client) if each["id"] == "tobacco")["figures"]

    await services.door.look_up(lambda c: decision_support.keep(c, given, "s", "jalon", "2026-11-01"))
    assert (await one())["cards_given"] == 60
    await services.door.look_up(lambda c: decision_support.decide(c, "s", "jalon", decided[:25], "2026-11-02"))
    figures = await one()
    assert (figures["cards_accepted"], figures["cards_given"]) == (None, None), "5 accepted could be found"
    await services.door.look_up(lambda c: decision_support.decide(c, "s", "jalon", decided, "2026-11-02"))
    figures = await one()
    assert (figures["cards_given"], figures["cards_accepted"], figures["cards_set_aside"]) == (60, 20, 20)
    assert figures["set_aside_because"] == {"not_now": 20}


@pytest.mark.usefixtures("team")
async def test_what_is_suspended_is_said_at_once(claudine: httpx.AsyncClient) -> None:
    await stop(claudine, "tobacco")
    await stop(claudine, "score2", "model")
    for kind, name in (("guideline", "tobacco"), ("model", "score2")):
        [one] = [each for each in await entries(claudine, kind=kind) if each["id"] == name]
        assert one["state"] == "suspended"
        assert one["suspended"]["reason"] == one["changes"][0]["text"]


async def test_pages_for_anyone(client: httpx.AsyncClient) -> None:
    for path in ("catalogue", "catalogue?sorte=model", "recommandations/tobacco"):
        assert (await client.get(f"/transparence/{path}")).status_code == 200, path
    assert (await client.get("/transparence/recommandations/no_such")).status_code == 404
    assert (await client.get(URL, params={"kind": "everything"})).status_code == 422


async def test_a_campaign_that_a_team_started_is_in_it_with_its_version(
    client: httpx.AsyncClient, services: Services, team: None  # noqa: F811
) -> None:
    from tests.api.test_campaigns import AUTHOR, COLORECTAL, OTHER, approved, save, step

    async def states() -> list[tuple[str, str]]:
        found = await entries(client, kind="campaign")
        return [(one["version"], one["state"]) for one in found if one["id"] == COLORECTAL]

    await sign_in(client, AUTHOR)
    await save(client)
    assert [state for _, state in await states()] == ["draft"], "what a team only drafts is its own"
    await approved(client, services)
    await step(client, OTHER, "start")
    assert await states() == [("1", "in_force")]
    await step(client, OTHER, "stop")
    assert await states() == [("1", "over")]
