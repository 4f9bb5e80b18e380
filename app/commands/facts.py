"""`jalon facts`: what the record says, dated and sourced, and what was set aside."""

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
@format_option("text", "json")
@click.option("--all", "everything", is_flag=True, help="Print those that are not essential too (JSON has all).")
def facts(
    records: tuple[Path, ...], as_of: date, answers: Path | None, lang: str, form: str, everything: bool
) -> None:
    """Read RECORDs (FHIR R4 JSON or NDJSON, CDA XML, IHE_XDM zip, or a folder of them) about one person."""
    from app.guidelines.evaluate import evaluate
    from app.guidelines.pack import load_pack
    from app.i18n import translator
    from app.plans.essential import ranked, ranked_json
    from app.plans.facts_text import facts_lines

    t = translator(lang)
    sheet = read_sheet(records, as_of, answers)
    found = ranked(sheet, evaluate(load_pack("fr"), sheet))
    if form == "json":
        print_json(ranked_json(sheet, found))
    else:
        styled(facts_lines(sheet, t, found, everything=everything))
