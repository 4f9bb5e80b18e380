"""`jalon cases`: guideline cases kept as data; one line a failed case, then the count."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.options import format_option, print_json


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--pack", default="fr", show_default=True, help="Pack of guidelines.")
@format_option("text", "json")
@click.pass_context
def cases(ctx: click.Context, files: tuple[Path, ...], pack: str, form: str) -> None:
    """Run the cases of FILEs (YAML) through the guidelines; exit code 1 when one fails."""
    from app.guidelines.cases import read_cases, run_cases
    from app.guidelines.pack import load_pack

    rules = load_pack(pack)
    passed, failures = 0, []
    for file in files:
        for outcome in run_cases(read_cases(file), rules):
            if outcome.problem is None:
                passed += 1
                continue
            failures.append({"file": file.name, "case": outcome.case_id, "problem": outcome.problem})
            if form == "text":
                click.echo(f"{file.name}: {outcome.case_id}: {outcome.problem}")
    if form == "json":
        print_json({"passed": passed, "failed": len(failures), "failures": failures})
    else:
        click.echo(f"{passed} passed, {len(failures)} failed")
    ctx.exit(1 if failures else 0)
