"""A doctor reaches the patients who named the practice and share something, now, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.errors import UsageError
from app.facts.model import FactSheet
from app.store.tables import stamp
from app.trust import consents, people, relations
from app.trust.door import Refused, SignedIn
from app.trust.grant import Grant
from app.trust.relations import Patient, Practice
from app.trust.rules import Asked
from app.trust.vocabulary import Outcome, Tag
from tests.trust.world import ALL, World

NUMBER, OTHER = "10100000001", "750000001"
LIST = Asked(Tag.PATIENTS_READ, "read", "patients", "doctor_review")
PLAN = Asked(Tag.PATIENT_PLAN_READ, "read", "plan", "doctor_review", ALL)
PRACTICES = Asked(Tag.PRACTICES_CHANGE, "write", "practices", "own_rights")


async def doctor(world: World, *numbers: str, name: str = "dr") -> SignedIn:
    person, _ = world.door.account(lambda c: people.add_professional(c, name, name, "{}", world.now))
    world.door.account(lambda c: relations.join(c, person, numbers, stamp(world.now)))
    return await world.sign_in(person, "professional")


async def patient(world: World, number: str = NUMBER, shares: Iterable[str] = ALL, name: str = "anne") -> SignedIn:
    who = await world.sign_in(world.person(name))
    await names(world, who, number)
    await share(world, who, shares)
    return who


async def names(world: World, who: SignedIn, number: str = NUMBER) -> Practice:
    at = stamp(world.now)
    return await world.door.enter(who, PRACTICES, lambda grant: relations.name(grant, number, "named", at))


async def share(world: World, who: SignedIn, categories: Iterable[str]) -> None:
    digest = world.door.consents["doctor_review"].texts["fr"].digest
    asked = Asked(Tag.CONSENTS_CHANGE, "write", "consents", "own_rights")

    def change(grant: Grant) -> None:
        consents.change(grant, "doctor_review", categories, digest, "fr", stamp(world.now))

    await world.door.enter(who, asked, change)


async def patients(world: World, who: SignedIn) -> list[Patient]:
    return await world.door.enter(who, LIST, lambda grant: relations.patients(grant, world.door.consents))


async def refused(world: World, who: SignedIn, about: str) -> Outcome:
    with pytest.raises(Refused) as caught:
        await world.read(replace(who, about=about), PLAN)
    return caught.value.outcome


async def test_who_named_the_practice_is_seen_as_far_as_they_share_and_sees_it(world: World) -> None:
    me = await patient(world, shares={"habits"})
    who = await doctor(world, NUMBER)
    [found] = await patients(world, who)
    sheet = await world.read(replace(who, about=found.id), PLAN)
    assert isinstance(sheet, FactSheet)
    assert set(sheet.facts) == {"tobacco_status"}
    with world.engine.connect() as connection:
        rows = connection.execute(text("SELECT actor, subject, role, tag FROM audit_entry ORDER BY seq")).all()
        mine = connection.execute(
            text("SELECT person_id FROM account_session WHERE token_hash = :t"), {"t": me.token_hash}
        ).scalar_one()
    assert rows[-1].subject == mine
    assert rows[-1].actor != mine
    assert (rows[-1].role, rows[-1].tag) == ("professional", "professional:plan:read")


async def test_who_named_another_practice_or_none_is_out_of_reach(world: World) -> None:
    await patient(world, OTHER)
    world.person("lea")
    who, theirs = await doctor(world, NUMBER), await doctor(world, OTHER, name="dr2")
    assert await patients(world, who) == []
    [other] = await patients(world, theirs)
    assert await refused(world, who, other.id) is Outcome.NOT_YOURS
    assert world.log()[-1] == ("professional:plan:read", "refused_not_yours")
    assert await refused(world, who, "no-such-patient") is Outcome.NOT_YOURS


async def test_the_person_concerned_sees_the_attempt(world: World) -> None:
    me = await patient(world, OTHER)
    who, theirs = await doctor(world, NUMBER), await doctor(world, OTHER, name="dr2")
    [other] = await patients(world, theirs)
    await refused(world, who, other.id)
    with world.engine.connect() as connection:
        subject = connection.execute(text("SELECT subject FROM audit_entry ORDER BY seq DESC")).scalars().first()
        mine = connection.execute(
            text("SELECT person_id FROM account_session WHERE token_hash = :t"), {"t": me.token_hash}
        ).scalar_one()
    assert subject == mine


async def test_ending_the_relation_or_withdrawing_holds_from_the_next_request(world: World) -> None:
    me, who = await patient(world), await doctor(world, NUMBER)
    [found] = await patients(world, who)
    await share(world, me, [])
    assert await refused(world, who, found.id) is Outcome.NO_CONSENT
    assert await patients(world, who) == []
    await share(world, me, ALL)
    assert len(await patients(world, who)) == 1
    assert await world.door.enter(me, PRACTICES, lambda grant: relations.end(grant, found.id, stamp(world.now)))
    assert await refused(world, who, found.id) is Outcome.NOT_YOURS
    assert await patients(world, who) == []


async def test_a_doctor_who_left_the_practice_sees_its_patients_no_more(world: World) -> None:
    await patient(world)
    who = await doctor(world, NUMBER)
    [found] = await patients(world, who)
    moved = await doctor(world, OTHER)
    assert await patients(world, moved) == []
    assert await refused(world, who, found.id) is Outcome.NOT_YOURS


@pytest.mark.parametrize("role", ["citizen", "demo", "team"])
async def test_no_other_role_reviews(world: World, role: str) -> None:
    await patient(world)
    who = await doctor(world, NUMBER)
    [found] = await patients(world, who)
    other = await world.sign_in(world.person("lea"), role)  # type: ignore[arg-type]
    assert await refused(world, other, found.id) is Outcome.ROLE


async def test_nobody_ends_the_relation_of_another(world: World) -> None:
    await patient(world)
    who = await doctor(world, NUMBER)
    [found] = await patients(world, who)
    other = await world.sign_in(world.person("lea"))
    assert not await world.door.enter(other, PRACTICES, lambda grant: relations.end(grant, found.id, stamp(world.now)))
    assert len(await patients(world, who)) == 1


async def test_the_database_does_not_tell_who_somebodys_doctor_is(world: World) -> None:
    await patient(world)
    with world.engine.connect() as connection:
        rows = repr(connection.execute(text("SELECT * FROM account_relation")).all())
    assert NUMBER not in rows


async def test_naming_twice_is_once_five_at_most_and_only_real_numbers(world: World) -> None:
    me = await world.sign_in(world.person())
    first = await names(world, me)
    assert (await names(world, me, " 10 10 000 0001")).id == first.id
    for n in range(4):
        await names(world, me, f"75000000{n}")
    with pytest.raises(UsageError, match="at most"):
        await names(world, me, "750000009")
    for wrong in ("", "123", "TEST-DURAND", "7500000010"):
        with pytest.raises(UsageError, match="expected"):
            await names(world, me, wrong)
