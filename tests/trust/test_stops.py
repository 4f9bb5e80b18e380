"""The register of stops, on each engine: one person stops, two lift, and every process sees it at its next step."""

from __future__ import annotations

import pytest

from app.errors import UsageError
from app.store.tables import stamp
from app.trust import stops
from app.trust.door import Refused, SignedIn
from app.trust.rules import Asked
from app.trust.vocabulary import Role, Tag
from tests.trust.world import World

SET = Asked(Tag.STOP_SET, "write", "stops", "human_guarantee")
LIFT = Asked(Tag.STOP_LIFT, "write", "stops", "human_guarantee")


async def put(world: World, who: SignedIn, target: str = "tobacco", version: str | None = None) -> str:
    at = stamp(world.now)
    return await world.door.enter(
        who, SET, lambda grant: stops.stop(grant, "guideline", target, version, "une raison", at)
    )


async def team(world: World, name: str, role: Role = "team") -> SignedIn:
    return await world.sign_in(world.person(name), role)


async def test_a_stop_of_every_version_covers_each(world: World) -> None:
    who = await team(world, "a")
    await put(world, who)
    with pytest.raises(UsageError, match="already"):
        await put(world, who, version="2026-01-01")
    await put(world, who, "obesity", "2026-01-01")
    await put(world, who, "obesity", "2027-01-01")  # another version is another stop


async def test_another_process_sees_it_at_its_next_transaction(world: World) -> None:
    other = world.another_door()
    try:
        assert not await other.stops()
        name = await put(world, await team(world, "a"))
        [found] = (await other.stops()).all
        assert (found.id, found.kind, found.target, found.reason) == (name, "guideline", "tobacco", "une raison")
    finally:
        other.close()


@pytest.mark.parametrize(("steps", "refused"), [
    ("a:propose b:confirm", None),
    ("a:propose a:confirm", "same_person"),
    ("a:propose a:refuse", None),
    ("b:confirm", "stop_step"),
    ("b:refuse", "stop_step"),
    ("a:propose b:propose", "stop_step"),
    ("a:propose b:refuse b:confirm", "stop_step"),
    ("a:propose b:refuse b:propose b:confirm", "same_person"),
    ("a:propose b:confirm a:propose", "stop_step"),
])  # fmt: skip
async def test_lifting_needs_two(world: World, steps: str, refused: str | None) -> None:
    people = {name: await team(world, name) for name in "ab"}
    stop, code = await put(world, people["a"]), None
    for each in steps.split():
        name, _, step = each.partition(":")
        try:
            await world.door.enter(
                people[name], LIFT, lambda grant, step=step: stops.lift(grant, stop, step, "parce que", "2026")
            )
        except UsageError as error:
            code = error.code
    assert code == refused
    assert bool(await world.door.stops()) == (not steps.startswith("a:propose b:confirm"))


@pytest.mark.parametrize("role", ["citizen", "demo", "professional"])
async def test_nobody_else_stops_anything(world: World, role: Role) -> None:
    with pytest.raises(Refused):
        await put(world, await team(world, "a", role))
    assert not await world.door.stops()
