"""Erasing a person: nothing of them can be read any more, and the log stays whole."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.store.tables import stamp
from app.trust import erasure
from app.trust.door import SignedIn
from app.trust.log import checkpoints
from app.trust.log.check import findings
from app.trust.log.note import SigningKey
from app.trust.rules import Asked
from app.trust.sessions import NotSignedIn
from app.trust.vocabulary import Tag
from tests.trust.world import World

KEY = SigningKey("log.example/jalon", bytes(range(32)))
ERASE = Asked(Tag.ACCOUNT_ERASE, "write", "account", "own_rights")


def wrong(world: World) -> list[str]:
    with world.engine.connect() as connection:
        return list(findings(connection, KEY.verifier))


async def erase(world: World, who: SignedIn) -> erasure.Erased:
    return await world.door.enter(who, ERASE, lambda grant: erasure.erase(grant, stamp(world.now)))


async def test_nothing_is_left_and_the_log_holds(world: World) -> None:
    anne, boris = world.person("anne"), world.person("boris")
    who, other = await world.sign_in(anne), await world.sign_in(boris)
    await world.read(who)
    await world.read(other)
    assert checkpoints.integrate(world.engine, KEY)
    done = await erase(world, who)
    assert done.entries == 4
    with pytest.raises(NotSignedIn):
        await world.read(who)
    await world.read(other)
    with world.engine.connect() as connection:
        for table in ("health_facts", "health_upload", "health_identity", "key_data", "account_session"):
            left = connection.execute(text(f"SELECT count(*) FROM {table} WHERE person_id = :p"), {"p": anne})
            assert left.scalar_one() == 0, table
        rows = connection.execute(text("SELECT seq, tag, subject, actor FROM audit_entry ORDER BY seq")).all()
        key = connection.execute(text("SELECT log_key FROM account_person WHERE id = :p"), {"p": anne}).scalar_one()
    assert bytes(key) == b""
    assert anne not in repr(rows)
    assert rows[done.number].tag == "system:account:erased"
    assert checkpoints.integrate(world.engine, KEY)
    assert wrong(world) == []


async def test_an_entry_emptied_without_an_erasure_is_found(world: World) -> None:
    anne, boris = world.person("anne"), world.person("boris")
    who = await world.sign_in(boris)
    await world.read(who)
    await erase(world, await world.sign_in(anne))
    emptied = (
        "UPDATE audit_entry SET at = '', tag = 'erased', outcome = '', actor = '', role = '', purpose = '', "
        "basis = '', subject = NULL, categories = '', detail = ''"
    )
    with pytest.raises(DatabaseError), world.engine.begin() as connection:
        connection.execute(text(emptied + " WHERE subject = :p"), {"p": boris})
    with world.engine.begin() as connection:  # a thief who puts an erasure of their own beside it
        seq = connection.execute(text("SELECT max(seq) FROM audit_entry WHERE subject = :p"), {"p": boris}).scalar_one()
        connection.execute(
            text("INSERT INTO account_erasure (person_id, number, entries, at) VALUES (:p, :n, :e, '2026')"),
            {"p": boris, "n": seq - 1, "e": json.dumps([[seq, seq]])},
        )
        connection.execute(text(emptied + " WHERE seq = :s"), {"s": seq})
    assert wrong(world)


@pytest.mark.parametrize("change", ["commitment = 'x'", "seq = seq + 100", "tag = 'other'"])
async def test_emptying_changes_neither_number_nor_commitment(world: World, change: str) -> None:
    anne = world.person("anne")
    await erase(world, await world.sign_in(anne))
    with pytest.raises(DatabaseError), world.engine.begin() as connection:
        connection.execute(text(f"UPDATE audit_entry SET {change} WHERE tag = 'erased'"))


@given(st.sets(st.integers(0, 40)))
def test_ranges_hold_the_numbers(numbers: set[int]) -> None:
    told = json.loads(erasure.ranges(sorted(numbers)))
    assert {n for first, last in told for n in range(first, last + 1)} == numbers
