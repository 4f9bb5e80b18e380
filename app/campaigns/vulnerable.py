"""What nobody is chosen by, to be persuaded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pydantic import Field

from app.campaigns.model import Campaign
from app.content import content_dir, load_model
from app.guidelines.check import Place, named_in, within
from app.guidelines.criteria import Strict


class Vulnerable(Strict):
    """Facts on which nobody is chosen to be persuaded (`content/vulnerable_facts.yaml`)."""

    facts: dict[str, str] = Field(min_length=1)


@lru_cache(maxsize=1)
def vulnerable_facts() -> dict[str, str]:
    return load_model(content_dir() / "vulnerable_facts.yaml", Vulnerable).facts


def chosen_on(campaign: Campaign) -> Iterator[tuple[Place, str, str]]:
    """(place, fact, why) for each fact of the target on which nobody is to be chosen."""
    listed = vulnerable_facts()
    for place, criterion in within(campaign.target, ("target",)):
        for used in named_in(criterion, place):
            if used.name in listed:
                yield used.place, used.name, listed[used.name]
