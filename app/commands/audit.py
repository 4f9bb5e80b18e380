"""`jalon audit`: checking the access log, by anyone (`verify`) and by whoever keeps it (`check`, `checkpoint`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from app.commands.options import format_option, print_json

LARGEST = 200 * 1024 * 1024
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """Check the access log."""


@audit.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=FILE)
@click.option("--key", help="Verifier key published by the log; else that of the file, which proves less.")
@click.option("--seen", type=FILE, help="A checkpoint, or a bundle, kept from before.")
@format_option("text", "json")
@click.pass_context
def verify(ctx: click.Context, files: tuple[Path, ...], key: str | None, seen: Path | None, form: str) -> None:
    """Check bundles of proofs, receipts and exports of the log, offline. Exit code 1 when one does not hold."""
    results = [_verify(path, key, seen) for path in files]
    if form == "json":
        print_json({"files": results})
    else:
        for result in results:
            for finding in result["findings"]:
                click.echo(f"{result['file']}: {finding}")
            state = "does not hold" if result["findings"] else f"holds ({_told(result)})"
            click.echo(f"{result['file']}: {state}")
        if key is None:
            click.echo("jalon: checked with the key of each file; the published one (--key) proves more", err=True)
    if any(result["findings"] for result in results):
        ctx.exit(1)


def _verify(path: Path, key: str | None, seen: Path | None) -> dict[str, Any]:
    from app.errors import UsageError
    from app.trust.donation import manifest
    from app.trust.log import bundle, export, receipt
    from app.trust.log.note import NoteError, VerifierKey

    data = _read(path)
    try:
        verifier = VerifierKey.parse(key or str(data.get("verifier_key", "")))
    except NoteError as error:
        raise UsageError(str(error), code="verifier_key", where=path.name if key is None else "--key") from None
    note = _seen_note(seen) if seen else None
    if data.get("format") == manifest.FORMAT:
        found = list(manifest.findings(data, verifier, path.parent))
        return {"file": path.name, "findings": found, "entries": int(data.get("people", 0))}
    kinds = {
        bundle.FORMAT: bundle.findings, export.FORMAT: export.findings, receipt.FORMAT: receipt.findings,
    }  # fmt: skip
    check = kinds.get(str(data.get("format")))
    if check is None:
        raise UsageError("no bundle, receipt or export of the access log", code="log_bundle", where=path.name)
    found = list(check(data, verifier, note))
    result = {"file": path.name, "findings": found, "entries": len(data.get("entries", data.get("leaves", [])))}
    if data["format"] == receipt.FORMAT and not found:
        kind, content = receipt.read(data["receipt"], verifier)
        result["receipt"] = {"kind": kind} | content
    return result


def _told(result: dict[str, Any]) -> str:
    """What holds, in a few words."""
    signed = result.get("receipt")
    if signed is None:
        return f"{result['entries']} entries"
    which = f"entry {signed['entry']}" if "entry" in signed else f"export {signed['export']}"
    return f"receipt of {signed['kind']}: {signed.get('choice', 'done')}, {signed['at']}, {which}"


def _read(path: Path) -> dict[str, Any]:
    from app.errors import UsageError

    if path.stat().st_size > LARGEST:
        raise UsageError("larger than 200 MB", code="log_bundle", where=path.name)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise UsageError("not JSON", code="log_bundle", where=path.name) from None
    if not isinstance(data, dict):
        raise UsageError("no bundle, receipt or export of the access log", code="log_bundle", where=path.name)
    return data


def _seen_note(path: Path) -> str:
    """The checkpoint of a file that is a note, or of an earlier bundle."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if text.lstrip().startswith("{"):
        return str(_read(path).get("checkpoint") or "")
    return text


@audit.command()
@click.option("--name", default=None, metavar="NAME", help="The log's public name, such as jalon.example.fr/log.")
def key(name: str | None) -> None:
    """Make a key that signs checkpoints: the secret for JALON_LOG_KEY on stdout, what to publish on stderr."""
    import base64
    import secrets

    from app.settings import LOG_NAME
    from app.trust.log.note import SigningKey

    made = SigningKey(name or LOG_NAME, secrets.token_bytes(32))
    click.echo(base64.b64encode(made.seed).decode())
    click.echo(f"jalon: publish {made.verifier}", err=True)


@audit.command()
def checkpoint() -> None:
    """Bring the tree of the configured database up to date now, and print its latest checkpoint."""
    from app.services.services import open_services
    from app.settings import from_environment
    from app.trust.log import checkpoints

    services = open_services(from_environment())
    try:
        while services.integrate_log():
            pass
        click.echo(services.door.account(checkpoints.latest) or "", nl=False)
    finally:
        services.close()


@audit.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Hold the configured database's whole log against its own commitments, tree and checkpoints."""
    from app.services.services import open_services
    from app.settings import from_environment
    from app.trust.log.check import findings

    services = open_services(from_environment())
    try:
        found = services.door.account(lambda connection: list(findings(connection, services.log_key.verifier)))
    finally:
        services.close()
    for finding in found:
        click.echo(finding)
    click.echo("the log does not hold" if found else "the log holds")
    if found:
        ctx.exit(1)


@audit.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def export(out: Path) -> None:
    """Write the leaves and checkpoints of the configured database's log to OUT: nothing about anybody, everything that
    a witness needs."""
    from app.services.services import open_services
    from app.settings import from_environment
    from app.trust.log.export import make

    services = open_services(from_environment())
    try:
        made = services.door.account(lambda connection: make(connection, services.log_key.verifier))
    finally:
        services.close()
    partial = out.with_name(out.name + ".part")
    partial.write_text(json.dumps(made) + "\n", encoding="utf-8")
    partial.replace(out)
    click.echo(f"jalon: {len(made['leaves'])} entries", err=True)
