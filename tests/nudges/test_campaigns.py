"""A campaign that a team started reaches those whom its target takes, once; stopping it holds from the next message."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.campaigns.model import campaign_files
from app.nudges.outgoing import Outgoing
from app.services import decisions, studio
from app.services.demo import TeamMember, _load_team
from app.services.services import Services
from app.trust import people
from app.trust.door import SignedIn
from app.trust.sessions import token_hash
from tests.nudges.conftest import Days, look_now, rows, send_now, wants
from tests.nudges.test_providers import ADDRESS, Gateway

NAME = "exemple_colorectal_relance"
WRITTEN = next(path for path in campaign_files() if path.stem == NAME).read_text(encoding="utf-8")
TEXT = WRITTEN.replace("fit_last_negative_date, within: P2Y", "fit_last_negative_date, within: P1M")
"""Claudine, who did a test in the last two years, is then in the target."""
RUNNING = datetime(2027, 2, 15, 11, 0, tzinfo=UTC)
"""A Monday among the campaign's days."""


@pytest.fixture
def gateway(services: Services, clock: Days) -> Iterator[Gateway]:
    """A provider of letters, on a day of the campaign."""
    opened, clock.now = Gateway(), RUNNING
    services.settings = replace(services.settings, outgoing=Outgoing(post=opened.provider))
    _load_team(services, [TeamMember(id="equipe-1", label="1"), TeamMember(id="equipe-2", label="2")])
    yield opened
    opened.shutdown()
    opened.server_close()


async def member(services: Services, name: str) -> SignedIn:
    person, _ = services.door.account(lambda c: people.add_sample(c, name, name, "fr", services.now()))
    return SignedIn(token_hash(await services.door.sign_in(person, "team", None)))


async def take(services: Services, who: str, step: str) -> None:
    until = date(2027, 12, 1) if step == "approve" else None
    await studio.step(services, await member(services, who), NAME, step, "vu", until, None)  # type: ignore[arg-type]


async def started(services: Services, text: str = TEXT) -> None:
    await studio.save(services, await member(services, "equipe-1"), text, "premier jet", None)
    await take(services, "equipe-1", "submit")
    await take(services, "equipe-2", "approve")
    await take(services, "equipe-2", "start")


async def test_a_campaign_reaches_its_target_once_in_its_own_words(
    services: Services, gateway: Gateway, clock: Days
) -> None:
    await wants(services, channels=("post",), address=ADDRESS, named=True)
    await started(services)
    assert (await look_now(services)).to_json()["planned"] == {NAME: {"letter": 1}}
    await send_now(services)
    (letter,) = gateway.taken.values()
    assert letter["subject"] == "Un test simple à faire chez vous"
    assert "Sur 1 000 personnes, 40 ont un test positif" in " ".join(letter["text"].split()), "the harm goes with it"
    assert "/m/" in letter["text"]
    for _ in range(8):
        clock.later(days=14)
        await look_now(services)
        await send_now(services)
    subjects = [one["subject"] for one in gateway.taken.values()]
    assert subjects.count("Un test simple à faire chez vous") == 1


async def test_who_did_not_ask_for_it_gets_discreet_words(services: Services, gateway: Gateway) -> None:
    await wants(services, channels=("post",), address=ADDRESS)
    await started(services)
    await look_now(services)
    await send_now(services)
    told = json.dumps(list(gateway.taken.values()), ensure_ascii=False)
    for word in ("Un test", "un test", "cancer", "intestin", "coloscopie"):
        assert word not in told


async def test_what_is_stopped_or_not_for_them_does_not_leave(services: Services, gateway: Gateway) -> None:
    who = await wants(services, channels=("post",), address=ADDRESS)
    await started(services)
    await look_now(services)
    await take(services, "equipe-1", "stop")
    assert dict((await send_now(services)).kept) == {"stopped": 1}
    assert gateway.taken == {}
    await decisions.decide(services, who, "colorectal_cancer_screening", decisions.Wanted("not_for_me"))
    assert rows(services) == [("letter", "not_sent", "stopped")]


async def test_a_choice_of_the_person_holds_for_campaigns_too(services: Services, gateway: Gateway) -> None:
    who = await wants(services, channels=("post",), address=ADDRESS)
    await started(services)
    await look_now(services)
    await decisions.decide(services, who, "colorectal_cancer_screening", decisions.Wanted("not_for_me"))
    assert dict((await send_now(services)).kept) == {"changed": 1}
    assert gateway.taken == {}


async def test_who_is_not_in_the_target_hears_nothing_of_it(services: Services, gateway: Gateway) -> None:
    """As it is written: claudine did the test less than two years ago."""
    await wants(services, channels=("post",), address=ADDRESS)
    await started(services, WRITTEN)
    assert NAME not in (await look_now(services)).to_json()["planned"]


async def test_a_draft_reaches_nobody(services: Services, gateway: Gateway) -> None:
    await wants(services, channels=("post",), address=ADDRESS)
    await studio.save(services, await member(services, "equipe-1"), TEXT, "premier jet", None)
    assert NAME not in (await look_now(services)).to_json()["planned"]
