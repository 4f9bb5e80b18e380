"""Alembic's entry: run on the connection that `app.store.migrate` hands over, or on DATABASE_URL from its own
command line (`alembic -c migrations/alembic.ini upgrade head`)."""

from alembic import context

from app.settings import from_environment
from app.store import tables
from app.store.engine import open_engine

METADATA = tables.SQLModel.metadata


def run(connection) -> None:
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    with open_engine(from_environment().database_url).begin() as own:
        run(own)
