"""The log: what it holds, what it commits to, and what it must not hold."""

from __future__ import annotations

import re

from sqlalchemy import text

from app.trust import audit
from app.trust.audit import Entry
from app.trust.rules import Asked
from app.trust.vocabulary import Outcome, Tag
from tests.trust.world import LOG, World, a_sheet


async def entries_of(world: World, name: str = "anne") -> tuple[list[Entry], bytes]:
    who = await world.sign_in(world.person(name))
    await world.read(who)
    entries = await world.read(who, LOG, lambda grant: audit.about(grant, before=None, limit=100))
    with world.engine.connect() as connection:
        key = connection.execute(
            text("SELECT log_key FROM account_person WHERE sample = :n"), {"n": name}
        ).scalar_one()
    assert isinstance(entries, list)
    return entries, bytes(key)


async def test_people_see_every_entry_about_them_newest_first_with_the_reading_itself(world: World) -> None:
    entries, _ = await entries_of(world)
    assert [entry.tag for entry in entries] == [
        "citizen:access_log:read",
        "citizen:plan:read",
        "account:session:open",
        "system:sample:load",
    ]
    others, _ = await entries_of(world, "boris")
    assert not {entry.seq for entry in entries} & {entry.seq for entry in others}


async def test_commitments_hold_under_the_persons_key_only(world: World) -> None:
    entries, key = await entries_of(world)
    _, other_key = await entries_of(world, "boris")
    assert all(entry.commits(key) for entry in entries)
    assert not any(entry.commits(other_key) for entry in entries)


async def test_a_changed_entry_breaks_its_commitment(world: World) -> None:
    entries, key = await entries_of(world)
    entry = entries[0]
    for name, value in [("at", "2026-11-24T08:00:00.000001Z"), ("outcome", "refused_role"), ("subject", "x"),
                        ("purpose", "credit"), ("seq", entry.seq + 1), ("categories", ("family",))]:  # fmt: skip
        changed = Entry(**{field: getattr(entry, field) for field in Entry.__slots__} | {name: value})
        assert not changed.commits(key), name


async def test_leaves_tell_neither_who_nor_what(world: World) -> None:
    entries, _ = await entries_of(world)
    for entry in entries:
        assert re.fullmatch(rb'\{"commitment":"[0-9a-f]{64}","seq":\d+,"v":1\}', entry.leaf())


async def test_equal_events_have_different_commitments(world: World) -> None:
    who = await world.sign_in(world.person())
    for _ in range(3):
        await world.read(who)
    entries = await world.read(who, LOG, lambda grant: audit.about(grant, before=None, limit=100))
    assert isinstance(entries, list)
    assert len({entry.commitment for entry in entries}) == len(entries)


async def test_the_log_holds_no_health_data_and_no_traits(world: World) -> None:
    await entries_of(world)
    with world.engine.connect() as connection:
        rows = str(connection.execute(text("SELECT * FROM audit_entry")).all())
    subject = a_sheet().subject
    assert subject
    for word in ("3.1", "former", "TEST-DURAND", "ANNE", "1968", subject.identifiers[0][1], "anne"):
        assert word not in rows


async def test_pages_follow_each_other_without_overlap(world: World) -> None:
    who = await world.sign_in(world.person())
    for _ in range(7):
        await world.read(who)
    seen: list[int] = []
    before = None
    while True:
        page = await world.read(who, LOG, lambda grant, b=before: audit.about(grant, before=b, limit=3))  # type: ignore[misc]
        assert isinstance(page, list)
        if not page:
            break
        seen += [entry.seq for entry in page]
        before = page[-1].seq
    assert seen == sorted(set(seen), reverse=True)
    assert seen[-1] == 0


def test_tags_are_source_subject_action() -> None:
    sources = {"citizen", "professional", "agent", "account", "software", "system", "team", "helper"}
    assert all(re.fullmatch(r"[a-z]+:[a-z_]+:[a-z_]+", tag.value) for tag in Tag)
    assert {tag.value.partition(":")[0] for tag in Tag} == sources
    assert {outcome.allows for outcome in Outcome if outcome.value.startswith("refused_")} == {False}


def test_asking_needs_a_tag_of_the_closed_list() -> None:
    assert Asked(Tag.PLAN_READ, "read", "plan", "own_prevention").tag in Tag
