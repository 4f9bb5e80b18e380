"""Everything that `jalon nudges lint` finds in the words of reminders: file, line, what is wrong, what to do.

The words are held to the lists of campaigns (`content/campaign_wording.yaml`): forbidden techniques, a person's own
number of risk, reading level, length, words of health on a locked screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from app.campaigns.effects import load_effects
from app.campaigns.lint import told
from app.campaigns.model import Message
from app.campaigns.wording import Wording, first_match, load_wording
from app.campaigns.words_lint import short_problems, wording_problems
from app.content import read_yaml
from app.errors import ContentError
from app.guidelines.check import Place
from app.guidelines.lint.finding import Finding, finding_at
from app.guidelines.pack import Pack
from app.nudges.model import LANGS, LONG, Channel, Frame, Kind, Lang, folder, kind_files, load_nudges

_Wrong = tuple[Place, str, str]
_HOLES = re.compile(r"\{([^}]*)\}")
LINK = "https://prevention.example.fr/m/" + "x" * 22
"""As long as a link will be: the host of a deployment, and a secret of 16 bytes."""


def lint_nudges(pack: Pack) -> list[Finding]:
    """Findings in the rules, frames and kinds; what cannot be read at all is one of them."""
    try:
        nudges = load_nudges.fresh()
    except ContentError as error:
        return [told(error, "content/nudges")]
    wording, found = load_wording(), list[Finding]()
    for lang, frame in nudges.frames.items():
        found += [finding_at(folder() / "frame.yaml", *one) for one in _frame_problems(lang, frame, wording)]
    for path in kind_files():
        kind = nudges.kinds[read_yaml(path)["id"]]
        found += [finding_at(path, *one) for one in _kind_problems(kind, wording, pack)]
    return found


def _kind_problems(kind: Kind, wording: Wording, pack: Pack) -> Iterator[_Wrong]:
    known = [one.id for one in wording.techniques]
    for name in kind.techniques:
        if name not in known:
            yield ("techniques",), f"unknown technique {name}", f"write one of {', '.join(known)}"
    effects = {one.id for one in load_effects().effects}
    for name in kind.effects:
        if name not in effects:
            yield ("effects",), f"unknown effect {name}", "write one of content/effects"
    for name in kind.when.guidelines:
        if name not in pack.ids():
            yield ("when", "guidelines"), f"no guideline {name}", "write one of the pack"
    if not set(kind.channels) & set(LONG):
        yield (("channels",), "an SMS or a push in place of the letter lowered participation in a trial",
               "add it to a letter or an e-mail")  # fmt: skip
    for lang in LANGS:
        words = kind.texts.get(lang)
        if words is None:
            yield ("texts",), f"no words in {lang}", "write them: who reads it gets nothing otherwise"
            continue
        for field in ("subject", "text"):
            text = getattr(words, field)
            if word := first_match(wording.health_words[_language(lang)], text):
                yield (("texts", lang, field), f"« {word} » says what it is about to whoever sees the message",
                       "say it in `named`, for those who asked for it")  # fmt: skip
            yield from _holes(("texts", lang, field), text, set())
        yield from _holes(("texts", lang, "named"), words.named, {"items"})
        for name, text in (("text", words.text), ("named", words.named.replace("{items}", "…"))):
            for field, problem, remedy in wording_problems(_message("email", lang, text, words.subject), wording):
                yield ("texts", lang, "subject" if field == "subject" else name), problem, remedy


def _frame_problems(lang: Lang, frame: Frame, wording: Wording) -> Iterator[_Wrong]:
    place: Place = ("frames", lang)
    for name in ("hello", "see", "answers", "why_me", "stop", "sender", "calendar"):
        holes = {"channel", "techniques"} if name == "why_me" else set()
        yield from _holes((*place, name), getattr(frame, name), holes)
    for name in ("sms", "push", "push_title"):
        yield from _holes((*place, "short", name), getattr(frame.short, name), {"link"} if name == "sms" else set())
    sms = _message("sms", lang, frame.short.sms.replace("{link}", LINK))
    push = _message("push", lang, f"{frame.short.push_title}\n{frame.short.push}")
    for name, message in (("sms", sms), ("push", push)):
        for _, problem, remedy in (*short_problems(message, wording), *wording_problems(message, wording)):
            yield (*place, "short", name), problem, remedy
    whole = "\n".join((frame.hello, frame.see, frame.answers, frame.why_me, frame.stop, frame.calendar))
    if word := first_match(wording.health_words[_language(lang)], whole):
        yield place, f"« {word} » says what it is about to whoever sees the message", "take it out"
    for _, problem, remedy in wording_problems(_message("email", lang, whole), wording):
        yield place, problem, remedy


def _holes(place: Place, text: str, wanted: set[str]) -> Iterator[_Wrong]:
    found = set(_HOLES.findall(text))
    for name in sorted(found - wanted):
        yield place, f"{{{name}}} is filled with nothing", "take it out"
    for name in sorted(wanted - found):
        yield place, f"{{{name}}} is missing", "write it where it goes"


def _language(lang: Lang) -> Literal["fr", "en"]:
    return "en" if lang == "en" else "fr"


def _message(channel: Channel, lang: Lang, text: str, subject: str | None = None) -> Message:
    return Message(
        channel=channel, lang=_language(lang), level="falc" if lang == "fr-falc" else "b1", subject=subject, text=text,
        techniques=["reminder"],
    )  # fmt: skip
