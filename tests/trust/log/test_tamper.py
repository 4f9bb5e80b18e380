"""Whoever changes the database, whatever they change, is found out: rows and bytes of the log, on each engine."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree
from sqlalchemy import Connection, Engine, text

from app.store.engine import open_engine
from app.store.migrate import migrate
from app.trust import audit, people
from app.trust.log import checkpoints
from app.trust.log.check import findings
from app.trust.log.note import SigningKey
from app.trust.log.tree import CHUNK, LogTree
from app.trust.log.verify import Checkpoint, continues, read_checkpoint
from app.trust.vocabulary import Outcome, Tag
from tests.databases import ENGINES, database
from tests.trust.world import START

KEY = SigningKey("log.example/jalon", bytes(range(32)))
SIZES = (3, CHUNK - 1, CHUNK, 2 * CHUNK + 5)
COLUMNS = {
    "audit_entry": "seq at tag outcome actor role purpose basis subject categories commitment detail".split(),
    "audit_node": ["level", "number", "hash"],
    "audit_checkpoint": ["size", "note"],
    "audit_head": ["size"],
}


@pytest.fixture(scope="module", params=ENGINES)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A log of two people, with four checkpoints, some of its triggers put out of the way as a thief would."""
    with database(request.param, tmp_path_factory.mktemp("log")) as url:
        engine = open_engine(url)
        migrate(engine)
        with engine.begin() as connection:
            two = [people.add_sample(connection, name, name, "fr", START)[0] for name in ("anne", "boris")]
            keys = {person: people.log_key(connection, person) for person in two}
        written = 0
        for size in SIZES:
            with engine.begin() as connection:
                rows = [draft(n, two[n % 2]) for n in range(written, size)]
                audit.append(connection, [(row, keys[str(row.subject)]) for row in rows])
            written = size
            assert checkpoints.integrate(engine, KEY)
        assert checkpoints.integrate(engine, KEY) is None
        with engine.begin() as connection:
            disarm(connection)
        yield engine
        engine.dispose()


def draft(number: int, person: str) -> audit.Draft:
    at = f"2026-11-24T08:{number // 60 % 60:02}:{number % 60:02}.000000Z"
    return audit.Draft(at, Tag.PLAN_READ, Outcome.ALLOWED, person, "citizen", "own_prevention", "consent", person,
                       ("biology", "habits"))  # fmt: skip


def disarm(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in names:
            connection.execute(text(f"DROP TRIGGER {name}"))
        return
    for table in ("audit_entry", "audit_node", "audit_checkpoint"):
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


def found(connection: Connection) -> list[str]:
    return list(findings(connection, KEY.verifier))


def test_an_untouched_log_has_no_finding(log: Engine) -> None:
    with log.connect() as connection:
        assert found(connection) == []
        assert checkpoints.last_size(connection) == SIZES[-1]
        assert len(checkpoints.page(connection, after=0, limit=10)) == len(SIZES)


def test_roots_and_proofs_are_those_of_a_tree_in_memory(log: Engine) -> None:
    plain = InmemoryTree(algorithm="sha256")
    with log.connect() as connection:
        for row in connection.execute(text("SELECT seq, commitment FROM audit_entry ORDER BY seq")):
            plain.append_entry(audit.leaf(row.seq, row.commitment))
        for size, note in checkpoints.page(connection, after=0, limit=10):
            assert read_checkpoint(note, KEY.verifier).root == plain.get_root(size)
        tree = LogTree(connection, SIZES[-1])
        for index in (0, 1, CHUNK - 1, CHUNK, 2 * CHUNK, SIZES[-1] - 1):
            assert tree.inclusion(index) == list(plain.prove_inclusion(index + 1).path[1:])


@pytest.mark.parametrize("commitment", ["ab12", "f" * 64, "é", 'a"b', "", "١", "a b"])
def test_a_leaf_is_canonical_json_whatever_its_commitment(commitment: str) -> None:
    plain = json.dumps({"commitment": commitment, "seq": 7, "v": 1}, sort_keys=True, separators=(",", ":"))
    assert audit.leaf(7, commitment) == plain.encode()


@pytest.mark.parametrize(("old", "new"), [(3, 255), (255, 256), (256, 517), (3, 517), (517, 517), (1, 3), (2, 517)])
def test_each_state_is_proven_to_continue_the_former(log: Engine, old: int, new: int) -> None:
    with log.connect() as connection:
        tree = LogTree(connection, SIZES[-1])
        before, after = (Checkpoint(KEY.name, size, tree.get_root(size)) for size in (old, new))
        proof = checkpoints.consistency(connection, old, new)
        assert proof is not None
        assert continues(before, after, proof)
        if old < new:
            assert not continues(Checkpoint(KEY.name, old, bytes(32)), after, proof)
            assert not continues(before, Checkpoint(KEY.name, new, bytes(32)), proof)
            assert not continues(before, after, [*proof, bytes(32)])
        assert checkpoints.consistency(connection, old, SIZES[-1] + 1) is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(COLUMNS)), st.randoms(use_true_random=False))
def test_one_value_changed_is_found(log: Engine, table: str, draw: random.Random) -> None:
    with log.connect() as connection, connection.begin() as transaction:
        column = draw.choice(COLUMNS[table])
        rows = connection.execute(text(f"SELECT * FROM {table}")).mappings().all()
        row = draw.choice(rows)
        changed = another(row[column], draw)
        key = COLUMNS[table][0] if table != "audit_node" else "level = :k1 AND number"
        if table == "audit_head":
            key = "id"
        values = {"new": changed, "key": row["number"] if table == "audit_node" else row[key], "k1": row.get("level")}
        if column == "number" and changed < 0:
            changed = values["new"] = -changed
        try:
            with connection.begin_nested():
                connection.execute(text(f'UPDATE {table} SET "{column}" = :new WHERE {key} = :key'), values)
        except Exception:
            return  # the database itself refused (a key that exists already)
        assert found(connection), (table, column)
        transaction.rollback()


def another(value: object, draw: random.Random) -> object:
    if isinstance(value, int):
        return value + draw.choice([-1, 1, 1000])
    if isinstance(value, bytes | memoryview):
        data = bytearray(bytes(value))
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        return bytes(data)
    if value is None:
        return "x"
    words = str(value)
    where = draw.randrange(len(words) + 1)
    return draw.choice([words[:where] + "x" + words[where:], words[:where] + words[where + 1 :] + "y", words + ","])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["audit_entry", "audit_node"]), st.randoms(use_true_random=False))
def test_a_row_less_is_found(log: Engine, table: str, draw: random.Random) -> None:
    with log.connect() as connection, connection.begin() as transaction:
        where = (
            f"seq = {draw.randrange(SIZES[-1])}" if table == "audit_entry"
            else f"level = {draw.choice([8, 9])} AND number = 0"
        )  # fmt: skip
        assert connection.execute(text(f"DELETE FROM {table} WHERE {where}")).rowcount == 1
        assert found(connection)
        transaction.rollback()


@pytest.mark.parametrize("statements", [
    ["DELETE FROM audit_entry WHERE seq >= 500", "UPDATE audit_head SET size = 500"],
    ["UPDATE audit_entry SET seq = -1 WHERE seq = 3", "UPDATE audit_entry SET seq = 3 WHERE seq = 4",
     "UPDATE audit_entry SET seq = 4 WHERE seq = -1"],
    ["UPDATE audit_checkpoint SET note = (SELECT note FROM audit_checkpoint WHERE size = 3) WHERE size = 517"],
    ["UPDATE audit_checkpoint SET size = 600 WHERE size = 3"],
    ["INSERT INTO audit_node (level, number, hash) SELECT 8, 2, hash FROM audit_node WHERE level = 8 AND number = 1"],
    ["UPDATE audit_entry SET subject = NULL WHERE seq = 7"],
], ids=["tail cut off", "two entries swapped", "old checkpoint replayed", "old checkpoint renumbered",
        "node too many", "made about nobody"])  # fmt: skip
def test_what_a_thief_would_do_is_found(log: Engine, statements: list[str]) -> None:
    with log.connect() as connection, connection.begin() as transaction:
        for statement in statements:
            connection.execute(text(statement))
        assert found(connection)
        transaction.rollback()


def test_a_forged_checkpoint_is_found(log: Engine) -> None:
    forged = SigningKey(KEY.name, bytes(32)).sign(Checkpoint(KEY.name, 517, bytes(32)).text())
    with log.connect() as connection, connection.begin() as transaction:
        connection.execute(text("UPDATE audit_checkpoint SET note = :note WHERE size = 517"), {"note": forged})
        assert found(connection)
        transaction.rollback()


def test_a_whole_log_taken_back_to_an_earlier_state_is_shorter_than_the_one_seen(log: Engine) -> None:
    """Such a database agrees with itself; the checkpoint that a witness or a citizen kept does not fit it any more."""
    with log.connect() as connection, connection.begin() as transaction:
        note = checkpoints.latest(connection)
        assert note
        seen = read_checkpoint(note, KEY.verifier)
        for statement in (
            "DELETE FROM audit_entry WHERE seq >= 256", "UPDATE audit_head SET size = 256",
            "DELETE FROM audit_checkpoint WHERE size > 256", "DELETE FROM audit_node WHERE level > 8 OR number > 0",
        ):  # fmt: skip
            connection.execute(text(statement))
        assert found(connection) == []
        old = checkpoints.latest(connection)
        assert old
        assert checkpoints.consistency(connection, 256, seen.size) is None
        assert not continues(seen, read_checkpoint(old, KEY.verifier), [])
        transaction.rollback()


def test_a_log_rewritten_from_its_start_is_not_the_continuation_of_the_one_seen(log: Engine, tmp_path: Path) -> None:
    """Someone who holds the log's key can sign another history; whoever kept a checkpoint sees it."""
    with log.connect() as connection:
        seen = read_checkpoint(checkpoints.page(connection, after=0, limit=1)[0][1], KEY.verifier)
    other = open_engine(f"sqlite:///{tmp_path / 'other.db'}")
    migrate(other)
    with other.begin() as connection:
        audit.append(connection, [(draft(n, "x"), b"k") for n in range(10)])
    note = checkpoints.integrate(other, KEY)
    assert note
    with other.connect() as connection:
        proof = checkpoints.consistency(connection, seen.size, 10)
        assert proof is not None
        assert not continues(seen, read_checkpoint(note, KEY.verifier), proof)
    other.dispose()
