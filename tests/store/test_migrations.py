"""The database: what migrations make is what the code expects, on both engines; logs cannot be rewritten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from app.store import tables
from app.store.engine import StoreError, open_engine
from app.store.migrate import is_current, migrate

ENTRY = (
    "INSERT INTO audit_entry (seq, at, tag, outcome, actor, role, purpose, basis, subject, categories, commitment) "
    "VALUES (0, '2026-11-24T08:00:00.000000Z', 't', 'done', 'a', 'system', 'p', 'b', NULL, '', 'c')"
)
PERSON = (
    "INSERT INTO account_person (id, language, log_key, created_at) VALUES ('a', 'fr', '', '2026')",
    'INSERT INTO consent_change (person_id, purpose, version, categories, text_digest, language, "by", at) '
    "VALUES ('a', 'p', 1, 'biology', 'd', 'fr', 'a', '2026')",
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url)
    migrate(opened)
    yield opened
    opened.dispose()


def test_migrations_make_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    assert is_current(engine)


def test_a_database_without_tables_is_not_ready(database_url: str) -> None:
    engine = open_engine(database_url)
    assert not is_current(engine)
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET outcome = 'allowed'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE seq = 0",
        "UPDATE consent_change SET categories = ''",
        "DELETE FROM consent_change",
    ],
)
def test_the_database_refuses_to_rewrite_logs(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        for insert in (ENTRY, *PERSON):
            connection.execute(text(insert))
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))


def test_a_number_of_the_log_is_never_replaced(engine: Engine) -> None:
    replace = ENTRY.replace("INSERT", "INSERT OR REPLACE") if engine.dialect.name == "sqlite" else ENTRY
    with engine.begin() as connection:
        connection.execute(text(ENTRY))
    with pytest.raises(DatabaseError), engine.begin() as connection:
        connection.execute(text(replace))


def test_truncation_is_refused(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text("TRUNCATE audit_entry"))


def test_foreign_keys_hold(engine: Engine) -> None:
    with pytest.raises(DatabaseError), engine.begin() as connection:
        connection.execute(text("INSERT INTO health_identity (person_id, subject) VALUES ('nobody', '{}')"))


def test_every_table_belongs_to_a_family() -> None:
    families = {
        "account", "consent", "donation", "audit", "guarantee", "health", "key", "reminder", "directory", "studio",
    }  # fmt: skip
    assert {name.partition("_")[0] for name in SQLModel.metadata.tables} == families
    health = {model.__tablename__ for model in tables.HEALTH_TABLES}
    assert health == {name for name in SQLModel.metadata.tables if name.startswith("health_")}


def test_an_unreachable_database_is_said_without_its_address() -> None:
    engine = open_engine("postgresql+psycopg://someone:secret@127.0.0.1:1/jalon")
    with pytest.raises(StoreError) as caught:
        migrate(engine)
    assert "secret" not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)
