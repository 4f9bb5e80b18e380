"""A campaign that runs, for one person: whether it is for them, and what it says.

Its own words name what it is about: they go to those who asked that their letters and e-mails do so; the others get the
discreet words of a reminder. What the person decided about the act, in their plan, holds here.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.campaigns.model import Campaign, Message, ProgrammeId
from app.campaigns.versions import Version
from app.guidelines.evaluate import answers_for
from app.guidelines.logic import read
from app.guidelines.stops import NOTHING_STOPPED, Stops
from app.nudges.choose import Chosen, Due, Said
from app.nudges.model import Lang, Nudges
from app.nudges.text import Composed
from app.plans.model import Item, Plan

KIND = "screening"
"""The kind whose discreet words a campaign has."""
GUIDELINE: dict[ProgrammeId, str] = {
    "colorectal": "colorectal_cancer_screening", "breast": "breast_cancer_screening",
    "cervix": "cervical_cancer_screening",
}  # fmt: skip


def campaign_for(
    plan: Plan, nudges: Nudges, running: Iterable[Version], said: Iterable[Said], stops: Stops = NOTHING_STOPPED
) -> Chosen | None:
    """The first running campaign that is for this person and of which they were told nothing."""
    told = {one.campaign for one in said}
    for version in running:
        name = version.campaign.id
        if name in told or stops.of_message(name) or stops.of_message(KIND):
            continue
        if (due := still_for(plan, version.campaign, stops)) is not None:
            channels = version.campaign.channels
            kind = nudges.kinds[KIND].model_copy(update={"channels": list(channels)})
            return Chosen(kind, (due,), name)
    return None


def still_for(plan: Plan, campaign: Campaign, stops: Stops = NOTHING_STOPPED) -> Due | None:
    """What the campaign is about in this plan, when its target takes the person (what is not known does not) and they
    did not set it aside."""
    item = next((one for one in plan.items if one.id == GUIDELINE[campaign.programme]), None)
    if item is None or _settled(item):
        return None
    reader = answers_for(plan.pack, plan.sheet, stops=stops).reader
    return Due.of(item) if read(campaign.target, {})(reader, {}).truth is True else None


def _settled(item: Item) -> bool:
    done = item.well and item.recommendation.last_done is not None
    return done or item.set_aside or item.decision is not None or item.urgent or item.awaits_review


def words_of(campaign: Campaign, channel: str, lang: Lang) -> Message | None:
    """The variant for a channel and a language; French in easy words where there are some."""
    language, level = ("en", "b1") if lang == "en" else ("fr", "falc" if lang == "fr-falc" else "b1")
    found = [one for one in campaign.messages if (one.channel, one.lang) == (channel, language)]
    return next((one for one in found if one.level == level), found[0] if found else None)


def compose_campaign(nudges: Nudges, version: Version, message: Message, lang: Lang, link: str, stop: str) -> Composed:
    """The campaign's own words, with the link and the way to stop."""
    frame = nudges.frames[lang]
    said = [message.text, message.benefit, message.harm, message.not_for_me]
    parts = [*(one for one in said if one), f"{frame.see}\n{link}", f"{frame.stop}\n{stop}", frame.sender]
    name = f"{version.campaign.id}@{version.number}/{message.channel}/{message.lang}/{message.level}"
    return Composed(message.subject or "", "\n\n".join(part.strip() for part in parts) + "\n", name)

