"""Everything that `jalon campaigns lint` finds in campaign files: file, line, what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from app.campaigns.effects import Effects, load_effects
from app.campaigns.model import LONG, Campaign
from app.campaigns.target import wrong_in_target
from app.campaigns.vulnerable import chosen_on
from app.campaigns.wording import Wording, load_wording
from app.campaigns.words_lint import message_problems
from app.content import parse_yaml, text_of, told_errors
from app.errors import ContentError
from app.guidelines.check import Place
from app.guidelines.lint.finding import Finding, finding_at, finding_in
from app.guidelines.pack import Pack

_Wrong = tuple[Place, str, str]


def lint_campaigns(paths: list[Path], pack: Pack) -> list[Finding]:
    """Raises ContentError when the lists of words or the effects cannot be read."""
    found: list[Finding] = []
    ids: dict[str, Path] = {}
    for path in paths:
        try:
            campaign, wrong = lint_text(path.name, text_of(path), pack)
        except ContentError as one:
            found.append(told(one, path.name))
            continue
        found += wrong
        if campaign and (other := ids.setdefault(campaign.id, path)) != path:
            found.append(finding_at(path, ("id",), f"the id of {other.name} too", "give it another"))
    return found


def lint_text(name: str, text: str, pack: Pack) -> tuple[Campaign | None, list[Finding]]:
    """The campaign that a text says (None: it says none), and everything to mend in it."""
    wording, effects = load_wording(), load_effects()
    try:
        campaign = Campaign.model_validate(parse_yaml(text, name=name))
    except ValidationError as error:
        return None, [told(one, name) for one in told_errors(error, text, name)]
    except ContentError as one:
        return None, [told(one, name)]
    wrong = [*_problems(campaign, wording, effects), *wrong_in_target(campaign.target, pack, campaign.starts_on)]
    return campaign, [finding_in(name, text, *one) for one in wrong]


def told(one: ContentError, name: str) -> Finding:
    """A mistake of a file as something to mend."""
    return Finding(one.where or name, one.problem, one.remedy or "mend it")


def _problems(campaign: Campaign, wording: Wording, effects: Effects) -> Iterator[_Wrong]:
    for n, message in enumerate(campaign.messages):
        for field, problem, remedy in message_problems(message, wording):
            yield ("messages", n, field), problem, remedy
        for source in message.sources:
            if source not in campaign.sources:
                yield ("messages", n, "sources"), f"unknown source {source}", "write it in the campaign's `sources`"
    for place, fact, because in chosen_on(campaign):
        yield place, f"chooses people by {fact}: {because}", "take it out of the target"
    yield from _variants(campaign)
    for n, capacity in enumerate(campaign.capacity):
        if capacity.per_week == 0:
            yield (("capacity", n, "per_week"), f"nobody can do {capacity.act} there",
                   "find capacity first, or leave the area out of the target")  # fmt: skip
    known = {one.id for one in effects.effects}
    places: list[tuple[Place, list[str], list[str]]] = [(("levers",), list(campaign.levers), list(campaign.channels))]
    places += [(("alternatives", n, "levers"), list(one.levers), list(one.channels))
               for n, one in enumerate(campaign.alternatives)]  # fmt: skip
    for place, levers, channels in places:
        for lever in levers:
            if lever not in known:
                yield place, f"unknown lever {lever}", f"write one of {', '.join(sorted(known))}"
            elif not any(one.id == lever and campaign.programme in one.programmes for one in effects.effects):
                yield (place, f"no effect of {lever} is known for {campaign.programme}",
                       "take another lever, or write its trial in content/effects")  # fmt: skip
        if place == ("levers",) and channels and not set(channels) & set(LONG):
            yield (("channels",), "an SMS or a push in place of the letter lowered participation in a trial",
                   "add it to a letter or an e-mail")  # fmt: skip


def _variants(campaign: Campaign) -> Iterator[_Wrong]:
    """Each channel has its words; each long one in French is there for B1 readers and in FALC."""
    written = {(one.channel, one.lang, one.level) for one in campaign.messages}
    seen: set[tuple[str, str, str]] = set()
    for n, one in enumerate(campaign.messages):
        key = (one.channel, one.lang, one.level)
        if key in seen:
            yield ("messages", n, "channel"), f"a second message for {', '.join(key)}", "keep one of the two"
        seen.add(key)
    for channel in campaign.channels:
        levels = ("b1", "falc") if channel in LONG else ("b1",)
        for level in levels:
            if (channel, "fr", level) not in written:
                yield ("messages",), f"no message in French for {channel}, {level}", "write it"
