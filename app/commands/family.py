"""`jalon family`: the family of a person, as a list in words, a pedigree drawing, JSON or FHIR."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from app.commands.options import (
    answers_option,
    as_of_option,
    format_option,
    lang_option,
    print_json,
    read_sheet,
    styled,
)


@click.command()
@click.argument("records", nargs=-1, metavar="RECORD…", type=click.Path(exists=True, path_type=Path))
@as_of_option
@answers_option
@lang_option
@format_option("text", "json", "svg", "fhir")
@click.option("--questions", is_flag=True, help="Print the short questionnaire on the family, as a file to fill in.")
def family(
    records: tuple[Path, ...], as_of: date, answers: Path | None, lang: str, form: str, questions: bool
) -> None:
    """Print the family that the RECORDs (and answers under `family:`) tell of: who, what they have had, at what age."""
    from app.i18n import translator
    from app.pedigree.build import pedigree_of

    t = translator(lang)
    if questions:
        from app.pedigree.questions import blank

        click.echo(blank(t), nl=False)
        return
    if not records:
        raise click.UsageError("Missing argument 'RECORD…'.")
    pedigree = pedigree_of(read_sheet(records, as_of, answers))
    if form == "svg":
        from app.pedigree.svg import pedigree_svg

        click.echo(pedigree_svg(pedigree, t), nl=False)
    elif form == "fhir":
        from app.pedigree.fhir import family_bundle

        print_json(family_bundle(pedigree))
    elif form == "json":
        from app.pedigree.json import pedigree_json

        print_json(pedigree_json(pedigree, t))
    else:
        from app.pedigree.words import family_lines

        styled(family_lines(pedigree, t))
