"""Acting for somebody: within what was agreed, as long as it holds, seen by both; a parent's access follows the age."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from app.errors import UsageError
from app.facts.model import FactSheet
from app.trust import consents, delegations
from app.trust.delegation_rules import age, birthday, load_rules
from app.trust.delegations import Seen
from app.trust.door import Refused, SignedIn
from app.trust.grant import Grant
from app.trust.rules import Asked
from app.trust.sessions import NotSignedIn
from app.trust.vocabulary import Outcome, Tag
from tests.trust.world import ALL, PLAN, World

SHOW = Asked(Tag.DELEGATIONS_READ, "read", "delegations", "own_rights")
CHANGE = Asked(Tag.DELEGATION_CHANGE, "write", "delegations", "own_rights")
ANSWER = Asked(Tag.ANSWERS_CHANGE, "write", "answers", "own_prevention", ALL)
CONSENT = Asked(Tag.CONSENTS_CHANGE, "write", "consents", "own_rights")
LOG = Asked(Tag.ACCESS_LOG_READ, "read", "access_log", "own_rights")
ERASE = Asked(Tag.ACCOUNT_ERASE, "write", "account", "own_rights")


async def offered(
    world: World, who: SignedIn, actions: Iterable[str] = ("see",), categories: Iterable[str] = ("habits",),
    days: int = 30,
) -> str:
    return await world.door.enter(
        who, CHANGE, lambda grant: delegations.offer(grant, "Anne", "Luc", actions, categories, days, world.now)
    )


async def accepted(world: World, who: SignedIn, code: str) -> SignedIn:
    seen = await world.door.enter(who, CHANGE, lambda grant: delegations.accept(grant, code, world.now))
    assert seen, "the code is good"
    return replace(who, about=seen.id)


async def not_good(world: World, who: SignedIn, code: str) -> None:
    """Refused, and the attempt is in the log."""
    before = len(world.log())
    assert await world.door.enter(who, CHANGE, lambda grant: delegations.accept(grant, code, world.now)) is None
    assert len(world.log()) == before + 1


async def carer(world: World, **terms: object) -> tuple[SignedIn, SignedIn, SignedIn]:
    """Anne, Luc, and Luc acting for Anne."""
    anne, luc = await world.sign_in(world.person("anne")), await world.sign_in(world.person("luc"))
    return anne, luc, await accepted(world, luc, await offered(world, anne, **terms))  # type: ignore[arg-type]


async def refused(world: World, who: SignedIn, asked: Asked) -> Outcome:
    with pytest.raises(Refused) as caught:
        await world.door.enter(who, asked, lambda _: None)
    return caught.value.outcome


async def mine(world: World, who: SignedIn) -> tuple[list[Seen], list[Seen]]:
    return await world.door.enter(who, SHOW, lambda grant: delegations.mine(grant, world.now))


async def test_a_carer_sees_what_was_agreed_and_the_log_says_who_acted_for_whom(world: World) -> None:
    _, _, acting = await carer(world)
    sheet = await world.read(acting)
    assert isinstance(sheet, FactSheet)
    assert set(sheet.facts) == {"tobacco_status"}
    with world.engine.connect() as connection:
        entry = connection.execute(text("SELECT * FROM audit_entry ORDER BY seq DESC")).first()
        people = dict(connection.execute(text("SELECT sample, id FROM account_person")).all())  # type: ignore[arg-type]
    assert entry is not None
    assert (entry.role, entry.actor, entry.subject) == ("delegate", people["luc"], people["anne"])


async def test_what_was_not_agreed_is_refused(world: World) -> None:
    _, _, acting = await carer(world)
    for asked in (ANSWER, CONSENT, LOG, ERASE, SHOW, CHANGE):
        assert await refused(world, acting, asked) is Outcome.NOT_YOURS, asked
    biology = replace(PLAN, categories=frozenset({"biology"}))
    assert await refused(world, acting, biology) is Outcome.CATEGORY


async def test_a_carer_never_sees_more_than_the_person_allows(world: World) -> None:
    anne, _, acting = await carer(world, categories=ALL)
    await world.allow(anne, {"biology"})
    sheet = await world.read(acting)
    assert isinstance(sheet, FactSheet)
    assert set(sheet.facts) == {"ldl_cholesterol"}
    await world.allow(anne, [])
    assert await refused(world, acting, PLAN) is Outcome.NO_CONSENT


@pytest.mark.parametrize("who_ends", ["anne", "luc"])
async def test_either_ends_it_and_both_see_it(world: World, who_ends: str) -> None:
    anne, luc, acting = await carer(world)
    assert acting.about is not None
    given, _ = await mine(world, anne)
    _, received = await mine(world, luc)
    assert [one.id for one in given] == [one.id for one in received] == [acting.about]
    assert (received[0].terms.person, given[0].terms.delegate, given[0].state) == ("Anne", "Luc", "active")
    ending = anne if who_ends == "anne" else luc
    about: str = acting.about
    assert await world.door.enter(ending, CHANGE, lambda grant: delegations.end(grant, about, world.now))
    assert await refused(world, acting, PLAN) is Outcome.NOT_YOURS
    for who, side in ((anne, 0), (luc, 1)):
        assert (await mine(world, who))[side][0].state == "ended"


async def test_it_ends_by_itself(world: World) -> None:
    _, _, acting = await carer(world, days=2)
    await world.read(acting)
    world.now += timedelta(days=2)
    again = await world.sign_in(world.person("luc"))
    with pytest.raises(NotSignedIn):
        await world.read(acting)
    assert await refused(world, replace(again, about=acting.about), PLAN) is Outcome.NOT_YOURS


async def test_a_code_is_good_once_for_a_week_and_not_for_oneself(world: World) -> None:
    anne, luc = await world.sign_in(world.person("anne")), await world.sign_in(world.person("luc"))
    code = await offered(world, anne)
    for who, typed in ((anne, code), (luc, "AAAA-BBBB-CCCC-DDDD"), (luc, "")):
        await not_good(world, who, typed)
    await accepted(world, luc, code.lower().replace("-", " "))
    await not_good(world, await world.sign_in(world.person("lea")), code)
    late = await offered(world, anne)
    world.now += timedelta(days=8)
    await not_good(world, await world.sign_in(world.person("luc")), late)


async def test_the_delegation_of_another_opens_nothing_and_they_see_the_attempt(world: World) -> None:
    _, _, acting = await carer(world)
    other = replace(await world.sign_in(world.person("lea")), about=acting.about)
    assert await refused(world, other, PLAN) is Outcome.NOT_YOURS
    assert acting.about is not None
    about: str = acting.about
    assert not await world.door.enter(
        await world.sign_in(world.person("lea")), CHANGE, lambda grant: delegations.end(grant, about, world.now)
    )
    with world.engine.connect() as connection:
        people = dict(connection.execute(text("SELECT sample, id FROM account_person")).all())  # type: ignore[arg-type]
        tried = connection.execute(
            text("SELECT actor, subject FROM audit_entry WHERE outcome = 'refused_not_yours'")
        ).all()
    assert [tuple(row) for row in tried] == [(people["lea"], people["anne"])]


@pytest.mark.parametrize(("actions", "categories", "days"), [
    (["represent"], ["habits"], 30), ([], ["habits"], 30), (["see"], [], 30), (["see"], ["unknown"], 30),
    (["see"], ["habits"], 0), (["see"], ["habits"], 366),
])  # fmt: skip
async def test_only_what_a_carer_may_do_can_be_offered(
    world: World, actions: list[str], categories: list[str], days: int
) -> None:
    anne = await world.sign_in(world.person("anne"))
    with pytest.raises(UsageError):
        await offered(world, anne, actions, categories, days)


async def child(world: World, born: date) -> tuple[SignedIn, str]:
    parent = await world.sign_in(world.person("anne"))
    made = await world.door.enter(parent, CHANGE, lambda grant: delegations.add_child(grant, "Zoé", born, world.now))
    acting = replace(parent, about=made)

    def consent(grant: Grant) -> None:
        digest = world.door.consent.texts["fr"].digest
        consents.change(grant, "own_prevention", ALL, digest, "fr", "2026-11-24T08:00:00.000000Z")

    await world.door.enter(acting, CONSENT, consent)
    return acting, made


async def again(world: World, made: str, moment: datetime) -> SignedIn:
    world.now = moment
    return replace(await world.sign_in(world.person("anne")), about=made)


async def test_a_parents_access_changes_at_15_and_ends_at_18_by_rule(world: World) -> None:
    acting, made = await child(world, date(2012, 11, 26))
    await world.door.enter(acting, ANSWER, lambda _: None)
    assert await world.door.enter(acting, PLAN, lambda grant: grant.categories) == ALL

    eve = await again(world, made, datetime(2027, 11, 25, 12, tzinfo=UTC))
    await world.door.enter(eve, ANSWER, lambda _: None)
    fifteen = await again(world, made, datetime(2027, 11, 26, 12, tzinfo=UTC))
    for asked in (ANSWER, CONSENT):
        assert await refused(world, fifteen, asked) is Outcome.NOT_YOURS
    seen = await world.door.enter(fifteen, PLAN, lambda grant: grant.categories)
    assert seen == ALL - {"sexual_health", "mental_health", "pregnancy", "habits"}

    eighteen = await again(world, made, datetime(2030, 11, 26, 12, tzinfo=UTC))
    assert await refused(world, eighteen, PLAN) is Outcome.NOT_YOURS


async def test_an_account_is_opened_for_a_child_who_is_born_and_under_15(world: World) -> None:
    for born in (date(2011, 11, 24), date(2026, 11, 25), date(1968, 2, 3)):
        with pytest.raises(UsageError, match="does not decide alone"):
            await child(world, born)
    await child(world, date(2011, 11, 25))


async def test_the_database_holds_neither_names_nor_the_childs_birth_date(world: World) -> None:
    await carer(world)
    await child(world, date(2012, 5, 17))
    with world.engine.connect() as connection:
        rows = repr(connection.execute(text("SELECT * FROM account_delegation")).all())
    for secret in ("Anne", "Luc", "Zo", "2012-05-17", "habits"):
        assert secret not in rows


def test_the_rules_are_read_and_birthdays_are_calendar_days() -> None:
    rules = load_rules()
    assert [band.from_age for band in rules.parent] == [0, 15, 18]
    assert all(band.sources for band in rules.parent)
    born = date(2012, 2, 29)
    assert (age(born, date(2027, 2, 28)), age(born, date(2027, 3, 1))) == (14, 15)
    assert birthday(born, 15) == date(2027, 3, 1)
