"""`jalon campaigns`: campaigns checked before anyone is contacted, and what they would change."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from app.commands.experiments import experiment
from app.commands.options import F, as_of_option, format_option, lang_option, print_json, styled


@click.group()
def campaigns() -> None:
    """Check campaigns, and what they would change."""


campaigns.add_command(experiment)


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


def _asked(command: F) -> F:
    """Arguments that a simulation and its report share."""
    for decorate in reversed((
        click.argument("campaign", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option("--population", "files", multiple=True, required=True, metavar="FILE.parquet",
                     type=click.Path(exists=True, path_type=Path), help="Population file or folder; may be repeated."),
        click.option("--pack", default="fr", show_default=True, help="Pack of guidelines that the target reads."),
        as_of_option,
        click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Same seed, same draws."),
        click.option("--draws", type=click.IntRange(min=100, max=10_000), default=1000, show_default=True,
                     help="How many times chance is drawn."),
        lang_option,
    )):  # fmt: skip
        command = decorate(command)
    return command


def _simulated(
    campaign: Path, files: tuple[Path, ...], pack: str, as_of: date, seed: int, draws: int
) -> dict[str, Any]:
    from app.campaigns.model import load_campaign
    from app.campaigns.simulate import simulate
    from app.facts.vocabulary import load_vocabulary
    from app.guidelines.pack import load_pack
    from app.population.files import open_files

    read, rules = load_campaign(campaign), load_pack(pack)
    source = open_files(files, as_of, load_vocabulary())
    return simulate(read, rules, source, as_of, seed=seed, draws=draws)


@campaigns.command("simulate")
@_asked
@format_option("text", "json")
def simulate_(
    campaign: Path, files: tuple[Path, ...], pack: str, as_of: date, seed: int, draws: int, lang: str, form: str
) -> None:
    """What CAMPAIGN (a file) would change in a population: who is left behind, then each choice side by side."""
    from app.campaigns.report import report_lines
    from app.i18n import translator

    t = translator(lang)
    found = _simulated(campaign, files, pack, as_of, seed, draws)
    if form == "json":
        print_json(found)
    else:
        styled(list(report_lines(found, t)))


@campaigns.command()
@_asked
@click.option("--html", "out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="OUT.html",
              help="The document to write.")
def report(
    campaign: Path, files: tuple[Path, ...], pack: str, as_of: date, seed: int, draws: int, lang: str, out: Path
) -> None:  # fmt: skip
    """The simulation of CAMPAIGN as one HTML document, with its chart and tables."""
    from app.campaigns.report import report_html
    from app.errors import UsageError
    from app.i18n import translator

    text = report_html(_simulated(campaign, files, pack, as_of, seed, draws), translator(lang))
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=out.name) from None
