"""`jalon nudges`: reminders checked before anyone gets them."""

from __future__ import annotations

import sys

import click

from app.commands.options import format_option, print_json


@click.group()
def nudges() -> None:
    """Check reminders, see what would go out, send it."""


@nudges.command()
@click.option("--pack", default="fr", show_default=True, help="Pack of guidelines that reminders are about.")
@format_option("text", "json")
def lint(pack: str, form: str) -> None:
    """Check the words of content/nudges: what shows on a locked screen, forbidden techniques, reading level, length,
    variants. Exit 1 when something is to be mended."""
    from app.guidelines.pack import load_pack
    from app.nudges.lint import lint_nudges

    found = lint_nudges(load_pack(pack))
    if form == "json":
        print_json([one._asdict() for one in found])
    else:
        for one in found:
            click.echo(str(one))
        click.echo(f"{len(found)} thing(s) to mend", err=True)
    sys.exit(1 if found else 0)
