"""The engine of a database address: SQLite (embedded) or PostgreSQL, behaving alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.errors import JalonError


class StoreError(JalonError):
    """The database cannot be reached or is not ready; the message never holds its address or data."""

    code = "store"


def open_engine(url: str) -> Engine:
    """An engine for a SQLAlchemy URL; the folder of an embedded database is made. Raises StoreError."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(url, parsed.database)
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 5})
    except (SQLAlchemyError, ValueError, OSError) as error:
        raise StoreError("the database address cannot be used", where=type(error).__name__) from None


def _sqlite(url: str, database: str | None) -> Engine:
    if database and database != ":memory:":
        folder = Path(database).resolve().parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url, connect_args={"timeout": 10, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin below, and DDL takes part in them
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # an answer must not outlive its audit entry in a power cut
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # Two writers then wait for each other, instead of failing half-way. What only reads waits for nobody.
        reads = connection.get_execution_options().get("only_reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine
