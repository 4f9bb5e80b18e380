"""Which of the invented people that come with Jalon a campaign would be for: the target on somebody one can picture."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from app.campaigns.model import Campaign
from app.content import load_model, samples_dir
from app.facts.extract import extract
from app.facts.model import FactSheet
from app.guidelines.evaluate import answers_for
from app.guidelines.logic import read
from app.records.load import read_record
from app.services.demo import SampleFile
from app.services.services import Services


class Tried(NamedTuple):
    """`takes`: whether the campaign is for them; None: their record does not say."""

    label: str
    takes: bool | None


def tried_on(services: Services, campaign: Campaign) -> list[Tried]:
    """The target for each invented person, as it is for one person's plan. What their record does not say is not known,
    and they get nothing then."""
    return [
        Tried(label, read(campaign.target, {})(answers_for(services.pack, sheet).reader, {}).truth)
        for label, sheet in _people(services.today())
    ]


@lru_cache(maxsize=1)
def _people(today: date) -> tuple[tuple[str, FactSheet], ...]:
    found = []
    for path in sorted(samples_dir().glob("*/person.yaml")):
        files = sorted(one for one in path.parent.iterdir() if one.suffix in {".json", ".xml"})
        if files:
            found.append((load_model(path, SampleFile).label, extract(read_record(files), today)))
    return tuple(found)
