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
def facts(records: tuple[Path, ...], as_of: date, answers: Path | None, lang: str, form: str) -> None:
    """Read RECORDs (FHIR R4 JSON or NDJSON, CDA XML, IHE_XDM zip, or a folder of them) about one person."""
    from app.i18n import translator
    from app.plans.facts_text import facts_lines

    t = translator(lang)
    sheet = read_sheet(records, as_of, answers)
    if form == "json":
        print_json(sheet.to_json())
    else:
        styled(facts_lines(sheet, t))
