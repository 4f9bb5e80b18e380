"""`jalon measures`: quality measures over FHIR patients: evaluate, list, show, lint."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.commands.options import format_option, print_json, styled

if TYPE_CHECKING:
    from app.measures.catalog import Scope

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
pack_option = click.option("--pack", default="us", show_default=True, help="Country whose measures are used.")
value_sets_option = click.option(
    "--valuesets", multiple=True, type=FILE, metavar="F.json",
    help="Value sets: {oid: {codes: [[system, code]…]}}, or FHIR ValueSet resources (several times if need be).",
)


class PeriodDays(click.ParamType[tuple[date, date]]):
    """First and last day of a measurement period, AAAA-MM-JJ/AAAA-MM-JJ."""

    name = "AAAA-MM-JJ/AAAA-MM-JJ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[date, date]:
        from app.errors import JalonError

        if isinstance(value, tuple):
            return value
        try:
            return _days(tuple(value.split("/")))
        except JalonError as error:
            self.fail(str(error), param, ctx)


@click.group()
def measures() -> None:
    """Quality measures: who counts in which population."""


@measures.command()
@click.argument("measure")
@click.argument("cases", nargs=-1, required=True, metavar="CASE…", type=click.Path(exists=True, path_type=Path))
@pack_option
@value_sets_option
@click.option("--period", type=PeriodDays(), help="First and last day; by default, those that the case file gives.")
@click.option("--trace", is_flag=True, help="Add the trace of each population.")
@click.option("--check", is_flag=True, help="Compare with what case files expect; exit code 1 when one differs.")
@format_option("json", "text")
@click.pass_context
def evaluate(
    ctx: click.Context, measure: str, cases: tuple[Path, ...], pack: str, valuesets: tuple[Path, ...],
    period: tuple[date, date] | None, trace: bool, check: bool, form: str,
) -> None:
    """Populations of the patients of CASEs (case files, FHIR Bundles, NDJSON, folders): one line a patient.

    MEASURE is an id or name (`jalon measures list`), or a file of one's own.
    """
    from app.measures.evaluate import Evaluator
    from app.measures.reading import read_cases
    from app.measures.summary import Summary
    from app.measures.trace import trace_json
    from app.measures.valuesets import read_value_sets

    scope, codes = find_measure(measure, pack), read_value_sets(valuesets)
    evaluators: dict[tuple[date, date], Evaluator] = {}
    summary = Summary(scope.measure, check=check)
    for case in read_cases(list(cases)):
        days = period or _days(case.period or ())
        if days not in evaluators:
            evaluators[days] = Evaluator(scope, codes, *days)
        result = evaluators[days].evaluate(case.resources)
        line: dict[str, Any] = {"id": case.name, **result.populations()}
        for difference in summary.add(case, result.groups):
            click.echo(difference, err=True)
        if form == "text":
            click.echo(_text(line))
        else:
            click.echo(json.dumps(line | {"trace": trace_json(result)} if trace else line, ensure_ascii=False))
    for told in summary.lines():
        click.echo(told, err=True)
    ctx.exit(1 if check and summary.wrong else 0)


def find_measure(name: str, pack: str) -> Scope:
    """A measure of the pack, or a file that may use the pack's vocabulary."""
    from app.errors import UsageError
    from app.measures.catalog import load_catalog, load_measure

    if not name.endswith((".yaml", ".yml")):
        return load_catalog(pack).get(name)
    if not Path(name).is_file():
        raise UsageError("no such file", code="unknown_measure", where=Path(name).name)
    return load_measure(Path(name), pack)


def _days(texts: tuple[str, ...]) -> tuple[date, date]:
    """Raises UsageError for what is no period."""
    from app.errors import UsageError

    try:
        first, last = (date.fromisoformat(text) for text in texts if len(text) == 10)
    except (TypeError, ValueError):
        told = "a period is two days that exist, AAAA-MM-JJ/AAAA-MM-JJ" if texts else "give the period (--period)"
        raise UsageError(told, code="period") from None
    if first > last:
        raise UsageError("the period ends before it starts", code="period")
    return first, last


def _text(line: dict[str, Any]) -> str:
    groups = line.get("groups") or {"": {name: value for name, value in line.items() if name != "id"}}
    return "\n".join(
        "  ".join([str(line["id"]), *([group] if group else []), *(f"{name}={value}" for name, value in found.items())])
        for group, found in groups.items()
    )


@measures.command("list")
@pack_option
@format_option("text", "json")
def list_(pack: str, form: str) -> None:
    """List the measures of a country."""
    from app.measures.catalog import load_catalog
    from app.measures.check import value_sets_used

    scopes = load_catalog(pack).scopes
    if form == "json":
        print_json([
            {"id": scope.measure.id, "names": scope.measure.names, "name": scope.measure.name,
             "version": scope.measure.version, "value_sets": len(value_sets_used(scope))} for scope in scopes
        ])  # fmt: skip
        return
    for scope in scopes:
        measure = scope.measure
        names = f" ({', '.join(measure.names)})" if measure.names else ""
        click.echo(f"{measure.id}{names}: {measure.name}, {len(value_sets_used(scope))} value sets")


@measures.command()
@click.argument("measure")
@pack_option
@format_option("text", "json")
def show(measure: str, pack: str, form: str) -> None:
    """Show MEASURE: its populations, the events behind them, the value sets that it needs, its sources."""
    from app.measures.show import measure_json, measure_lines

    scope = find_measure(measure, pack)
    if form == "json":
        print_json(measure_json(scope))
    else:
        styled(list(measure_lines(scope)))


@measures.command()
@click.argument("files", nargs=-1, metavar="[FILE…]", type=FILE)
@pack_option
@value_sets_option
@format_option("text", "json")
@click.pass_context
def lint(ctx: click.Context, files: tuple[Path, ...], pack: str, valuesets: tuple[Path, ...], form: str) -> None:
    """Check measure FILEs, or every measure of the pack; exit code 1 when there is something to mend."""
    from app.measures.catalog import measure_files, measures_folder
    from app.measures.lint import findings

    chosen = list(files) or measure_files(measures_folder(pack))
    found = findings(chosen, pack, valuesets)
    if form == "json":
        print_json({"files": len(chosen), "findings": found})
    else:
        for finding in found:
            click.echo(finding)
        click.echo(f"{len(chosen)} files, {len(found)} to mend", err=True)
    ctx.exit(1 if found else 0)
