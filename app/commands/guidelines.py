"""`jalon guidelines`: which recommendations there are, what one says, and whether their files are right."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from app.commands.options import as_of_option, format_option, lang_option, print_json, styled

pack_option = click.option("--pack", default="fr", show_default=True, help="Pack of guidelines.")


@click.group()
def guidelines() -> None:
    """List, show, check and export the guidelines."""


@guidelines.command("list")
@pack_option
@as_of_option
@lang_option
@format_option("text", "json")
def list_(pack: str, as_of: date, lang: str, form: str) -> None:
    """List the guidelines in force on a day."""
    from app.guidelines.pack import load_pack
    from app.i18n import translator

    rules, t = load_pack(pack), translator(lang)
    rows: list[dict[str, Any]] = [
        {"id": g.id, "title": t(g.wording.title), "domain": g.domain, "priority": g.priority,
         "effective_from": g.effective_from.isoformat(), "last_checked": g.last_checked.isoformat(),
         "doubts": len(g.doubts)}
        for g in rules.on(as_of)
    ]
    if form == "json":
        print_json({"pack": {"id": rules.id, "version": rules.version, "digest": rules.digest}, "guidelines": rows})
        return
    width = max((len(row["id"]) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row['id']:{width}}  {row['title']}")


@guidelines.command()
@click.argument("guideline")
@pack_option
@as_of_option
@lang_option
@format_option("text", "json")
def show(guideline: str, pack: str, as_of: date, lang: str, form: str) -> None:
    """Show what GUIDELINE says: for whom, when, benefits and harms, sources, doubts."""
    from app.guidelines.pack import load_pack
    from app.i18n import translator
    from app.plans.explain import known_guideline
    from app.plans.guideline_text import guideline_lines

    rules, t = load_pack(pack), translator(lang)
    known_guideline(rules, guideline, as_of)
    found = rules.get(guideline, as_of)
    if form == "json":
        print_json(found.model_dump(mode="json", by_alias=True, exclude_none=True))
    else:
        styled(guideline_lines(found, t))


@guidelines.command()
@click.option("--pack", "--country", default="fr", show_default=True, help="Pack of guidelines (or of measures).")
@format_option("fhir")
@click.option("--out", type=click.Path(path_type=Path, allow_dash=True), default="-", show_default=True, metavar="DIR",
              help="Folder to make, one file a resource; - prints one Bundle.")
def export(pack: str, form: str, out: Path) -> None:
    """Write a pack for other software: FHIR R4 PlanDefinition, ActivityDefinition, Library (and Measure)."""
    from app.exchange.export import export_bundle, write_resources

    bundle = export_bundle(pack)
    if str(out) == "-":
        print_json(bundle)
    else:
        click.echo(f"{write_resources(bundle, out)} resources in {out.name}", err=True)


@guidelines.command()
@click.argument("files", nargs=-1, metavar="[FILE…]", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pack_option
@click.option("--cases", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
              help="Cases that should try each threshold.  [default: those of the pack, in a source tree]")
@format_option("text", "json")
@click.pass_context
def lint(ctx: click.Context, files: tuple[Path, ...], pack: str, cases: Path | None, form: str) -> None:
    """Check guideline FILEs, or every file of the pack; exit code 1 when there is something to mend."""
    from app.guidelines.lint.lint import cases_of
    from app.guidelines.lint.lint import lint as lint_files
    from app.guidelines.pack import guideline_files
    from app.population.lint import not_in_columns

    chosen, folder = list(files) or guideline_files(pack), cases or cases_of(pack)
    findings = lint_files(chosen, pack, folder) or not_in_columns(chosen, pack)
    if form == "json":
        print_json({"files": len(chosen), "findings": [str(one) for one in findings]})
    else:
        for finding in findings:
            click.echo(str(finding))
        click.echo(f"{len(chosen)} files, {len(findings)} to mend", err=True)
        if folder is None:
            click.echo("no cases were found: thresholds were not tried (see --cases)", err=True)
    ctx.exit(1 if findings else 0)


@guidelines.command()
def schema() -> None:
    """Print the JSON Schema of a guideline file (kept in content/guidelines/schema.json), for editors."""
    from app.guidelines.schema import schema_text

    click.echo(schema_text(), nl=False)


@guidelines.command()
@click.option("--months", type=click.IntRange(min=0), default=12, show_default=True, help="Not looked at for so long.")
@pack_option
@as_of_option
@format_option("text", "json")
def stale(months: int, pack: str, as_of: date, form: str) -> None:
    """List the guidelines whose sources nobody has looked at for some months, the longest first."""
    from app.guidelines.pack import load_pack
    from app.guidelines.stale import oldest
    from app.guidelines.stale import stale as find_stale

    found = find_stale(load_pack(pack), as_of, months)
    if form == "json":
        print_json([
            {"guideline": one.guideline.id, "last_checked": one.guideline.last_checked.isoformat(),
             "not_verified": one.unverified, "oldest_source": oldest(one.guideline).model_dump(exclude_none=True)}
            for one in found
        ])
        return
    for one in found:
        source = oldest(one.guideline)
        click.echo(f"{one.guideline.last_checked}  {one.guideline.id}  ({one.unverified} not verified; oldest source "
                   f"{source.date}: {source.title})")
    click.echo(f"{len(found)} not looked at for {months} months", err=True)
