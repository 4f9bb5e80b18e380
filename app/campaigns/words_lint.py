"""What is wrong in the words of one message: reading, length, forbidden techniques, figures, terms."""

from __future__ import annotations

import re
from collections.abc import Iterator

import textstat

from app.campaigns.model import LONG, Message
from app.campaigns.wording import Ease, Wording, first_match

Problem = tuple[str, str, str]
"""(field of the message, what is wrong, what to do)"""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


def message_problems(message: Message, wording: Wording) -> Iterator[Problem]:
    yield from _missing(message, wording)
    yield from wording_problems(message, wording)


def wording_problems(message: Message, wording: Wording) -> Iterator[Problem]:
    """What is wrong in what is said, whatever is missing."""
    yield from _length(message, wording)
    for field, text in message.parts().items():
        yield from _forbidden(field, text, message, wording)
        yield from _figures(field, text, message, wording)
    yield from _terms(message, wording)
    if message.lang == "fr":
        yield from _reading(message, wording)


def short_problems(message: Message, wording: Wording) -> Iterator[Problem]:
    """What an SMS or a push may not do without, and may not show."""
    if message.channel == "sms" and not first_match(wording.stop_words[message.lang], _whole(message)):
        yield "text", "no way to say no", "end with STOP, or a link « pas pour moi »"
    if word := first_match(wording.health_words[message.lang], _whole(message)):
        yield "text", f"« {word} » would show on a locked screen", "say only that there is a message"


def _missing(message: Message, wording: Wording) -> Iterator[Problem]:
    known = [one.id for one in wording.techniques]
    for name in message.techniques:
        if name not in known:
            yield "techniques", f"unknown technique {name}", f"write one of {', '.join(known)}"
    if message.channel not in LONG:
        yield from short_problems(message, wording)
        return
    if not message.benefit:
        yield "text", "no benefit is told", "write `benefit`, in numbers of people where they are known"
    if not message.harm:
        yield "text", "no harm is told", "write `harm`: what the test or the care may cost the person"
    if message.benefit and message.harm and len(message.harm) < wording.harm_to_benefit * len(message.benefit):
        yield "harm", "the harm is told in far fewer words than the benefit", "say what may happen, and how often"
    if not message.not_for_me:
        yield "text", "no way to say no, later or already done", "write `not_for_me`"
    if not message.sources:
        yield "text", "no source", "write `sources`, with ids of the campaign's sources"


def _length(message: Message, wording: Wording) -> Iterator[Problem]:
    most, length = getattr(wording.length, message.channel), len(_whole(message))
    if length > most:
        yield "text", f"{length} characters, {most} at most for {message.channel}", "shorten it"
    if message.subject and len(message.subject) > wording.length.subject:
        yield "subject", f"{len(message.subject)} characters, {wording.length.subject} at most", "shorten it"


def _forbidden(field: str, text: str, message: Message, wording: Wording) -> Iterator[Problem]:
    for rule in wording.forbidden:
        if words := first_match(rule.patterns.get(message.lang, []), text):
            yield field, f"forbidden technique {rule.id}: « {words} »; {rule.because}", rule.remedy


def _figures(field: str, text: str, message: Message, wording: Wording) -> Iterator[Problem]:
    for sentence in sentences(text):
        figure = first_match(wording.figures.relative[message.lang], sentence)
        if figure and not first_match(wording.figures.denominator[message.lang], sentence):
            yield field, f"« {figure} » has no denominator", "say of how many people: « sur 1 000 personnes »"


def _terms(message: Message, wording: Wording) -> Iterator[Problem]:
    """A term is explained once, where it first stands or where it is next used."""
    for term in wording.terms:
        if term.lang != message.lang:
            continue
        where = [(field, found) for field, text in message.parts().items()
                 for found in re.finditer(term.term, text, re.IGNORECASE)]  # fmt: skip
        explained = any(
            first_match(wording.explained_by[message.lang], found.string[found.end() : found.end() + 40])
            for _, found in where
        )
        if where and not explained:
            field, found = where[0]
            yield field, f"« {found[0]} » is not explained", f"add: ({term.explanation})"


def _reading(message: Message, wording: Wording) -> Iterator[Problem]:
    limits: Ease = getattr(wording.reading, message.level)
    for field, text in message.parts().items():
        for sentence in sentences(text):
            if (words := len(sentence.split())) > limits.words_a_sentence:
                yield (field, f"a sentence of {words} words (« {sentence[:30]}… »), {limits.words_a_sentence} at most "
                       f"for {message.level}", "cut it in two")  # fmt: skip
    if message.channel in LONG:
        ease = french_ease(" ".join(text for field, text in message.parts().items() if field != "subject"))
        if ease < limits.ease_at_least:
            yield ("text", f"reading ease {ease:.0f}, {limits.ease_at_least:.0f} at least for {message.level}",
                   "use shorter words and sentences")  # fmt: skip


def french_ease(text: str) -> float:
    """Flesch's ease with the weights for French (0: very hard, 100: very easy)."""
    textstat.set_lang("fr")
    return float(textstat.flesch_reading_ease(text))


def sentences(text: str) -> list[str]:
    return [one.strip() for one in _SENTENCE.split(text) if one and one.strip()]


def _whole(message: Message) -> str:
    return "\n".join(message.parts().values())
