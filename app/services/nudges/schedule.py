"""Reminders sent by the service itself, for a deployment that has neither cron nor systemd timers: every few minutes,
one run at a time in a process. Several processes may do so: a message is claimed by one."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from app.services.nudges.look import look
from app.services.nudges.send import send
from app.services.nudges.ways import able, senders
from app.services.services import Services

log = logging.getLogger(__name__)
_FIRST = timedelta(seconds=10)


async def run(services: Services) -> None:
    """Look and send. What goes wrong is told to the operators, never whom it was about, and tried again."""
    try:
        await look(services, able(services))
        with senders(services) as found:
            done = await send(services, found)
        if not done.well:
            log.warning("reminders: somebody should look (jalon nudges send says at what)")
    except Exception as error:  # the database may be away: the next run finds it back
        log.error("reminders could not be sent: %s", type(error).__name__)


def scheduled(services: Services) -> Any:
    """A running scheduler, when the settings ask for one (`shutdown()` stops it); None otherwise."""
    if services.settings.nudges_every is None:
        return None
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(
        run, "interval", args=[services], seconds=services.settings.nudges_every.total_seconds(), max_instances=1,
        coalesce=True, next_run_time=datetime.now(UTC) + _FIRST,
    )  # fmt: skip
    scheduler.start()
    return scheduler
