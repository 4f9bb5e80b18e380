"""`jalon nudges`: reminders checked, seen before they leave, sent."""

from __future__ import annotations

import asyncio
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from app.commands.options import as_of_option, format_option, lang_option, print_json


@click.group()
def nudges() -> None:
    """Check reminders, see what would go out, send it."""


@nudges.command()
@click.option("--pack", default="fr", show_default=True, help="Pack of guidelines that reminders are about.")
@format_option("text", "json")
def lint(pack: str, form: str) -> None:
    """Check the words of content/nudges: what shows on a locked screen, forbidden techniques, reading level, length,
    variants. Exit 1 when something is to be mended."""
    from app.guidelines.pack import load_pack
    from app.nudges.lint import lint_nudges

    found = lint_nudges(load_pack(pack))
    if form == "json":
        print_json([one._asdict() for one in found])
    else:
        for one in found:
            click.echo(str(one))
        click.echo(f"{len(found)} thing(s) to mend", err=True)
    sys.exit(1 if found else 0)


@nudges.command()
@click.argument("records", nargs=-1, metavar="[RECORD…]", type=click.Path(exists=True, path_type=Path))
@as_of_option
@lang_option
@click.option("--named", is_flag=True, help="As for somebody who asked that messages say what is due.")
@click.option("--population", "files", multiple=True, metavar="FILE.parquet",
              type=click.Path(exists=True, path_type=Path), help="Count the people of a file instead; may be repeated.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT.parquet",
              help="With --population: who they are, a row for each.")
@format_option("text", "json")
def preview(
    records: tuple[Path, ...], as_of: date, lang: str, named: bool, files: tuple[Path, ...], out: Path | None, form: str
) -> None:
    """What would go out, and why; nothing is sent. With RECORDs: what their person would get, in each channel, word for
    word. Without: how many messages the people of the database would get (each reading is in their log). With
    --population: how many people of a file have something due on the day."""
    if files:
        print_json(_of_population(files, as_of, out))
        return
    if records:
        found = _of_record(records, as_of, lang, named)
        if form == "json":
            print_json(found)
        else:
            _show(found)
        return
    told = asyncio.run(_run("preview"))
    if form == "json":
        print_json(told)
    else:
        _say(told)


@nudges.command()
@click.option("--most", type=click.IntRange(min=1), help="Send this many messages at most.")
@format_option("text", "json")
def send(most: int | None, form: str) -> None:
    """Look at the plans whose day it is, and send what is due. Safe to run twice, at the same time, and after it was
    killed. Exit 1 when somebody should look: a channel stopped by itself, or messages given up or unsure."""
    told = asyncio.run(_run("send", most))
    if form == "json":
        print_json(told)
    else:
        _say(told)
    sys.exit(0 if told["well"] else 1)


@nudges.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.File("rb"))
@format_option("text", "json")
def bounce(files: tuple[Any, ...], form: str) -> None:
    """Record what came back: delivery reports (RFC 3464) and complaints (RFC 5965) as e-mails, or lines of JSON from a
    provider (`{"key": …, "event": "bounced"}` or `"complained"`). `-` reads the standard input. Exit 1 when a file says
    nothing of a message of ours."""
    from app.nudges.reports import read_report
    from app.services.nudges.bounces import bounced, complained

    reports = [report for file in files for report in read_report(file.read(10_000_001), file.name)]

    async def record(services: Any) -> dict[str, int]:
        found = {"bounced": 0, "complained": 0, "unknown": 0}
        for report in reports:
            work = bounced if report.event == "bounced" else complained
            found[report.event if await work(services, report.key) else "unknown"] += 1
        return found

    told = asyncio.run(_with_services(record))
    if form == "json":
        print_json(told)
    else:
        for name, number in told.items():
            click.echo(f"{name}: {number}")
    sys.exit(1 if told["unknown"] or not reports else 0)


async def _run(what: str, most: int | None = None) -> dict[str, Any]:
    from app.errors import UsageError
    from app.services.nudges.look import look
    from app.services.nudges.send import send as send_due
    from app.services.nudges.ways import able, senders

    async def work(services: Any) -> dict[str, Any]:
        ways = able(services)
        if not ways:
            raise UsageError("no channel is set up: see docs/how-to/nudges.md", code="settings", where="JALON_SMTP_URL")
        looked = await look(services, ways, dry_run=what == "preview")
        if what == "preview":
            return {"channels": sorted(ways), **looked.to_json()}
        with senders(services) as found:
            sent = await send_due(services, found, most)
        return {"channels": sorted(ways), **looked.to_json(), **sent.to_json(), "well": sent.well}

    done: dict[str, Any] = await _with_services(work)
    return done


async def _with_services(work: Any) -> Any:
    from app.services.services import open_services
    from app.settings import from_environment

    services = await asyncio.to_thread(open_services, from_environment())
    try:
        return await work(services)
    finally:
        services.close()


def _say(told: dict[str, Any]) -> None:
    click.echo(f"people looked at: {told['people']}")
    for kind, channels in told["planned"].items():
        for channel, number in channels.items():
            click.echo(f"planned: {kind} by {channel}: {number}")
    for reason, number in told["passed"].items():
        click.echo(f"not planned ({reason}): {number}")
    for channel, states in told.get("became", {}).items():
        for state, number in states.items():
            click.echo(f"{channel} {state}: {number}")
    for reason, number in told.get("kept", {}).items():
        click.echo(f"did not leave ({reason}): {number}")
    if told.get("unsure"):
        told_unsure = f"{told['unsure']} message(s) of a run that was killed may have left; not sent again"
        click.echo(f"jalon: {told_unsure}", err=True)
    for channel, why in told.get("stopped", {}).items():
        click.echo(f"jalon: {channel} stopped by itself: {why}", err=True)


def _of_record(records: tuple[Path, ...], as_of: date, lang: str, named: bool) -> dict[str, Any]:
    """The messages that the person of these records would get, with why."""
    from app.commands.options import read_sheet
    from app.nudges.choose import choose
    from app.nudges.model import CHANNELS, load_nudges
    from app.nudges.text import compose, lang_of
    from app.plans.plan import make_plan

    plan, content = make_plan(read_sheet(records, as_of), lang), load_nudges()
    chosen = choose(plan, content, ())
    if chosen is None:
        return {"as_of": as_of.isoformat(), "kind": None, "items": [], "messages": []}
    about = {one.guideline: one for one in chosen.items}
    titles = [item.title for item in plan.items if item.id in about] if named else []
    messages = []
    for channel in [one for one in CHANNELS if one in chosen.kind.channels]:
        made = compose(content, chosen.kind, channel, lang_of(lang), link="https://…/m/…", stop="https://…/m/…/stop",
                       titles=titles)  # fmt: skip
        messages.append({"channel": channel, "variant": made.variant, "subject": made.subject, "text": made.body})
    return {
        "as_of": as_of.isoformat(), "kind": chosen.kind.id, "techniques": chosen.kind.techniques,
        "items": [one.to_json() for one in chosen.items], "messages": messages,
    }  # fmt: skip


def _of_population(files: tuple[Path, ...], as_of: date, out: Path | None) -> dict[str, Any]:
    from app.facts.vocabulary import load_vocabulary
    from app.guidelines.pack import load_pack
    from app.nudges.model import load_nudges
    from app.nudges.tonight import due_tonight
    from app.population.files import open_files

    return due_tonight(load_pack("fr"), load_nudges(), open_files(files, as_of, load_vocabulary()), as_of, out=out)


def _show(found: dict[str, Any]) -> None:
    if found["kind"] is None:
        click.echo("nothing to be reminded of")
        return
    click.echo(f"{found['kind']} ({', '.join(found['techniques'])})")
    for item in found["items"]:
        click.echo(f"  because {item['guideline']} is {item['status']}, from {item['due_from'] or 'now'} "
                   f"(rule in force since {item['version']})")  # fmt: skip
    for message in found["messages"]:
        click.secho(f"\n{message['variant']}", bold=True)
        click.echo(f"{message['subject']}\n\n{message['text']}".strip())
