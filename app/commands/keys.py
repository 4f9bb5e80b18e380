"""`jalon keys`: the keys that wrap people's data keys."""

from __future__ import annotations

import click


@click.group()
def keys() -> None:
    """The keys that wrap people's data keys (JALON_DATA_KEYS)."""


@keys.command()
@click.argument("name")
def new(name: str) -> None:
    """Make a key called NAME (a date, say) for JALON_DATA_KEYS: put it first, and keep the others."""
    import base64
    import secrets

    if ":" in name or "," in name or not name.strip():
        raise click.BadParameter("a name without `:` or `,`", param_hint="NAME")
    click.echo(f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}")


@keys.command()
def rotate() -> None:
    """Wrap every data key again with the first key of JALON_DATA_KEYS. The service goes on meanwhile; when this is
    done, the former keys may go."""
    from app.services.services import open_services
    from app.settings import from_environment
    from app.trust.keys import rewrap

    services, done = open_services(from_environment()), 0
    try:
        while wrapped := services.door.account(lambda connection: rewrap(connection, services.door.keys, 500)):
            done += wrapped
    finally:
        services.close()
    click.echo(f"{done} data keys wrapped again")
