"""`jalon donation`: exports held against the register, withdrawals, opt-out lists, choices recorded by an agent."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.commands.options import format_option, print_json

if TYPE_CHECKING:
    from app.services.services import Services


@click.group()
def donation() -> None:
    """Data donation: exports, withdrawals, opt-out lists."""


@contextmanager
def _opened() -> Iterator[Services]:
    from app.services.services import open_services
    from app.settings import from_environment

    services = open_services(from_environment())
    try:
        yield services
    finally:
        services.close()


@donation.command()
@click.argument("project")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder: data, dictionary, manifest.")
@format_option("text", "json")
@click.pass_context
def export(ctx: click.Context, project: str, out: Path, form: str) -> None:
    """Export for PROJECT of the registry, without anybody who opposed. Exit code 1 when nothing may leave."""
    from app.services.donation_export import export as run

    def progress(done: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{done} people read", nl=False, err=True)

    with _opened() as services:
        report = run(services, project, out, progress)
    rate = round(report.people / report.seconds) if report.seconds else 0
    if form == "json":
        print_json(asdict(report) | {"people_per_second": rate})
    elif report.refused:
        click.echo(f"nothing left: {report.refused}")
    else:
        click.echo(
            f"export {report.export}: {report.people} people, {report.left_out} left out of small groups; "
            f"k = {report.k} over {report.groups} groups; none of the {report.opposed} who opposed; {rate} people/s"
        )
    if report.refused:
        ctx.exit(1)


@donation.command()
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder of notices.")
@format_option("text", "json")
def withdrawals(out: Path, form: str) -> None:
    """Write a signed notice for each export that somebody who opposed since (or was erased) is in."""
    from app.services.donation_desk import withdraw

    with _opened() as services:
        told = withdraw(services, out)
    if form == "json":
        print_json({"notices": told})
    else:
        for one in told:
            click.echo(f"{one['file']}: {one['people']} to withdraw from export {one['export']} ({one['project']})")
        click.echo(f"{len(told)} notices")


@donation.command("import-optouts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="national", show_default=True, help="The register that the list comes from.")
@format_option("text", "json")
def import_optouts(file: Path, source: str, form: str) -> None:
    """Take the opt-out list FILE (CSV: system,value) of another register. It replaces the source's former list, and an
    opposition in it wins over everything."""
    from app.services.donation_desk import import_optouts as run

    with _opened() as services:
        found = run(services, file, source)
    _tell(found, form)


@donation.command()
@click.argument("choice", type=click.Choice(["opposed", "included"]))
@click.option("--account", required=True, help="The person's account number (on « Don de données »).")
@click.option("--channel", required=True, type=click.Choice(["paper", "helper", "relatives"]))
@click.option("--agent", required=True, help="Who records it.")
@click.option("--evidence", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="The scanned paper: only its SHA-256 is kept.")  # fmt: skip
@format_option("text", "json")
def record(choice: Any, account: str, channel: Any, agent: str, evidence: Path, form: str) -> None:
    """Record the CHOICE of somebody who cannot do it here: by paper, with a helper, or as relatives testify. The
    receipt is printed, to be given to them."""
    import hashlib

    from app.services.donation_desk import record as run
    from app.trust.log.receipt import as_file

    digest = "sha256:" + hashlib.sha256(evidence.read_bytes()).hexdigest()
    with _opened() as services:
        made = run(services, account, choice, channel, agent, digest)
        taken = as_file(services.log_key, made.receipt)
    print_json(taken) if form == "json" else click.echo(made.receipt, nl=False)


def _tell(found: dict[str, int], form: str) -> None:
    if form == "json":
        print_json(found)
    else:
        click.echo(", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in found.items()))
