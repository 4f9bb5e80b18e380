"""`jalon places`: the open directories of places of care."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from app.commands.options import Day, format_option, print_json


@click.group()
def places() -> None:
    """Load the open directories (FINESS, Annuaire Santé, postcodes), and say what is loaded."""


@places.command("load")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE…", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--dated", type=Day(), help="The day that the file tells of, where neither it nor its name says so.")
@click.option("--may-shrink", is_flag=True, help="Accept an edition much smaller than the former one.")
def load_files(files: tuple[Path, ...], dated: date | None, may_shrink: bool) -> None:
    """Load files, each in place of what was loaded of its source: communes with postcodes first, then FINESS, then
    the Annuaire Santé, or a list of your own. A file that fails leaves what was loaded before. Layouts:
    docs/how-to/places.md."""
    from app.directory.load import load
    from app.settings import from_environment
    from app.store.engine import open_engine
    from app.store.migrate import migrate

    engine = open_engine(from_environment().database_url)
    try:
        migrate(engine)
        for path in files:
            day = dated.isoformat() if dated else None
            done = load(engine, path, datetime.now(UTC), dated=day, may_shrink=may_shrink)
            click.echo(f"{path.name}: {done.source} of {done.dated}, {done.rows} rows")
            for reason, count in sorted(done.left_out.items()):
                click.echo(f"  left out, {reason.replace('_', ' ')}: {count}")
    finally:
        engine.dispose()


@places.command("list")
@format_option("text", "json")
def list_loaded(form: str) -> None:
    """What is loaded, of which day."""
    from app.settings import from_environment
    from app.store.directory import editions
    from app.store.engine import open_engine
    from app.store.migrate import migrate

    engine = open_engine(from_environment().database_url)
    try:
        migrate(engine)
        found = editions(engine)
    finally:
        engine.dispose()
    if form == "json":
        print_json([
            {"source": e.source, "dated": e.dated, "loaded_at": e.loaded_at, "rows": e.rows, "sample": e.sample}
            for e in found
        ])  # fmt: skip
        return
    for each in found:
        click.echo(f"{each.source}: of {each.dated}, {each.rows} rows{', invented' if each.sample else ''}")
    if not found:
        click.echo("jalon: nothing is loaded (jalon places load FILE…)", err=True)
