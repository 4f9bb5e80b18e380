"""The door: what it lets through, what it refuses, and that both are in the log."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.facts.model import FactSheet
from app.trust import health
from app.trust.door import Refused, SignedIn
from app.trust.grant import Grant, GrantError
from app.trust.purposes import Consent
from app.trust.rules import Asked
from app.trust.sessions import NotSignedIn
from app.trust.vocabulary import Outcome, Tag
from tests.trust.world import ALL, FACTS, LOG, PLAN, World, a_sheet


async def test_with_consent_facts_come_out_and_the_reading_is_logged(world: World) -> None:
    who = await world.sign_in(world.person())
    sheet = await world.read(who)
    assert sheet == a_sheet()
    assert world.log()[-1] == ("citizen:plan:read", "allowed")


async def test_without_consent_nothing_is_read_and_the_refusal_is_logged(world: World) -> None:
    who = await world.sign_in(world.person(allowed=None))
    ran = []
    with pytest.raises(Refused) as caught:
        await world.read(who, PLAN, ran.append)
    assert caught.value.outcome is Outcome.NO_CONSENT
    assert ran == []
    assert world.log()[-1] == ("citizen:plan:read", "refused_no_consent")


async def test_only_granted_categories_come_out(world: World) -> None:
    who = await world.sign_in(world.person(allowed={"habits"}))
    sheet = await world.read(who)
    assert isinstance(sheet, FactSheet)
    assert set(sheet.facts) == {"tobacco_status"}
    assert sheet.subject is None
    assert sheet.sections == frozenset()


async def test_withdrawal_takes_effect_on_the_next_request(world: World) -> None:
    who = await world.sign_in(world.person())
    await world.read(who)
    await world.allow(who, [])
    with pytest.raises(Refused):
        await world.read(who)
    await world.allow(who, {"biology"})
    sheet = await world.read(who)
    assert isinstance(sheet, FactSheet)
    assert set(sheet.facts) == {"ldl_cholesterol"}


async def test_consent_on_a_former_text_counts_for_nothing(world: World) -> None:
    who = await world.sign_in(world.person())
    text = world.door.consent.texts["fr"].model_copy(update={"title": "Autre question ?"})
    world.door.consents = {"own_prevention": Consent(purpose="own_prevention", texts={"fr": text})}
    with pytest.raises(Refused) as caught:
        await world.read(who)
    assert caught.value.outcome is Outcome.NO_CONSENT


@pytest.mark.parametrize("purpose", ["insurance", "employment", "credit", "advertising"])
async def test_forbidden_purposes_are_refused_and_logged_by_name(world: World, purpose: str) -> None:
    who = await world.sign_in(world.person())
    with pytest.raises(Refused) as caught:
        await world.read(SignedIn(who.token_hash, purpose))
    assert caught.value.outcome is Outcome.FORBIDDEN_PURPOSE
    with world.engine.connect() as connection:
        last = connection.execute(text("SELECT purpose, outcome FROM audit_entry ORDER BY seq DESC")).first()
    assert last == (purpose, "refused_forbidden_purpose")


async def test_an_unknown_purpose_is_refused_and_its_words_are_not_kept(world: World) -> None:
    who = await world.sign_in(world.person())
    with pytest.raises(Refused):
        await world.read(SignedIn(who.token_hash, "for TEST-DURAND's boss"))
    with world.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM audit_entry")).all()
    assert "boss" not in str(rows)
    assert rows[-1].purpose == "unknown"


async def test_nobody_without_a_session(world: World) -> None:
    world.person()
    before = world.log()
    with pytest.raises(NotSignedIn):
        await world.read(SignedIn("0" * 64))
    assert world.log() == before


@pytest.mark.parametrize("role", ["professional", "team", "system", "nobody"])
async def test_other_roles_reach_nobodys_record(world: World, role: str) -> None:
    who = await world.sign_in(world.person(), role)  # type: ignore[arg-type]
    with pytest.raises(Refused) as caught:
        await world.read(who)
    assert caught.value.outcome is Outcome.ROLE


async def test_a_session_ends_without_use_and_in_any_case(world: World) -> None:
    who = await world.sign_in(world.person())
    for _ in range(4):
        world.now += timedelta(minutes=29)
        await world.read(who)
    world.now += timedelta(minutes=30)
    with pytest.raises(NotSignedIn):
        await world.read(who)

    who = await world.sign_in(world.person())
    for _ in range(12 * 60 // 29):
        world.now += timedelta(minutes=29)
        await world.read(who)
    world.now += timedelta(minutes=29)
    with pytest.raises(NotSignedIn):
        await world.read(who)


async def test_signing_in_again_closes_the_former_session(world: World) -> None:
    person = world.person()
    former = await world.sign_in(person)
    await world.door.sign_in(person, "demo", former.token_hash)
    with pytest.raises(NotSignedIn):
        await world.read(former)


async def test_signing_out_ends_the_session_and_is_logged(world: World) -> None:
    who = await world.sign_in(world.person())
    await world.door.sign_out(who)
    with pytest.raises(NotSignedIn):
        await world.read(who)
    assert world.log()[-1] == ("account:session:close", "done")


async def test_demo_sessions_count_in_demo_mode_only(world: World) -> None:
    who = await world.sign_in(world.person())
    real = world.another_door(demo=False)
    with pytest.raises(NotSignedIn):
        await real.enter(who, PLAN, lambda _: None)
    real.close()


async def test_a_failing_work_undoes_everything(world: World) -> None:
    who = await world.sign_in(world.person())
    before = world.log()

    def fail(grant: Grant) -> None:
        health.write_answers(grant, {"x": 1}, _vocabulary(), "2026")
        raise ValueError("work failed")

    asked = Asked(Tag.ANSWERS_CHANGE, "write", "answers", "own_prevention", ALL)
    with pytest.raises(ValueError, match="work failed"):
        await world.door.enter(who, asked, fail)
    assert world.log() == before
    stored = await world.read(who, FACTS, lambda grant: health.read_facts(grant, _vocabulary()))
    assert stored is not None
    assert not getattr(stored, "answers", None)


async def test_a_grant_ends_with_its_transaction_and_opens_one_thing(world: World) -> None:
    who = await world.sign_in(world.person())
    kept: list[Grant] = []
    await world.read(who, PLAN, kept.append)
    with pytest.raises(GrantError):
        health.read_facts(kept[0], _vocabulary())
    with pytest.raises(GrantError):
        await world.read(who, LOG, lambda grant: health.read_facts(grant, _vocabulary()))


async def test_many_at_once_each_get_their_own_and_numbers_have_no_gap(world: World) -> None:
    people = [
        world.person(f"p{n}", allowed=ALL if n % 2 else None, sheet=a_sheet(ldl=n / 10)) for n in range(10)
    ]
    signed_in = [await world.sign_in(person) for person in people]
    other = world.another_door()

    async def one(n: int, door: object) -> float | None:
        def ldl(grant: Grant) -> float:
            stored = health.read_facts(grant, _vocabulary())
            assert stored
            assert stored.sheet
            assert grant.subject == people[n]
            return float(stored.sheet.facts["ldl_cholesterol"][0].value)  # type: ignore[arg-type]

        try:
            return await door.enter(signed_in[n], PLAN, ldl)  # type: ignore[attr-defined, no-any-return]
        except Refused:
            return None

    answers = await asyncio.gather(*(one(n % 10, (world.door, other)[n % 2]) for n in range(200)))
    other.close()
    assert answers == [(n % 10) / 10 if n % 2 else None for n in range(200)]
    with world.engine.connect() as connection:
        numbers = list(connection.execute(text("SELECT seq FROM audit_entry ORDER BY seq")).scalars())
    assert numbers == list(range(len(numbers)))


async def test_one_failing_read_does_not_spoil_those_that_share_its_transaction(world: World) -> None:
    who = await world.sign_in(world.person())

    def fail(_: Grant) -> None:
        raise ValueError("mine alone")

    answers = await asyncio.gather(
        *(world.door.enter(who, PLAN, fail if n == 7 else lambda grant: grant.subject) for n in range(20)),
        return_exceptions=True,
    )
    assert [n for n, answer in enumerate(answers) if isinstance(answer, Exception)] == [7]
    assert sum(tag == "citizen:plan:read" for tag, _ in world.log()) == 19


def _vocabulary() -> object:
    from app.facts.vocabulary import load_vocabulary

    return load_vocabulary()
