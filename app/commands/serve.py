"""`jalon serve`: the API and the pages, until interrupted."""

from __future__ import annotations

import click


@click.command()
@click.option("--demo", is_flag=True, help="Sample people and their sign-in; refuses a real database or issuer.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
def serve(demo: bool, host: str, port: int) -> None:
    """Run the service. Settings come from the environment (see docs/reference/settings.md)."""
    from app.api.server import serve as run

    shown = f"[{host}]" if ":" in host else host
    click.echo(f"jalon: serving on http://{shown}:{port} (Ctrl-C stops it)", err=True)
    run(host, port, demo or None)
