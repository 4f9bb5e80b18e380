"""Who would take part without the campaign: the published participation by age, sex, deprivation and area."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.campaigns.people import NOT_TOLD, People
from app.errors import UsageError
from app.population.invitations import by_age, level_for, logit
from app.population.participation import Programme, load_participation


def programme_of(name: str) -> Programme:
    return next(one for one in load_participation().programmes if one.id == name)


def baseline_scores(people: People, programme: Programme, rate: float | None) -> NDArray[Any]:
    """The participation of each group, on the logit scale. Its level is such that the people of the programme's ages
    in the whole file take part at the published rate, or (`rate`) such that the target does at this one. Raises
    UsageError when the file has nobody of these ages."""
    age = np.nan_to_num(people.age, nan=float(np.mean(programme.ages)))
    quintile = np.array([3.0 if one == NOT_TOLD else float(one) for one in people.quintile])
    rates = {"low": programme.areas.low.rate, "high": programme.areas.high.rate}
    area = np.array([logit(rates.get(one, programme.overall.rate)) for one in people.area])
    scores: NDArray[Any] = (
        by_age(programme, age, people.female) + area
        + np.log(programme.most_deprived_odds_ratio.value) * (quintile - 1) / 4
    )  # fmt: skip
    if rate is not None:
        return scores + level_for(scores, rate, people.inside)
    first, last = programme.ages
    invited = (age >= first) & (age <= last + 1) & (people.female | ("male" in programme.sexes))
    everyone = (people.inside + people.outside + people.unknown) * invited
    if not everyone.sum():
        raise UsageError(f"nobody of this population is of the ages of the programme {programme.id}",
                         code="campaign_target")  # fmt: skip
    return scores + level_for(scores, programme.overall.rate, everyone)
