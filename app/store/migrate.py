"""Bringing a database to the current tables (Alembic), in one transaction."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.content import migrations_dir
from app.store.engine import StoreError


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrade to `revision`. Raises StoreError when the database cannot be reached or changed."""
    config = _config()
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    except SQLAlchemyError as error:
        raise StoreError("the database cannot be reached or migrated", where=type(error).__name__) from None


def is_current(engine: Engine) -> bool:
    """True when the database answers and has the tables that this version of the code expects."""
    expected = ScriptDirectory.from_config(_config()).get_current_head()
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == expected
    except SQLAlchemyError:
        return False
