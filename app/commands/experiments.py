"""`jalon campaigns experiment`: how many people, who gets what, and what was found."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.commands.options import as_of_option, format_option, lang_option, print_json, styled

if TYPE_CHECKING:
    from app.campaigns.experiments.model import Experiment
    from app.campaigns.model import Campaign

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def experiment() -> None:
    """Experiments on campaigns: registered first, then drawn, then read once."""


@experiment.command()
@click.argument("files", nargs=-1, metavar="[FILE.yaml…]", type=_FILE)
@format_option("text", "json")
def lint(files: tuple[Path, ...], form: str) -> None:
    """Check FILES (by default all of content/experiments). Exit 1 when something is to be mended."""
    from app.campaigns.experiments.lint import lint_experiments
    from app.campaigns.experiments.model import experiment_files

    paths = list(files) or experiment_files()
    found = lint_experiments(paths)
    if form == "json":
        print_json([one._asdict() for one in found])
    else:
        for one in found:
            click.echo(str(one))
        click.echo(f"{len(paths)} experiment(s), {len(found)} thing(s) to mend", err=True)
    sys.exit(1 if found else 0)


@experiment.command()
@click.argument("file", type=_FILE)
@click.option("--people", type=click.IntRange(min=1), help="How many there are: the least difference to be found.")
@click.option("--areas", type=click.IntRange(min=1), help="How many areas a stepped wedge has.")
@format_option("text", "json")
@lang_option
def size(file: Path, people: int | None, areas: int | None, form: str, lang: str) -> None:
    """How many people the experiment of FILE needs."""
    from app.campaigns.experiments.size import size_of, smallest_difference, stepped_size
    from app.campaigns.experiments.words import size_lines
    from app.errors import UsageError
    from app.i18n import translator

    registered = _registered(file)
    found = size_of(registered)
    stepped = registered.design.kind == "stepped_wedge"
    if stepped and areas is None:
        raise UsageError("a stepped wedge depends on how many areas there are: give --areas", code="experiment_size")
    if stepped and areas is not None:
        found |= {"areas": areas, "people_by_area_and_period": stepped_size(registered, areas)}
    elif people is not None:
        found["smallest_difference"] = smallest_difference(registered, people)
    _print(found, form, list(size_lines(registered, found, translator(lang))))


@experiment.command()
@click.argument("file", type=_FILE)
@click.option("--population", "files", multiple=True, required=True, metavar="FILE.parquet",
              type=click.Path(exists=True, path_type=Path), help="Population file or folder; may be repeated.")
@click.option("--pack", default="fr", show_default=True, help="Pack of guidelines that the target reads.")
@as_of_option
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="OUT.parquet",
              help="Who gets what.")
def draw(file: Path, files: tuple[Path, ...], pack: str, as_of: date, out: Path) -> None:
    """Draw the arms from the registered seed. The same people always get the same arms; nothing is written over."""
    from app.campaigns.experiments.draw import draw_to

    registered = _registered(file)
    print_json(draw_to(registered, _campaign(registered), files, pack, as_of, out))


@experiment.command()
@click.argument("file", type=_FILE)
@click.option("--allocation", required=True, type=_FILE, metavar="DRAWN.parquet", help="What `draw` wrote.")
@click.option("--outcomes", required=True, type=_FILE, metavar="FILE.csv|parquet",
              help="person, outcome (1, 0, or empty); and period in a stepped wedge.")
@click.option("--look", type=click.FloatRange(0, 1, min_open=True, max_open=True),
              help="A registered look before the end.")
@as_of_option
@format_option("text", "json")
@lang_option
def analyse(
    file: Path, allocation: Path, outcomes: Path, look: float | None, as_of: date, form: str, lang: str
) -> None:
    """What the experiment found, as it was registered."""
    from app.campaigns.experiments.draw import analysed
    from app.campaigns.experiments.words import result_lines
    from app.i18n import translator

    registered = _registered(file)
    found = analysed(registered, allocation, outcomes, look, as_of)
    _print(found, form, list(result_lines(registered, found, translator(lang))))


def _registered(file: Path) -> Experiment:
    from app.campaigns.experiments.model import load_experiment

    return load_experiment(file)


def _campaign(registered: Experiment) -> Campaign:
    from app.campaigns.model import campaign_files, load_campaign
    from app.errors import UsageError

    for path in campaign_files():
        if (one := load_campaign(path)).id == registered.campaign:
            return one
    raise UsageError(f"no campaign {registered.campaign}", code="experiment")


def _print(found: dict[str, Any], form: str, lines: list[tuple[str, str]]) -> None:
    if form == "json":
        print_json(found)
    else:
        styled(lines)
