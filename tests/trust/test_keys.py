"""What is kept of people is sealed: to them, to its place, and gone with their key."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.trust import keys
from app.trust.keys import Keyring, Sealer, SealError
from tests.trust.world import KEYS, World, a_sheet

OLD, NEW = Keyring({"old": bytes(32)}, "old"), Keyring({"new": bytes(range(32)), "old": bytes(32)}, "new")


def test_what_is_sealed_opens_in_its_place_only() -> None:
    key = Sealer(bytes(32), "anne")
    sealed = key.seal("health_facts.sheet", b"LDL 3.1")
    assert key.open("health_facts.sheet", sealed) == b"LDL 3.1"
    assert b"LDL" not in sealed
    assert key.seal("health_facts.sheet", b"LDL 3.1") != sealed
    for other, place, data in [
        (Sealer(bytes(32), "boris"), "health_facts.sheet", sealed),
        (Sealer(bytes(31) + b"1", "anne"), "health_facts.sheet", sealed),
        (key, "health_facts.answers", sealed), (key, "health_facts.sheet", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (key, "health_facts.sheet", b""), (key, "health_facts.sheet", sealed[:12]),
    ]:  # fmt: skip
        with pytest.raises(SealError):
            other.open(place, data)


def test_digests_are_keyed() -> None:
    assert Sealer(bytes(32), "anne").digest(b"a", b"b") != Sealer(bytes(31) + b"1", "anne").digest(b"a", b"b")
    assert Sealer(bytes(32), "anne").digest(b"a", b"b") != Sealer(bytes(32), "anne").digest(b"ab", b"")


def test_data_keys_are_wrapped_for_one_person() -> None:
    wrapped = OLD.wrap(bytes(32), "anne")
    assert NEW.unwrap("old", wrapped, "anne") == bytes(32)
    for kek, person in [("old", "boris"), ("new", "anne"), ("lost", "anne")]:
        with pytest.raises(SealError):
            NEW.unwrap(kek, wrapped, person)


def test_the_database_holds_nothing_that_can_be_read(world: World) -> None:
    world.person()
    with world.engine.connect() as connection:
        tables = ("health_facts", "health_identity", "health_upload", "key_data")
        rows = repr([connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables])
    for word in ("ldl_cholesterol", "former", "TEST-DURAND", "1968-02", "\"value\""):  # too long to be there by chance
        assert word not in rows


async def test_rows_of_another_person_do_not_open(world: World) -> None:
    anne, boris = world.person("anne"), world.person("boris", sheet=a_sheet(9.9))
    who = await world.sign_in(anne)
    with world.engine.begin() as connection:
        theirs = "(SELECT sheet FROM health_facts WHERE person_id = :b)"
        moved = text(f"UPDATE health_facts SET sheet = {theirs} WHERE person_id = :a")
        connection.execute(moved, {"a": anne, "b": boris})
    with pytest.raises(SealError):
        await world.read(who)


async def test_keys_are_rotated_while_people_read(world: World) -> None:
    who = await world.sign_in(world.person())
    world.person("boris")
    both = Keyring({"next": bytes([7] * 32), "test": bytes(range(32))}, "next")
    world.door.keys = both
    assert await world.read(who) == a_sheet()
    assert [world.door.account(lambda c: keys.rewrap(c, both, 1)) for _ in range(3)] == [1, 1, 0]
    assert await world.read(who) == a_sheet()
    world.door.keys = Keyring({"next": bytes([7] * 32)}, "next")
    assert await world.read(who) == a_sheet()
    world.door.keys = KEYS
    with pytest.raises(SealError):
        await world.read(who)
