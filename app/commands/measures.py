"""`jalon measures`: quality measures over FHIR patients: evaluate, list, show, lint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.commands.options import format_option, print_json, styled
from app.errors import JalonError, UsageError

if TYPE_CHECKING:
    from app.measures.catalog import Scope
    from app.measures.evaluate import Groups
    from app.measures.reading import Case
    from app.measures.valuesets import ValueSets

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
@click.option("--engine", type=click.Choice(["python", "duckdb"]), default="python", show_default=True,
              help="One patient at a time, or all at once as columns.")
@click.option("--trace", is_flag=True, help="Add the trace of each population.")
@click.option("--check", is_flag=True, help="Compare with what case files expect; exit code 1 when one differs.")
@format_option("json", "text")
@click.pass_context
def evaluate(
    ctx: click.Context, measure: str, cases: tuple[Path, ...], pack: str, valuesets: tuple[Path, ...],
    period: tuple[date, date] | None, engine: str, trace: bool, check: bool, form: str,
) -> None:
    """Populations of the patients of CASEs (case files, FHIR Bundles, NDJSON, Parquet, folders): a line each.

    MEASURE is an id or name (`jalon measures list`), or a file of one's own. With `--engine duckdb`, all patients at
    once; CASE may then be a folder made by `jalon measures columns`.
    """
    from app.measures.summary import Summary
    from app.measures.valuesets import read_value_sets

    scope, codes = find_measure(measure, pack), read_value_sets(valuesets)
    summary = Summary(scope.measure, check=check)
    answers = (_one_by_one if engine == "python" else _by_columns)(scope, codes, list(cases), period, trace=trace)
    for name, groups, expected, steps in answers:
        line: dict[str, Any] = {"id": name, **printed(groups)}
        for difference in summary.add(name, groups, expected):
            click.echo(difference, err=True)
        if form == "text":
            click.echo(_text(line))
        else:
            click.echo(json.dumps(line | {"trace": steps} if trace else line, ensure_ascii=False))
    for told in summary.lines():
        click.echo(told, err=True)
    ctx.exit(1 if check and summary.wrong else 0)


Answer = tuple[str, "Groups", dict[str, Any] | None, dict[str, Any] | None]
"""Name, populations, what the case file expects, the trace."""


def _one_by_one(
    scope: Scope, codes: ValueSets, cases: list[Path], period: tuple[date, date] | None, *, trace: bool
) -> Iterator[Answer]:
    """Each patient when it is read."""
    from app.measures.columns.head import is_columns
    from app.measures.evaluate import Evaluator
    from app.measures.reading import read_cases
    from app.measures.trace import trace_json

    if folder := next(filter(is_columns, cases), None):
        raise UsageError("these are columns: add --engine duckdb", code="columns", where=folder.name)
    evaluators: dict[tuple[date, date], Evaluator] = {}
    for case in read_cases(cases):
        days = period or _days(case.period or ())
        if days not in evaluators:
            evaluators[days] = Evaluator(scope, codes, *days)
        result = evaluators[days].evaluate(case.resources)
        yield case.name, result.groups, case.expected, trace_json(result) if trace else None


def _by_columns(
    scope: Scope, codes: ValueSets, cases: list[Path], period: tuple[date, date] | None, *, trace: bool
) -> Iterator[Answer]:
    """All patients at once, in DuckDB."""
    from app.measures.columns.engine import groups_of, members
    from app.measures.columns.head import is_columns
    from app.measures.columns.layout import layout_of
    from app.measures.columns.tables import from_cases, read_columns
    from app.measures.reading import read_cases

    if trace:
        raise UsageError("there is no trace in columns: use --engine python for the patients of interest", code="trace")
    expected: list[dict[str, Any] | None] = []
    periods: dict[tuple[str, ...], None] = {}

    def noted() -> Iterator[Case]:
        for case in read_cases(cases):
            expected.append(case.expected)
            periods[case.period or ()] = None
            yield case

    if is_columns(cases[0]):
        if len(cases) > 1:
            raise UsageError("give one folder of columns", code="columns")
        tables = read_columns(cases[0])
    else:
        tables = from_cases(noted(), layout_of([scope]))
    if period is None and len(periods) > 1:
        raise UsageError("these cases have several periods: give one (--period)", code="period")
    days = period or _days(next(iter(periods), ()))
    for number, (name, groups) in enumerate(groups_of(members(scope, codes, *days, tables))):
        yield name, groups, expected[number] if expected else None, None


def find_measure(name: str, pack: str) -> Scope:
    """A measure of the pack, or a file that may use the pack's vocabulary."""
    from app.measures.catalog import load_catalog, load_measure

    if not name.endswith((".yaml", ".yml")):
        return load_catalog(pack).get(name)
    if not Path(name).is_file():
        raise UsageError("no such file", code="unknown_measure", where=Path(name).name)
    return load_measure(Path(name), pack)


def _days(texts: tuple[str, ...]) -> tuple[date, date]:
    """Raises UsageError for what is no period."""
    try:
        first, last = (date.fromisoformat(text) for text in texts if len(text) == 10)
    except (TypeError, ValueError):
        told = "a period is two days that exist, AAAA-MM-JJ/AAAA-MM-JJ" if texts else "give the period (--period)"
        raise UsageError(told, code="period") from None
    if first > last:
        raise UsageError("the period ends before it starts", code="period")
    return first, last


def printed(groups: Groups) -> dict[str, Any]:
    """The populations, or `groups` of them."""
    return dict(groups.get("", {"groups": groups}))


def _text(line: dict[str, Any]) -> str:
    groups = line.get("groups") or {"": {name: value for name, value in line.items() if name != "id"}}
    return "\n".join(
        "  ".join([str(line["id"]), *([group] if group else []), *(f"{name}={value}" for name, value in found.items())])
        for group, found in groups.items()
    )


@measures.command()
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.argument("cases", nargs=-1, required=True, metavar="CASE…", type=click.Path(exists=True, path_type=Path))
@pack_option
@click.option("--measure", "names", multiple=True, metavar="MEASURE", help="Only what this measure needs (repeatable).")
def columns(out: Path, cases: tuple[Path, ...], pack: str, names: tuple[str, ...]) -> None:
    """Make the folder OUT of Parquet columns of the patients of CASEs, for `evaluate --engine duckdb`."""
    from app.measures.catalog import load_catalog
    from app.measures.columns.layout import layout_of
    from app.measures.columns.tables import write_columns
    from app.measures.reading import read_cases

    scopes = [find_measure(name, pack) for name in names] or load_catalog(pack).scopes
    click.echo(f"{write_columns(read_cases(list(cases)), layout_of(scopes), out)} patients", err=True)


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
def schema() -> None:
    """Print the JSON Schema of a measure file (kept in content/guidelines/measure.schema.json), for editors."""
    from app.measures.schema import schema_text

    click.echo(schema_text(), nl=False)


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
