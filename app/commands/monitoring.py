"""`jalon monitoring`: what Jalon answers, month after month, and which thresholds are crossed."""

from __future__ import annotations

from typing import Any

import click

from app.commands.guarantee import month_of, opened
from app.commands.options import format_option, print_json


@click.group()
def monitoring() -> None:
    """Post-market monitoring: drift, overrides, calibration, differences between groups, as monthly aggregates."""


@monitoring.command()
@click.option("--month", metavar="AAAA-MM", help="The month; this one by default.")
@click.option("--suspend", is_flag=True, help="Stop what a threshold that suspends says (content/monitoring.yaml).")
@format_option("text", "json")
def compute(month: str | None, suspend: bool, form: str) -> None:
    """Compute a month over those who consent (quality_reading), and keep it as aggregates. Run again, it replaces that
    month. Exit code 1: a threshold is crossed."""
    from app.services.monitoring.run import compute as run

    with opened() as services:
        found = run(services, month_of(month) or services.today().isoformat()[:7], suspend=suspend)
    _tell(found, form)
    if found["alerts"]:
        raise SystemExit(1)


@monitoring.command()
@click.option("--month", metavar="AAAA-MM", help="The month; the last one by default.")
@click.option("--lang", default="fr", show_default=True)
def show(month: str | None, lang: str) -> None:
    """Print what is public of a month (JSON): small groups are left out."""
    import asyncio

    from app.services.monitoring.public import published

    with opened() as services:
        print_json(asyncio.run(published(services, month_of(month), lang=lang)))


def _tell(found: dict[str, Any], form: str) -> None:
    if form == "json":
        print_json({name: found[name] for name in ("people", "pack", "reference", "alerts")})
        return
    click.echo(f"people: {found['people']}, held against: {found['reference'] or 'nothing: this is the reference'}")
    for one in found["alerts"]:
        about = " ".join(str(one[name]) for name in ("kind", "about", "version", "group") if one[name])
        done = " stopped" if one["stopped"] else ""
        click.echo(f"{one['threshold']}: {about} {one['value']} (bound {one['bound']}){done}")
    click.echo(f"thresholds crossed: {len(found['alerts'])}")
