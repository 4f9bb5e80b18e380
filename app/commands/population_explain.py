"""`jalon population explain`: from a count to the criteria that decided it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from app.commands.options import as_of_option, format_option, lang_option, print_json


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="IN.parquet…", type=click.Path(exists=True, path_type=Path))
@click.option("--guideline", required=True, metavar="G", help="The guideline (its id).")
@click.option("--status", required=True, metavar="S", help="The status, as `jalon population evaluate` names it.")
@click.option("--track", metavar="T", help="Only those whom this track decides (`otherwise`: none).")
@click.option("--by", "where", multiple=True, metavar="COL=VALUE", help="Only people of this stratum.")
@click.option("--examples", type=click.IntRange(0, 3), default=0, show_default=True,
              help="Rows of people too: of a synthetic population only.")
@click.option("--pack", default="fr", show_default=True, help="Pack of guidelines.")
@as_of_option
@lang_option
@format_option("text", "json")
def explain(
    files: tuple[Path, ...], guideline: str, status: str, track: str | None, where: tuple[str, ...], examples: int,
    pack: str, as_of: date, lang: str, form: str,
) -> None:  # fmt: skip
    """Which criteria let through the people of one cell, and how many each."""
    from app.errors import UsageError
    from app.facts.vocabulary import load_vocabulary
    from app.guidelines.pack import load_pack
    from app.guidelines.status import Status
    from app.i18n import translator
    from app.population.files import open_files
    from app.population.funnel import explain_cell
    from app.population.funnel_words import as_json, text, words_for

    if status not in list(Status):
        raise UsageError(f"there are: {', '.join(Status)}", code="status", where=status[:40])
    chosen = {}
    for one in where:
        name, equals, value = one.partition("=")
        if not equals:
            raise UsageError("write --by column=value", code="population", where=one[:40])
        chosen[name] = value
    t, rules = translator(lang), load_pack(pack)
    source = open_files(files, as_of, load_vocabulary())
    found = explain_cell(rules, source, as_of, guideline, Status(status), track=track, where=chosen, examples=examples)
    words = words_for(rules, as_of, t)
    if form == "json":
        print_json(as_json(found, words))
    else:
        click.echo(text(found, words))
