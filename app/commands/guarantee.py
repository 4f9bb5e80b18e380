"""`jalon guarantee`: the human guarantee: who sits on the board, the month's sample."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from app.commands.options import format_option, print_json
from app.errors import UsageError

if TYPE_CHECKING:
    from app.services.services import Services


@click.group()
def guarantee() -> None:
    """The human guarantee: who sits on the board, the month's sample of answers to read again."""


@contextmanager
def opened() -> Iterator[Services]:
    """The services of this environment, for one command."""
    from app.services.services import open_services
    from app.settings import from_environment

    services = open_services(from_environment())
    try:
        yield services
    finally:
        services.close()


@guarantee.command()
@click.argument("number")
@click.option("--end", is_flag=True, help="End the seat, from the next request on.")
def seat(number: str, end: bool) -> None:
    """Give a seat on the board to the professional of this RPPS number (11 digits), or end it. Exit code 1: nothing
    changed."""
    from app.services.guarantee.seating import change

    with opened() as services:
        done = change(services, number, sits=not end)
    click.echo("seat ended" if done and end else "seated" if done else "nothing changed", err=True)
    if not done:
        raise SystemExit(1)


@guarantee.command()
@click.option("--month", metavar="AAAA-MM", help="The month of the sample; this one by default.")
@click.option("--seed", help="The seed; at random by default. It is kept, and published.")
@click.option("--dry-run", is_flag=True, help="Say what would be drawn, and keep nothing.")
@format_option("text", "json")
def draw(month: str | None, seed: str | None, dry_run: bool, form: str) -> None:
    """Draw the month's sample among those who consent (quality_reading), and give each answer to two readers. Run
    again, it draws nothing more, and gives what lacks a reader. The same seed and people give the same sample. Exit
    code 1: some answers lack a reader."""
    from app.services.guarantee.drawing import draw as take

    with opened() as services:
        found = take(services, month_of(month) or services.today().isoformat()[:7], seed or secrets.token_hex(16),
                     dry_run=dry_run)  # fmt: skip
    if form == "json":
        print_json(asdict(found))
    else:
        for name, value in asdict(found).items():
            click.echo(f"{name}: {value}")
    if found.unread:
        click.echo("jalon: some answers lack a reader: seat more independent professionals, then draw again", err=True)
        raise SystemExit(1)


def month_of(text: str | None) -> str | None:
    """A month as it is kept. Raises UsageError."""
    import re

    if text is not None and not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text):
        raise UsageError("a month is written AAAA-MM", code="month", where="--month")
    return text
