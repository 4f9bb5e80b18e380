"""Options that several subcommands share, and how records and days are read from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from app.facts.model import FactSheet

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A calendar day, AAAA-MM-JJ."""

    name = "AAAA-MM-JJ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            if len(value) != 10:
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            self.fail("expected a day, AAAA-MM-JJ", param, ctx)


def today() -> date:
    """The day in France."""
    return datetime.now(ZoneInfo("Europe/Paris")).date()


def records_argument(command: F) -> F:
    return click.argument(
        "records", nargs=-1, required=True, metavar="RECORD…", type=click.Path(exists=True, path_type=Path)
    )(command)


def as_of_option(command: F) -> F:
    return click.option(
        "--as-of", type=Day(), default=today, show_default="today in France", help="Day on which the record is read."
    )(command)


def answers_option(command: F) -> F:
    return click.option(
        "--answers", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="F.yaml",
        help="Answers to the plan's questions, `fact: answer`.",
    )(command)


def lang_option(command: F) -> F:
    return click.option("--lang", default="fr", show_default=True, help="Language of the sentences.")(command)


def format_option(*formats: str) -> Callable[[F], F]:
    return click.option(
        "--format", "form", type=click.Choice(formats), default=formats[0], show_default=True, help="How to print it."
    )


def read_sheet(records: tuple[Path, ...], as_of: date, answers: Path | None = None) -> FactSheet:
    """The facts of the records on a day, with the person's answers. Raises JalonError."""
    from app.facts.answers import apply_answers, read_answers
    from app.facts.extract import extract
    from app.plans.plan import check_day
    from app.records.load import read_record

    sheet = extract(read_record(list(records)), as_of)
    check_day(sheet)
    return apply_answers(sheet, read_answers(answers)) if answers else sheet


def print_json(data: Mapping[str, Any] | list[Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def styled(lines: list[tuple[str, str]]) -> None:
    """Print (style, text) lines; styles are dropped by click when stdout is not a terminal."""
    looks: dict[str, dict[str, Any]] = {"title": {"bold": True, "underline": True}, "heading": {"bold": True},
                                        "quiet": {"dim": True}}
    for style, text in lines:
        click.secho(text, **looks.get(style, {}))


def progress(people: int) -> Callable[[int], None]:
    """Tells a terminal how many people are done; a pipe nothing."""

    def told(done: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{done:>12,} / {people:,}", nl=done >= people, err=True)

    return told
