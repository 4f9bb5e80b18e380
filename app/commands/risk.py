"""`jalon risk`: the published risk models, on their own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.commands.options import format_option, lang_option, print_json

if TYPE_CHECKING:
    from risk_models import ElsewhereCard, RiskEstimate


@click.group()
def risk() -> None:
    """List, show, compute and check risk models."""


@risk.command("list")
@format_option("text", "json")
def list_(form: str) -> None:
    """List the models: id, title, for whom, and whether each is fit for France."""
    import risk_models

    cards = [risk_models.card(model).data for model in risk_models.ids()]
    if form == "json":
        print_json([c.model_dump(mode="json", include={"id", "title", "title_fr", "version", "purpose", "audience",
                                                       "fit_for_france", "shown_to", "shown_as"}) for c in cards])
        return
    for c in cards:
        viewers = ", ".join(c.shown_to.get("FR", [])) or "nobody"
        click.echo(f"{c.id:24} {c.title_fr}  (shown in France to: {viewers}; fit for France: {c.fit_for_france})")
    click.echo("\nNot computed here (jalon risk show ID says why):")
    for left_out in risk_models.elsewhere().values():
        click.echo(f"{left_out.data.id:24} {left_out.data.title_fr}")


@risk.command()
@click.argument("model")
@click.option("--chart", type=click.Path(dir_okay=False, writable=True, path_type=Path), metavar="OUT.svg",
              help="Draw the model's chart from its function into this file.")
@lang_option
@format_option("text", "json")
def show(model: str, chart: Path | None, lang: str, form: str) -> None:
    """Show the card of MODEL: purpose, inputs, performance, limits, sources (or why it is not computed here); or draw
    its chart."""
    import risk_models

    if chart is not None:
        _draw(model, chart, lang)
        return
    if left_out := risk_models.elsewhere().get(model):
        _show_elsewhere(left_out, form)
        return
    described = risk_models.describe(model)
    if form == "json":
        print_json(described)
        return
    data = risk_models.card(model).data
    click.secho(f"{data.title_fr} ({data.id} {data.version})", bold=True)
    click.echo(f"{data.purpose_fr}\n\nInputs:")
    for name, told in data.inputs.items():
        click.echo(f"  {name}: {told}")
    parts = (("Not for", data.not_for), ("Limits", data.limits), ("Weaker for", data.subgroup_weaknesses))
    for heading, lines in parts:
        click.echo(f"\n{heading}:")
        for line in lines:
            click.echo(f"  - {line}")
    click.echo(f"\nFit for France: {data.fit_for_france} ({data.fit_for_france_because})")
    click.echo("\nSources:")
    for source in data.sources:
        click.echo(f"  - {source.citation}" + (f" doi:{source.doi}" if source.doi else ""))


def _draw(model: str, path: Path, lang: str) -> None:
    import risk_models
    from risk_models.charts import chart

    risk_models.get(model)
    drawn = chart(model, "fr" if lang == "fr" else "en")
    try:
        path.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{path}: cannot be written ({error.strerror})") from None
    click.echo(f"jalon: {path}", err=True)


def _show_elsewhere(left_out: ElsewhereCard, form: str) -> None:
    if form == "json":
        print_json(left_out.to_json())
        return
    data = left_out.data
    click.secho(f"{data.title_fr} ({data.id})", bold=True)
    click.echo(f"{data.purpose_fr}\n\nNot computed here: {data.why_not_fr}\nOwner: {data.owner}")
    click.echo(f"{data.where_fr}" + (f" : {data.go_to}" if data.go_to else ""))
    click.echo(f"\n{left_out.body}")


@risk.command()
@click.argument("model")
@click.argument("values", nargs=-1, metavar="[NAME=VALUE…]")
@click.option("--input", "inputs", multiple=True, metavar="F.json|-|NAME=VALUE", help="A file, stdin, or one value.")
@click.option("--audience", type=click.Choice(["professional", "citizen"]), default="professional", show_default=True,
              help="Who reads the answer: a citizen in France is shown what the guard lets through, in words.")
@lang_option
@format_option("text", "json")
@click.pass_context
def compute(
    ctx: click.Context, model: str, values: tuple[str, ...], inputs: tuple[str, ...], audience: str, lang: str,
    form: str,
) -> None:
    """Compute MODEL. Exit code 1 when the model is not made for this person (or not shown to this reader), 2 when the
    input is wrong."""
    import risk_models

    given: dict[str, Any] = {}
    for text in [*inputs, *values]:
        given.update(_read(text))
    try:
        estimate = risk_models.compute(model, given)
    except risk_models.NotApplicable as refused:
        if form == "json":
            print_json(refused.to_json())
        click.echo(f"jalon: {refused} (source: {refused.source})", err=True)
        ctx.exit(1 if all(r.kind in ("excluded", "out_of_range") for r in refused.refusals) else 2)
    if audience == "citizen":
        _for_a_citizen(ctx, estimate, lang, form)
        return
    if not risk_models.may_see(model, "professional"):
        click.echo(f"jalon: {model}: for comparison only; not to be shown to anybody in France", err=True)
    if form == "json":
        print_json(estimate.to_json())
        return
    value = "" if estimate.value is None else f"{estimate.value:.4g} {estimate.unit or ''}".strip()
    click.echo(" ".join(part for part in (value, estimate.category or "") if part))
    for what_if in estimate.what_ifs:
        click.echo(f"  {what_if.change}: {what_if.value_after:.4g}")
    for caveat in estimate.warnings:
        click.echo(f"jalon: {caveat.text}", err=True)


def _for_a_citizen(ctx: click.Context, estimate: RiskEstimate, lang: str, form: str) -> None:
    from app.i18n import Translator
    from app.plans.guard import CitizenRisk, CitizenWords, NotActionable, refusal
    from app.plans.risks import in_words

    try:
        shown: CitizenRisk | CitizenWords
        if estimate.frequency is None:
            shown = CitizenWords.of(estimate)
            data, lines = shown.to_json(lang), [f"{line.name} : {line.number}" for line in shown.help_lines]
            text = shown.text(lang)
        else:
            if why := refusal(estimate.model, [what_if.input for what_if in estimate.what_ifs], ()):
                raise NotActionable(f"{estimate.model}: {why}")
            shown = in_words(estimate.model, estimate, (), Translator(lang))
            data, text, lines = shown.to_json(), shown.text, [what_if.text for what_if in shown.what_ifs]
    except NotActionable as refused:
        click.echo(f"jalon: {refused}", err=True)
        ctx.exit(1)
    if form == "json":
        print_json(data)
        return
    click.echo("\n".join([text, *(f"  {line}" for line in lines)]))


@risk.command()
@click.argument("files", nargs=-1, required=True, metavar="VECTORS.json…",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option("text", "json")
@click.pass_context
def check(ctx: click.Context, files: tuple[Path, ...], form: str) -> None:
    """Hold models against files of test vectors; exit code 1 when one differs."""
    import risk_models

    reports, unreadable = [], []
    for file in files:
        try:
            reports.append(risk_models.check(file))
        except risk_models.RiskModelError as error:
            unreadable.append(file)
            click.echo(f"jalon: {file.name}: {error}", err=True)
    passed, failed = sum(r.passed for r in reports), sum(len(r.failed) for r in reports)
    if form == "json":
        print_json({"passed": passed, "failed": failed, "files": [r.to_json() for r in reports]})
    else:
        for report in reports:
            for result in report.failed:
                click.echo(f"{report.file}: {report.model}[{result.index}]: {result.message}")
        click.echo(f"{passed} passed, {failed} failed")
    ctx.exit(2 if unreadable else 1 if failed else 0)


def _read(text: str) -> dict[str, Any]:
    """Inputs of a JSON file (or `-`, stdin), or one `name=value` whose value is JSON or a word."""
    name, equals, value = text.partition("=")
    if equals and not Path(text).exists():
        try:
            return {name: json.loads(value)}
        except ValueError:
            return {name: value}
    try:
        data = json.loads(sys.stdin.read() if text == "-" else Path(text).read_text(encoding="utf-8"))
    except OSError as error:
        raise click.UsageError(f"{text}: cannot be read ({error.strerror})") from None
    except ValueError:
        raise click.UsageError(f"{text}: not valid JSON") from None
    if not isinstance(data, dict):
        raise click.UsageError(f"{text}: expected an object of inputs by name")
    return data.get("inputs", data) if isinstance(data.get("inputs", {}), dict) else data
