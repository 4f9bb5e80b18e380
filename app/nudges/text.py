"""The words of one message, in its language: what is said, why it came, and how to stop it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.campaigns.model import Channel
from app.campaigns.wording import load_wording
from app.i18n import N_, Translator, translator
from app.nudges.model import LONG, Kind, Lang, Nudges

CHANNEL_WORDS: dict[Channel, str] = {
    "email": N_("e-mail"), "sms": N_("SMS"), "push": N_("notification"), "letter": N_("courrier"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Composed:
    """`subject` is the title of a push, and empty for an SMS. `variant` names the words that were taken."""

    subject: str
    body: str
    variant: str


def lang_of(asked: str) -> Lang:
    """The language of messages for somebody who reads `asked`."""
    return "fr-falc" if asked == "fr-falc" else "en" if asked == "en" else "fr"


def compose(
    nudges: Nudges, kind: Kind, channel: Channel, lang: Lang, *, link: str, stop: str, titles: Sequence[str] = (),
    calendar: bool = False,
) -> Composed:  # fmt: skip
    """With `titles`, a letter or an e-mail names what it is about; what shows on a locked screen never does."""
    frame, t = nudges.frames[lang], translator(lang)
    if channel == "sms":
        return Composed("", frame.short.sms.replace("{link}", link), f"{kind.id}/{channel}/{lang}")
    if channel == "push":
        return Composed(frame.short.push_title, frame.short.push, f"{kind.id}/{channel}/{lang}")
    assert channel in LONG
    words = kind.texts[lang]
    said = words.named.replace("{items}", " ; ".join(titles)) if titles else words.text
    techniques = ", ".join(technique_words(kind.techniques, t))
    why = frame.why_me.replace("{channel}", t(CHANNEL_WORDS[channel])).replace("{techniques}", techniques)
    paragraphs = [
        frame.hello, said, f"{frame.see}\n{link}", frame.calendar if calendar else "",
        frame.answers if not kind.thanks else "",
        why, f"{frame.stop}\n{stop}", frame.sender,
    ]  # fmt: skip
    body = "\n\n".join(part.strip() for part in paragraphs if part) + "\n"
    return Composed(words.subject, body, f"{kind.id}/{channel}/{lang}/{'named' if titles else 'discreet'}")


def technique_words(names: Sequence[str], t: Translator) -> list[str]:
    known = {one.id: one for one in load_wording().techniques}
    return [known[name].en if t.tag == "en" else known[name].fr for name in names if name in known]
