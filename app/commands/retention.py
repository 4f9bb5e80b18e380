"""`jalon retention`: letting go of what has had its time (content/retention.yaml)."""

from __future__ import annotations

import click

from app.commands.options import format_option, print_json


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@format_option("text", "json")
def retention(dry_run: bool, form: str) -> None:
    """Delete what has had its time by the rules of content/retention.yaml, tell the owners of unused accounts, erase
    those who were told long ago. To be run every day; twice does no harm. The JSON lists the numbers of the accounts
    to tell."""
    from app.services.retention import run
    from app.services.services import open_services
    from app.settings import from_environment

    services = open_services(from_environment())
    try:
        done = run(services, dry_run=dry_run)
    finally:
        services.close()
    if form == "json":
        print_json(done)
        return
    for table, rows in done["deleted"].items():
        click.echo(f"{table}: {rows}")
    click.echo(f"accounts erased: {done['erased']}")
    click.echo(f"accounts noticed: {len(done['noticed'])}")
    if dry_run:
        click.echo("jalon: dry run, nothing was changed", err=True)
