"""The studio over HTTP: four eyes, versions, nothing overwritten, and what a campaign would change before anyone is
contacted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from app.campaigns.model import campaign_files, load_campaign
from app.campaigns.versions import LONGEST_APPROVAL
from app.guidelines.criteria import Criterion
from app.services.demo import TeamMember, _load_team
from app.services.services import Services
from app.services.studio_samples import tried_on
from tests.api.conftest import sign_in
from tests.population.synthetic_people import write_people

COLORECTAL = "exemple_colorectal_relance"
TEXT = next(path for path in campaign_files() if path.stem == COLORECTAL).read_text(encoding="utf-8")
AUTHOR, OTHER = "equipe-1", "equipe-2"


@pytest.fixture(autouse=True)
def team(services: Services) -> None:
    _load_team(services, [TeamMember(id=AUTHOR, label="1"), TeamMember(id=OTHER, label="2")])


async def save(client: httpx.AsyncClient, text: str = TEXT, etag: str | None = None) -> httpx.Response:
    if etag is None:
        return await client.post("/v1/campaigns", json={"text": text, "words": "premier jet"})
    return await client.put(f"/v1/campaigns/{COLORECTAL}", json={"text": text}, headers={"If-Match": etag})


async def step(
    client: httpx.AsyncClient, who: str, wanted: str, campaign: str = COLORECTAL, **more: Any
) -> httpx.Response:
    await sign_in(client, who)
    return await client.post(f"/v1/campaigns/{campaign}/steps", json={"step": wanted} | more)


async def approved(client: httpx.AsyncClient, services: Services, campaign: str = COLORECTAL) -> None:
    until = (services.today() + timedelta(days=90)).isoformat()
    assert (await step(client, AUTHOR, "submit", campaign)).status_code == 200
    done = await step(client, OTHER, "approve", campaign, until=until)
    assert done.status_code == 200, done.text


async def shown(client: httpx.AsyncClient) -> dict[str, Any]:
    return dict((await client.get(f"/v1/campaigns/{COLORECTAL}")).json())


async def test_from_a_draft_to_its_end(client: httpx.AsyncClient, services: Services) -> None:
    await sign_in(client, AUTHOR)
    made = await save(client)
    assert (made.status_code, made.json()["state"]) == (201, "saved")
    assert (await step(client, AUTHOR, "start")).json()["type"] == "/problems/wrong-step"
    assert (await step(client, AUTHOR, "submit")).status_code == 200
    until = (services.today() + timedelta(days=90)).isoformat()
    own = await step(client, AUTHOR, "approve", until=until)
    assert (own.status_code, own.json()["type"]) == (403, "/problems/same-person")
    for wrong in (None, (services.today() - timedelta(days=1)).isoformat(),
                  (services.today() + LONGEST_APPROVAL + timedelta(days=1)).isoformat()):  # fmt: skip
        assert (await step(client, OTHER, "approve", until=wrong)).status_code == 422
    assert (await step(client, OTHER, "approve", until=until, words="relu")).status_code == 200
    assert (await step(client, OTHER, "start")).json()["state"] == "started"
    found = await shown(client)
    assert [one["event"] for one in found["versions"][0]["steps"]] == ["saved", "submitted", "approved", "started"]
    assert found["versions"][0]["steps"][2]["until"] == until
    assert (await step(client, OTHER, "stop")).json()["state"] == "stopped"
    assert (await step(client, OTHER, "start")).json()["type"] == "/problems/wrong-step"


async def test_an_edit_of_what_runs_is_a_new_version_which_needs_an_approval(
    client: httpx.AsyncClient, services: Services
) -> None:
    await sign_in(client, AUTHOR)
    await save(client)
    await approved(client, services)
    await step(client, AUTHOR, "start")
    etag = (await client.get(f"/v1/campaigns/{COLORECTAL}")).headers["etag"]
    assert (await save(client, TEXT.replace("budget: 60000", "budget: 50000"), etag)).status_code == 200
    found = await shown(client)
    assert (found["version"], found["state"], found["running_version"]) == (2, "saved", 1)
    assert (await step(client, AUTHOR, "start")).json()["type"] == "/problems/wrong-step"
    await approved(client, services)
    await step(client, AUTHOR, "start")
    found = await shown(client)
    assert found["running_version"] == 2
    assert [one["state"] for one in found["versions"]] == ["started", "stopped"], "one version runs, never two"
    changed = (await client.get(f"/v1/campaigns/{COLORECTAL}/changes?before=1&after=2")).json()["changes"]
    assert changed == [{"place": "budget", "before": "60000.0", "after": "50000.0"}]
    assert (await client.get(f"/v1/campaigns/{COLORECTAL}/changes?before=1&after=9")).status_code == 404


async def test_two_editors_at_once(client: httpx.AsyncClient) -> None:
    await sign_in(client, AUTHOR)
    etag = (await save(client)).headers["etag"]
    assert (await save(client, TEXT.replace("budget: 60000", "budget: 50000"), etag)).status_code == 200
    await sign_in(client, OTHER)
    second = await save(client, TEXT.replace("Bonjour.", "Bonjour,"), etag)
    assert (second.status_code, second.json()["type"]) == (412, "/problems/changed-meanwhile")
    assert second.json()["changed"] == [{"place": "budget", "before": "60000.0", "after": "50000.0"}]
    assert (await client.put(f"/v1/campaigns/{COLORECTAL}", json={"text": TEXT})).status_code == 428
    assert (await shown(client))["version"] == 2, "nothing was kept of the second"
    assert (await step(client, AUTHOR, "submit")).status_code == 200
    late = await client.post(f"/v1/campaigns/{COLORECTAL}/steps", json={"step": "refuse"}, headers={"If-Match": etag})
    assert late.status_code == 412


async def test_an_approval_that_is_over_starts_nothing(client: httpx.AsyncClient, services: Services) -> None:
    await sign_in(client, AUTHOR)
    await save(client)
    await approved(client, services)
    day = services.now()
    services.door.clock = lambda: day + timedelta(days=91)
    refused = await step(client, AUTHOR, "start")
    assert (refused.status_code, refused.json()["code"]) == (409, "approval_over")


async def test_two_campaigns_do_not_reach_the_same_people_at_once(
    client: httpx.AsyncClient, services: Services
) -> None:
    await sign_in(client, AUTHOR)
    await save(client)
    await save(client, TEXT.replace(COLORECTAL, "exemple_autre"))
    assert (await shown(client))["at_the_same_time"] == ["exemple_autre"], "announced before it is refused"
    for campaign in (COLORECTAL, "exemple_autre"):
        await approved(client, services, campaign)
    assert (await step(client, AUTHOR, "start")).status_code == 200
    second = await step(client, AUTHOR, "start", "exemple_autre")
    assert (second.status_code, second.json()["type"]) == (409, "/problems/campaign-overlap")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("Bonjour.", "C’est votre dernière chance."), "false_urgency"),
        (("per_week: 8", "per_week: 0"), "nobody can do"),
        (("channels: [letter]", "channels: [letter, email]"), "no message in French for email"),
    ],
)
async def test_what_is_to_be_mended_can_be_kept_and_not_submitted(
    client: httpx.AsyncClient, change: tuple[str, str], told: str
) -> None:
    await sign_in(client, AUTHOR)
    text = TEXT.replace(*change, 1)
    found = (await client.post("/v1/campaigns/lint", json={"text": text})).json()["to_mend"]
    assert any(told in one["problem"] for one in found), found
    assert (await save(client, text)).status_code == 201
    refused = await step(client, AUTHOR, "submit")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/campaign-refused")
    assert refused.json()["errors"]


@pytest.mark.parametrize("text", ["", "id: x", "a: [", "x" * 60_001])
async def test_what_is_no_campaign_is_not_kept(client: httpx.AsyncClient, text: str) -> None:
    await sign_in(client, AUTHOR)
    answer = await client.post("/v1/campaigns", json={"text": text})
    assert answer.status_code == 422
    assert (await client.get("/v1/campaigns")).json() == {"campaigns": []}


async def test_ids_are_kept(client: httpx.AsyncClient) -> None:
    await sign_in(client, AUTHOR)
    etag = (await save(client)).headers["etag"]
    assert (await save(client)).json()["type"] == "/problems/campaign-refused", "there is one of this id"
    other = await save(client, TEXT.replace(COLORECTAL, "exemple_autre"), etag)
    assert other.status_code == 422
    assert (await client.get("/v1/campaigns/exemple_autre")).status_code == 404


async def test_what_it_would_change(client: httpx.AsyncClient, services: Services, tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.parquet", 3000)
    services.settings = replace(services.settings, population=people.files[0])
    await sign_in(client, AUTHOR)
    await save(client)
    found = (await client.get(f"/v1/campaigns/{COLORECTAL}/simulation")).json()
    assert found["people"]["everyone"] == 3000
    assert [one["id"] for one in found["scenarios"]][:2] == ["without", "campaign"]
    nobody = TEXT.replace("age: {from: 50, to: 74}", "age: {from: 118, to: 119}").replace(COLORECTAL, "exemple_autre")
    assert (await save(client, nobody)).status_code == 201
    refused = await client.get("/v1/campaigns/exemple_autre/simulation")
    assert (refused.status_code, refused.json()["code"]) == (422, "campaign_target")


async def test_it_is_tried_on_people_whom_one_can_picture(services: Services) -> None:
    """By the target alone, as the plan of one person reads it."""
    made = load_campaign(next(path for path in campaign_files() if path.stem == COLORECTAL))
    found = {one.label.split(",")[0]: one.takes for one in tried_on(services, made)}
    assert len(found) >= 7
    assert True in found.values()
    assert False in found.values()
    target = TypeAdapter(Criterion).validate_python({"age": {"from": 118, "to": 119}})
    nobody = made.model_copy(update={"target": target})
    assert {one.takes for one in tried_on(services, nobody)} == {False}
