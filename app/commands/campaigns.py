"""`jalon campaigns`: campaigns checked before anyone is contacted, and what they would change."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.commands.options import format_option, print_json


@click.group()
def campaigns() -> None:
    """Check campaigns, and what they would change."""


@campaigns.command()
@click.argument("files", nargs=-1, metavar="[FILE.yaml…]", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--pack", default="fr", show_default=True, help="Pack of guidelines that targets read.")
@format_option("text", "json")
def lint(files: tuple[Path, ...], pack: str, form: str) -> None:
    """Check FILES (by default all of content/campaigns): words, target, capacity, levers. Exit 1 when something is
    to be mended."""
    from app.campaigns.lint import lint_campaigns
    from app.campaigns.model import campaign_files
    from app.guidelines.pack import load_pack

    paths = list(files) or campaign_files()
    found = lint_campaigns(paths, load_pack(pack))
    if form == "json":
        print_json([one._asdict() for one in found])
    else:
        for one in found:
            click.echo(str(one))
        click.echo(f"{len(paths)} campaign(s), {len(found)} thing(s) to mend", err=True)
    sys.exit(1 if found else 0)
