"""A code for somebody beside the person: good once, for minutes and a few tries; what it opens is limited, ends, and
is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.errors import UsageError
from app.trust import delegations, helper_codes
from app.trust.delegation_rules import load_rules
from app.trust.door import Refused, SignedIn
from app.trust.helper_codes import Redeemed
from app.trust.rules import Asked
from app.trust.sessions import NotSignedIn, token_hash
from app.trust.vocabulary import Outcome, Tag
from tests.trust.test_delegations import ANSWER, CHANGE, CONSENT, ERASE, LOG
from tests.trust.world import ALL, FACTS, PLAN, World

SEND = Asked(Tag.RECORD_ADD, "write", "record", "own_prevention", ALL)
DEVICES = Asked(Tag.DEVICES_READ, "read", "devices", "own_rights")


async def code_of(world: World, who: SignedIn, actions: tuple[str, ...] = ("see",), minutes: int = 30) -> str:
    made = await world.door.enter(
        who, CHANGE,
        lambda grant: helper_codes.make(grant, "Anne", "Luc, France Services", actions, ["habits"], minutes, world.now),
    )  # fmt: skip
    return made.code


async def typed(world: World, code: str, by: str | None = None) -> Redeemed | None:
    actor = (by, "citizen") if by else None
    return await world.door.look_up(
        lambda connection: helper_codes.redeem(
            connection, world.door.keys, code, world.now, world.door.policy, actor  # type: ignore[arg-type]
        )
    )


async def helping(world: World, code: str) -> SignedIn:
    found = await typed(world, code)
    assert found
    assert found.token
    return SignedIn(token_hash(found.token), about=found.delegation)


async def refused(world: World, who: SignedIn, asked: Asked) -> Outcome:
    with pytest.raises(Refused) as stopped:
        await world.door.enter(who, asked, lambda grant: None)
    return stopped.value.outcome


def wrong(code: str) -> str:
    """The same code but for its last letter."""
    return code[:-1] + ("2" if code[-1] != "2" else "3")


async def test_a_helper_reaches_what_was_chosen_and_nothing_else(world: World) -> None:
    anne = await world.sign_in(world.person("anne"))
    helper = await helping(world, await code_of(world, anne))
    seen = await world.door.enter(helper, PLAN, lambda grant: (grant.categories, grant.role, grant.actor))
    assert seen[:2] == (frozenset({"habits"}), "delegate")
    for asked in (ANSWER, SEND, CONSENT, ERASE, LOG, CHANGE, DEVICES):
        assert await refused(world, helper, asked) is Outcome.NOT_YOURS, asked
    alone = replace(helper, about=None)
    for asked in (PLAN, FACTS, ANSWER, CONSENT, ERASE, LOG, CHANGE, DEVICES):
        assert await refused(world, alone, asked) is Outcome.NOT_YOURS, "the session can do nothing of its own"


async def test_a_code_is_good_once(world: World) -> None:
    code = await code_of(world, await world.sign_in(world.person("anne")))
    assert await typed(world, code.lower().replace("-", " "))
    assert await typed(world, code) is None


async def test_a_code_is_good_for_some_minutes(world: World) -> None:
    code = await code_of(world, await world.sign_in(world.person("anne")))
    world.now += timedelta(minutes=load_rules().helper.code_minutes, seconds=1)
    assert await typed(world, code) is None


async def test_a_code_stands_a_few_tries(world: World) -> None:
    code = await code_of(world, await world.sign_in(world.person("anne")))
    for _ in range(load_rules().helper.tries):
        assert await typed(world, wrong(code)) is None
    assert await typed(world, code) is None, "even the right one, then"


async def test_one_wrong_try_leaves_the_code_good_and_is_in_the_log(world: World) -> None:
    person = world.person("anne")
    code = await code_of(world, await world.sign_in(person))
    assert await typed(world, wrong(code)) is None
    with world.engine.connect() as connection:
        last = connection.execute(
            text("SELECT tag, outcome, actor, subject FROM audit_entry ORDER BY seq DESC")
        ).first()
    assert last == ("helper:session:open", "refused_not_yours", "nobody", person)
    assert await typed(world, code)


@pytest.mark.parametrize("code", ["", "----", "ABCD", "ABCDEFGHJK", "é" * 10, "ABCD-EFG-HJKL", "\ud800" * 10, "0" * 40])
async def test_what_is_no_code_opens_nothing(world: World, code: str) -> None:
    await code_of(world, await world.sign_in(world.person("anne")))
    assert await typed(world, code) is None


async def test_a_new_code_replaces_the_one_before_and_one_can_be_withdrawn(world: World) -> None:
    anne = await world.sign_in(world.person("anne"))
    first, second = await code_of(world, anne), await code_of(world, anne)
    assert await typed(world, first) is None
    assert await world.door.enter(anne, CHANGE, helper_codes.withdraw)
    assert await typed(world, second) is None
    assert not await world.door.enter(anne, CHANGE, helper_codes.withdraw)


async def test_help_ends_when_the_person_wants_and_the_session_with_it(world: World) -> None:
    anne = await world.sign_in(world.person("anne"))
    helper = await helping(world, await code_of(world, anne))
    await world.door.enter(helper, PLAN, lambda grant: None)
    assert await world.door.enter(anne, CHANGE, lambda grant: delegations.end(grant, str(helper.about), world.now))
    with pytest.raises(NotSignedIn):
        await world.door.enter(helper, PLAN, lambda grant: None)


async def test_help_ends_by_itself(world: World) -> None:
    anne = await world.sign_in(world.person("anne"))
    helper = await helping(world, await code_of(world, anne, minutes=15))
    world.now += timedelta(minutes=14)
    await world.door.enter(helper, PLAN, lambda grant: None)
    world.now += timedelta(minutes=2)
    with pytest.raises(NotSignedIn):
        await world.door.enter(helper, PLAN, lambda grant: None)


async def test_a_helper_with_an_account_acts_from_it_and_nobody_helps_themself(world: World) -> None:
    anne, luc = world.person("anne"), world.person("luc")
    who = await world.sign_in(anne)
    assert await typed(world, await code_of(world, who), by=anne) is None
    found = await typed(world, await code_of(world, who), by=luc)
    assert found
    assert found.token is None
    acting = replace(await world.sign_in(luc), about=found.delegation)
    assert await world.door.enter(acting, PLAN, lambda grant: grant.actor) == luc
    names = await world.door.enter(who, LOG, lambda grant: delegations.names(grant, [luc]))
    assert names == {luc: "Luc, France Services"}


async def test_what_may_not_be_chosen_is_refused(world: World) -> None:
    anne = await world.sign_in(world.person("anne"))
    for actions, minutes in (((), 30), (("represent",), 30), (("see",), 0), (("see",), 61)):
        with pytest.raises(UsageError):
            await code_of(world, anne, actions, minutes)


async def test_nothing_of_a_code_can_be_read_from_the_database(world: World) -> None:
    code = await code_of(world, await world.sign_in(world.person("anne")))
    with world.engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM account_helper_code")).one()
    kept = " ".join(str(bytes(v) if isinstance(v, memoryview | bytes) else v) for v in row)
    assert code[5:].replace("-", "") not in kept
    assert "Luc" not in kept
