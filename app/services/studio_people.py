"""On whom the studio tries a campaign: the population file of the deployment (JALON_POPULATION), invented people in
demo mode. Nobody is contacted, and no record is read."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from collections import OrderedDict
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.campaigns.model import Campaign
from app.campaigns.simulate import simulate
from app.errors import UsageError
from app.population.files import Source, open_files
from app.population.synthetic.write import Order, write_population
from app.services.services import Services

DEMO_PEOPLE, DEMO_SEED = 20_000, 1
_KEPT = 32
_lock = threading.Lock()
_simulated: OrderedDict[tuple[Any, ...], dict[str, Any]] = OrderedDict()


def simulated(services: Services, campaign: Campaign) -> dict[str, Any]:
    """What the campaign would change (`app.campaigns.simulate`), kept for the same campaign, pack, people and day.
    Heavy the first time: run it in a thread. Raises UsageError (`no_population`, and those of the simulation)."""
    today = services.today()
    with _lock:
        source = _people(services, today)
    stat = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in source.files]
    key = (campaign.model_dump_json(), services.pack.digest, today, *stat)
    with _lock:  # two who ask at once do the work once
        found = _simulated.get(key)
        if found is None:
            found = _simulated[key] = simulate(campaign, services.pack, source, today)
            while len(_simulated) > _KEPT:
                _simulated.popitem(last=False)
        else:
            _simulated.move_to_end(key)
    return found


def _people(services: Services, today: date) -> Source:
    path = services.settings.population or (_invented(today) if services.settings.demo else None)
    if path is None:
        raise UsageError("no population file is set (JALON_POPULATION)", code="no_population")
    return open_files([path], today, services.pack.vocabulary)


@lru_cache(maxsize=1)
def _invented(today: date) -> Path:
    """Invented people of this day, made once in a process and gone with it."""
    folder = Path(tempfile.mkdtemp(prefix="jalon-studio-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "people.parquet"
    write_population(Order(DEMO_PEOPLE, DEMO_SEED, today), path)
    return path
