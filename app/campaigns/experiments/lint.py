"""Everything that `jalon campaigns experiment lint` finds: file, line, what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from app.campaigns.effects import load_effects
from app.campaigns.experiments.model import Experiment
from app.campaigns.lint import told
from app.campaigns.model import Campaign, campaign_files, load_campaign
from app.campaigns.vulnerable import chosen_on
from app.content import parse_yaml, text_of, told_errors
from app.errors import ContentError
from app.guidelines.check import Place
from app.guidelines.lint.finding import Finding, finding_at

_Wrong = tuple[Place, str, str]


def lint_experiments(paths: list[Path]) -> list[Finding]:
    """Raises ContentError when campaigns or effects cannot be read."""
    campaigns = {one.id: one for one in map(load_campaign, campaign_files())}
    found: list[Finding] = []
    read: list[tuple[Path, Experiment]] = []
    for path in paths:
        try:
            text = text_of(path)
            experiment = Experiment.model_validate(parse_yaml(text, name=path.name))
        except ValidationError as error:
            found += [told(one, path.name) for one in told_errors(error, text, path.name)]
            continue
        except ContentError as one:
            found.append(told(one, path.name))
            continue
        found += [finding_at(path, *one) for one in _problems(experiment, campaigns)]
        found += [finding_at(path, *one) for one in _overlaps(experiment, campaigns, read)]
        read.append((path, experiment))
    return found


def _problems(experiment: Experiment, campaigns: dict[str, Campaign]) -> Iterator[_Wrong]:
    campaign = campaigns.get(experiment.campaign)
    if campaign is None:
        yield ("campaign",), f"no campaign {experiment.campaign}", f"write one of {', '.join(sorted(campaigns))}"
        return
    if experiment.starts_on < campaign.starts_on or experiment.ends_on > campaign.ends_on:
        yield ("starts_on",), "the experiment runs outside its campaign", f"{campaign.starts_on} to {campaign.ends_on}"
    known = {one.id for one in load_effects().effects}
    for n, arm in enumerate(experiment.arms):
        for lever in arm.levers:
            if lever not in known:
                yield ("arms", n, "levers"), f"unknown lever {lever}", f"write one of {', '.join(sorted(known))}"
        written = {one.channel for one in campaign.messages}
        for channel in arm.channels:
            if channel not in written:
                yield ("arms", n, "channels"), f"the campaign has no message for {channel}", "write it there"
        if "sms_instead_of_letter" in arm.levers:
            yield (("arms", n, "levers"), "an SMS in place of the letter lowered participation in a trial that was "
                   "stopped: nobody is drawn for it again", "add the SMS to the letter")  # fmt: skip
    for _, fact, because in chosen_on(campaign):
        yield ("campaign",), f"its target chooses people by {fact}: {because}", "take that out of the target"


def _overlaps(
    experiment: Experiment, campaigns: dict[str, Campaign], read: list[tuple[Path, Experiment]]
) -> Iterator[_Wrong]:
    """Two experiments on one programme at one time find the same people, and each disturbs the other."""
    for path, other in read:
        if other.id == experiment.id:
            yield ("id",), f"the id of {path.name} too", "give it another"
            continue
        pair = [campaigns.get(one.campaign) for one in (experiment, other)]
        if None in pair or pair[0].programme != pair[1].programme:  # type: ignore[union-attr]
            continue
        if experiment.starts_on <= other.ends_on and other.starts_on <= experiment.ends_on:
            yield (("starts_on",), f"at the time of {other.id}, for one programme: the same people would be in both",
                   f"start after {other.ends_on}")  # fmt: skip
