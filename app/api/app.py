"""The application. Pages (`app.web.pages:router`) are mounted when that package is there; they call the same
services and pass the same door."""

from __future__ import annotations

import asyncio
import gc
import importlib
import importlib.util
import signal
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.types import Lifespan

from app.api import (
    board,
    campaigns,
    cds,
    connection,
    delegations,
    demo,
    devices,
    donation,
    donation_desk,
    family,
    fhir,
    guarantee,
    helpers,
    items,
    log,
    me,
    monitoring,
    practice,
    public,
    reminders,
    review,
    signals,
)
from app.api.access_tokens import AccessTokens
from app.api.cross_origin import HooksFromBrowsers
from app.api.guard import Guard
from app.api.problems import add_problems
from app.services.demo import load_samples
from app.services.log import keep_integrating
from app.services.nudges.schedule import scheduled
from app.services.reload import reload_content
from app.services.services import Services, open_services
from app.settings import Settings, from_environment

DESCRIPTION = (
    "A personalised prevention assistant: from a shared health record to an explained plan. "
    "Errors are problem details (RFC 9457) in French or English."
)


def create_app(
    settings: Settings | None = None, services: Services | None = None, *, pages: bool = True
) -> FastAPI:
    """The service for these settings (the environment's by default). Without `services`, they are opened when
    the application starts and closed when it stops."""
    settings = settings or (services.settings if services else from_environment())
    app = FastAPI(
        title="Jalon",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=lambda route: route.name,
        lifespan=_lifespan(settings, services),
    )
    app.state.settings = settings
    app.state.services = services
    app.include_router(me.router, tags=["me"])
    app.include_router(items.router, tags=["me"])
    app.include_router(delegations.router, tags=["me"])
    app.include_router(devices.router, tags=["me"])
    app.include_router(connection.router, tags=["me"])
    app.include_router(family.router, tags=["me"])
    app.include_router(helpers.router, tags=["me"])
    app.include_router(helpers.public_router, tags=["session"])
    app.include_router(reminders.router, tags=["me"])
    app.include_router(devices.public_router, tags=["public"])
    app.include_router(practice.router, tags=["practice"])
    app.include_router(review.router, tags=["practice"])
    app.include_router(guarantee.router, tags=["guarantee"])
    app.include_router(signals.router, tags=["guarantee"])
    app.include_router(campaigns.router, tags=["campaigns"])
    app.include_router(public.router, tags=["public"])
    app.include_router(log.router, tags=["log"])
    app.include_router(donation.router, tags=["donation"])
    app.include_router(donation.public_router, tags=["donation"])
    app.include_router(donation_desk.router, tags=["donation"])
    app.include_router(board.router, tags=["guarantee"])
    app.include_router(monitoring.router, tags=["guarantee"])
    app.include_router(cds.router, tags=["decision support"])
    app.include_router(fhir.router, tags=["fhir"])
    app.include_router(demo.session_router, tags=["session"])
    if settings.demo:
        app.include_router(demo.router, tags=["demo"])
    if pages:
        _mount_pages(app)
    add_problems(app)
    app.add_middleware(AccessTokens)
    app.add_middleware(HooksFromBrowsers)
    app.add_middleware(Guard, upload_bytes=settings.upload_bytes, https=settings.https)
    return app


def start(settings: Settings) -> Services:
    """Services ready to serve: database up to date and, in demo mode, sample people loaded. Raises
    JalonError."""
    services = open_services(settings)
    if settings.demo:
        load_samples(services)
    gc.collect()
    gc.freeze()  # content lives as long as the process: collecting must not walk through it on every round
    return services


def _lifespan(settings: Settings, given: Services | None) -> Lifespan[FastAPI]:
    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[None]:
        services = given or start(settings)
        app.state.services = services
        integrating = asyncio.create_task(keep_integrating(services))
        listening = _reload_on_hangup(services)
        reminding = scheduled(services)
        try:
            yield
        finally:
            listening.close()
            if reminding is not None:
                reminding.shutdown(wait=False)
            integrating.cancel()
            for task in services.background:
                task.cancel()
            if given is None:
                services.close()

    return run


def _reload_on_hangup(services: Services) -> ExitStack:
    """`kill -HUP` reads the content again. Closing the result stops listening. Where signals cannot be listened to
    (Windows, a thread of a test), there is no reload."""
    listening, loop = ExitStack(), asyncio.get_running_loop()
    tasks: set[asyncio.Future[bool]] = set()

    def reload() -> None:
        task = asyncio.ensure_future(asyncio.to_thread(reload_content, services))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    with suppress(NotImplementedError, AttributeError, RuntimeError, ValueError):
        loop.add_signal_handler(signal.SIGHUP, reload)
        listening.callback(loop.remove_signal_handler, signal.SIGHUP)
    return listening


def _mount_pages(app: FastAPI) -> None:
    """Found by name, so that the API does not depend on the pages."""
    if importlib.util.find_spec("app.web.pages") is not None:
        pages = importlib.import_module("app.web.pages")
        app.include_router(pages.router, include_in_schema=False)
        if mount := getattr(pages, "mount", None):
            mount(app)
