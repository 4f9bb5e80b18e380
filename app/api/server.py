"""Running the service under Uvicorn."""

from __future__ import annotations

import uvicorn

from app.api.app import create_app, start
from app.settings import from_environment


def serve(host: str = "127.0.0.1", port: int = 8000, demo: bool | None = None) -> None:
    """Serve until interrupted. Raises JalonError (before listening) when the settings or the database will
    not do."""
    settings = from_environment(demo=demo or None)
    services = start(settings)
    try:
        uvicorn.run(
            create_app(settings, services),
            host=host,
            port=port,
            http="httptools",
            server_header=False,
            access_log=False,  # addresses and queries of citizens are nobody's business; the audit log has the rest
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
    finally:
        services.close()
