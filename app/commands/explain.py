"""`jalon explain`: why a guideline answers what it does for this person, and what would change it."""

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
@click.argument("guideline")
@as_of_option
@answers_option
@lang_option
@format_option("text", "json")
@click.option("--pack", default="fr", show_default=True, help="Pack of guidelines.")
def explain(
    records: tuple[Path, ...], guideline: str, as_of: date, answers: Path | None, lang: str, form: str, pack: str
) -> None:
    """Explain the answer of GUIDELINE (see `jalon guidelines list`) for the person of the RECORDs."""
    from app.guidelines.pack import load_pack
    from app.i18n import translator
    from app.plans.explain import explain as make_explanation
    from app.plans.explain import known_guideline

    translator(lang)
    rules = load_pack(pack)
    known_guideline(rules, guideline, as_of)
    explanation = make_explanation(read_sheet(records, as_of, answers), guideline, lang, rules)
    if form == "json":
        print_json(explanation.to_json())
    else:
        styled(explanation.lines())
