"""`jalon population snapshot`: fact columns of the people who allow it, from the real database."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from app.commands.options import print_json


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.parquet")
def snapshot(out: Path) -> None:
    """Fact columns of the people who allow statistics, under pseudonyms (JALON_SNAPSHOT_KEY)."""
    from app.errors import UsageError
    from app.services.services import open_services
    from app.services.snapshot import snapshot as take
    from app.settings import from_environment

    settings = from_environment()
    if settings.snapshot_key is None:
        raise UsageError("set the 32 bytes (base64) that make pseudonyms (openssl rand -base64 32)", code="settings",
                         where="JALON_SNAPSHOT_KEY")  # fmt: skip
    services, started = open_services(settings), time.perf_counter()
    try:
        found = take(services, out, settings.snapshot_key, _told)
    finally:
        services.close()
    seconds = time.perf_counter() - started
    print_json({"people": found.people, "refused": found.refused, "set_aside": found.set_aside,
                "seconds": round(seconds, 3), "people_per_second": round(found.people / seconds)})  # fmt: skip


def _told(people: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{people:>12,}", nl=False, err=True)
