"""What a campaign and its alternatives would change, before anyone is contacted.

Monte-Carlo over what is not known: the baseline, the effect, who is reached, what follows a positive test. All
scenarios see the same draws, so that they differ by what they do and not by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.campaigns.baseline import baseline_scores, programme_of
from app.campaigns.effects import Effects, Scale, load_effects
from app.campaigns.levers import counted, draw_effect, gain
from app.campaigns.model import Campaign, Channel
from app.campaigns.outcomes import consequences, spread
from app.campaigns.people import BAND, NOT_TOLD, People, people_of
from app.guidelines.pack import Pack
from app.population.files import Source
from app.population.invitations import probability
from app.population.strata import SMALL, suppressed

SCALES: tuple[Scale, ...] = ("journal", "national")
NOTHING = "without"


@dataclass(frozen=True)
class Scenario:
    id: str
    title: str
    levers: Sequence[str]
    channels: Sequence[Channel]


def scenarios_of(campaign: Campaign) -> list[Scenario]:
    return [
        Scenario(NOTHING, "Sans campagne", (), ()),
        Scenario("campaign", campaign.title, campaign.levers, campaign.channels),
        *(Scenario(one.id, one.title, one.levers, one.channels) for one in campaign.alternatives),
    ]


def simulate(
    campaign: Campaign, pack: Pack, source: Source, as_of: date, *, seed: int = 1, draws: int = 1000
) -> dict[str, Any]:
    """Everything as plain data, intervals as [2.5 %, 50 %, 97.5 %]. Raises UsageError for a target or lever that makes
    no sense there."""
    effects = load_effects()
    people = people_of(campaign.target, pack, source, as_of)
    model = _Model(campaign, people, effects, seed, draws)
    unknown = int(people.unknown.sum())
    return {
        "campaign": campaign.id, "title": campaign.title, "as_of": as_of.isoformat(), "seed": seed, "draws": draws,
        "pack": {"id": pack.id, "version": pack.version, "digest": pack.digest},
        "people": {
            "everyone": people.everyone, "target": int(people.inside.sum()),
            "not_known": unknown if unknown == 0 or unknown >= SMALL else None,
        },
        "scenarios": [model.run(one) for one in scenarios_of(campaign)],
    }  # fmt: skip


def ages_and_sexes(people: People) -> NDArray[Any]:
    """`female 50` for women of 50 to 54; `?` where the age is not known."""
    return np.array([
        NOT_TOLD if np.isnan(age) else f"{'female' if female else 'male'} {int(age):02}"
        for age, female in zip(np.floor(people.age / BAND) * BAND, people.female, strict=True)
    ])  # fmt: skip


class _Model:
    def __init__(self, campaign: Campaign, people: People, effects: Effects, seed: int, draws: int) -> None:
        self._campaign, self._effects, self._seed, self._draws = campaign, effects, seed, draws
        rate = campaign.baseline.rate if campaign.baseline else None
        scores = baseline_scores(people, programme_of(campaign.programme), rate)
        chosen = people.inside > 0
        each, cell = np.unique(scores[chosen], return_inverse=True)  # people of one score are alike
        self._keys: dict[str, NDArray[Any]] = {}
        self._members: dict[str, NDArray[Any]] = {}
        for name, column in (
            ("deprivation", people.quintile), ("department", people.department), ("age_sex", ages_and_sexes(people)),
        ):
            self._keys[name], stratum = np.unique(column[chosen], return_inverse=True)
            self._members[name] = np.zeros((len(each), len(self._keys[name])))
            np.add.at(self._members[name], (cell, stratum), people.inside[chosen])
        noise = self._random(0).normal(0, effects.rules.baseline_sd, draws)
        self._base = probability(each[None, :] + noise[:, None])
        self._total = int(people.inside.sum())
        self._mean = float(np.average(probability(each), weights=self._members["deprivation"].sum(axis=1)))

    def _random(self, purpose: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, purpose])

    def run(self, scenario: Scenario) -> dict[str, Any]:
        reach = self._reach(scenario.channels)
        found: dict[str, Any] = {
            "id": scenario.id, "title": scenario.title, "levers": list(scenario.levers),
            "channels": list(scenario.channels), "reached": spread(reach * self._total),
        }  # fmt: skip
        return found | {scale: self._at(scale, scenario, reach) for scale in SCALES}

    def _reach(self, channels: Sequence[Channel]) -> NDArray[Any]:
        """The best channel's: how far those of two channels are the same people was not read."""
        even = self._random(1).random(self._draws)
        found = [self._effects.reach.of(one) for one in channels]
        shares = [one.low + (one.high - one.low) * even for one in found] or [np.zeros(self._draws)]
        best: NDArray[Any] = np.max(shares, axis=0)
        return best

    def _at(self, scale: Scale, scenario: Scenario, reach: NDArray[Any]) -> dict[str, Any] | None:
        """None: no trial was read at this scale."""
        what = counted(scenario.levers, self._campaign.programme, scale, self._effects, self._mean)
        if what is None:
            return None
        added = np.zeros((1, 1))
        if what.effect is not None:
            drawn = draw_effect(what.effect, self._draws, self._random(2))
            found_by = 1.0 if what.harms else reach[:, None]  # a harm is that of everyone who was to be reached
            added = gain(what.effect, drawn, self._base, self._effects) * what.shrink * found_by
        sums = {
            name: np.stack([self._base @ member, (self._base + added) @ member])
            for name, member in self._members.items()
        }
        before, after = sums["deprivation"].sum(axis=2)
        total = self._total
        found: dict[str, Any] = {
            "effect": what.effect.model_dump(mode="json") if what.effect else None, "shrink": what.shrink,
            "not_added": list(what.left_out), "tests": spread(after), "extra_tests": spread(after - before),
            "participation": spread(after / total), "not_taking_part": spread(total - after),
        }  # fmt: skip
        shares = {name: self._shares(name, sums[name]) for name in self._keys}
        told = {row["stratum"] for row in shares["department"] if row["people"] is not None}
        by_area = {
            key: tests for key, tests in zip(self._keys["department"].tolist(), sums["department"][1].T, strict=True)
            if key in told
        }  # fmt: skip
        contacts = sum(self._campaign.costs.contact[one] for one in scenario.channels) * total
        return found | {"by": shares} | self._gap(sums["deprivation"]) | consequences(
            self._campaign, self._effects.outcome(self._campaign.programme), after, after - before, by_area, contacts,
            self._random(3),
        )  # fmt: skip

    def _shares(self, name: str, sums: NDArray[Any]) -> list[dict[str, Any]]:
        """By stratum, the least participation first; None where so few could be recognised."""
        keys, people = self._keys[name], self._members[name].sum(axis=0)
        told = suppressed({"": {key: int(n) for key, n in zip(keys.tolist(), people, strict=True)}})[""]
        rows = [
            {"stratum": key, "people": told[key],
             "before": spread(sums[0][:, n] / people[n]) if told[key] else None,
             "after": spread(sums[1][:, n] / people[n]) if told[key] else None}
            for n, key in enumerate(keys.tolist())
        ]  # fmt: skip
        return sorted(rows, key=lambda row: (row["after"] is None, row["after"] and row["after"][1]))

    def _gap(self, sums: NDArray[Any]) -> dict[str, Any]:
        """Participation of the least deprived fifth less that of the most deprived, before and after."""
        column = {key: n for n, key in enumerate(self._keys["deprivation"].tolist())}
        if not {"1", "5"} <= column.keys():
            return {"gap": None}
        people = self._members["deprivation"].sum(axis=0)[[column["1"], column["5"]]]
        if people.min() < SMALL:
            return {"gap": None}
        rates = sums[:, :, [column["1"], column["5"]]] / people
        gaps = rates[:, :, 0] - rates[:, :, 1]
        return {"gap": {"before": spread(gaps[0]), "after": spread(gaps[1]), "widens": spread(gaps[1] - gaps[0])}}
