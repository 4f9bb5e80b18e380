"""`jalon plan`: the explained plan of a person, as text, JSON, a page, PDF or FHIR."""

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
    records_argument,
    styled,
)


@click.command()
@records_argument
@as_of_option
@answers_option
@lang_option
@format_option("text", "json", "html", "pdf", "fhir")
@click.option("--audience", type=click.Choice(["citizen", "gp"]), default="citizen", show_default=True,
              help="Who reads the text: the person, or a general practitioner.")
@click.option("--pack", default="fr", show_default=True, help="Pack of guidelines.")
@click.option("--trace", is_flag=True, help="With --format json: add the whole trace of every guideline.")
def plan(
    records: tuple[Path, ...], as_of: date, answers: Path | None, lang: str, form: str, audience: str, pack: str,
    trace: bool,
) -> None:
    """Print the prevention plan of the person whom the RECORDs are about."""
    from app.guidelines.pack import load_pack
    from app.i18n import translator
    from app.plans.plan import make_plan

    translator(lang)  # a wrong language is told before records are read
    made = make_plan(read_sheet(records, as_of, answers), lang, load_pack(pack))
    if form == "json":
        print_json(made.to_json(trace=trace or audience == "gp"))
    elif form == "html":
        from app.plans.html import plan_html

        click.echo(plan_html(made), nl=False)
    elif form == "pdf":
        from app.plans.pdf import plan_pdf

        click.echo(plan_pdf(made), nl=False)
    elif form == "fhir":
        from app.plans.care_plan import care_plan

        print_json(care_plan(made))
    elif audience == "gp":
        from app.plans.gp_text import gp_lines

        styled(gp_lines(made))
    else:
        from app.plans.text import plan_lines

        styled(plan_lines(made))
