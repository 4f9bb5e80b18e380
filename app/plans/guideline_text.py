"""A guideline as text: for whom, what, why and on what it rests; the rule itself, not one person's answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.facts.model import FactSheet
from app.guidelines import criteria as c
from app.guidelines.model import Guideline, Track
from app.i18n import Translator
from app.plans.criteria_words import criterion_words
from app.plans.explain import LEVELS
from app.plans.schedule_words import schedule_words
from app.plans.sentences import STATUS
from app.plans.text import Line, heading, paragraph
from app.plans.words import Words


def guideline_lines(guideline: Guideline, t: Translator) -> list[Line]:
    return list(_lines(guideline, t))


def _lines(guideline: Guideline, t: Translator) -> Iterator[Line]:
    wording, words = guideline.wording, Words(FactSheet(date.min, None), t)
    yield "title", f"{t(wording.title)} ({guideline.id})"
    yield from paragraph(t(wording.why))
    for label, told in (
        (t("Ce que cela apporte : {text}"), wording.benefit.text), (t("Les inconvénients : {text}"), wording.harm.text),
        (t("Comment faire : {text}"), wording.action), (t("Où : {text}"), wording.where),
        (t("Combien ça coûte : {text}"), wording.cost),
    ):
        yield from paragraph(label.format(text=t(told)))
    yield from heading(t("Situations, dans l'ordre où elles sont examinées"))
    for track in guideline.tracks:
        text = f"{t(LEVELS[track.level])} ({track.id}) : {_answer(track, words)}"
        yield from paragraph(text, indent="    ", first="  > ")
        yield from criterion_lines(track.when, words, guideline, 3)
        for deferral in track.defer:
            later = t("À remettre à plus tard : {why}", why=t(deferral.why))
            yield from paragraph(later, indent="        ", first="      ~ ")
            yield from criterion_lines(deferral.when, words, guideline, 4)
    yield from paragraph(t("Sinon : {text}", text=t(guideline.otherwise.why)), indent="    ", first="  > ")
    yield from heading(t("Sources"))
    for source in guideline.sources:
        yield from paragraph(f"{source.title}, {source.publisher}, {source.date}", indent="    ", first="  • ")
    if guideline.doubts:
        yield from heading(t("Doutes et choix"))
        for doubt in guideline.doubts:
            yield from paragraph(doubt, indent="    ", first="  • ")
    yield from paragraph(t("Relu le {day}.", day=t.date(guideline.last_checked)))


def criterion_lines(criterion: c.Criterion, words: Words, guideline: Guideline, depth: int) -> Iterator[Line]:
    """One line a criterion; parts are indented, definitions are spelled out where they are used."""
    if isinstance(criterion, c.Use):
        yield from criterion_lines(guideline.definitions[criterion.use], words, guideline, depth)
        return
    indent = "  " * depth
    yield from paragraph(criterion_words(criterion, words), indent=indent + "  ", first=indent + "- ")
    parts: list[c.Criterion] = []
    if isinstance(criterion, c.All):
        parts = criterion.all
    elif isinstance(criterion, c.Any_):
        parts = criterion.any
    elif isinstance(criterion, c.AtLeast):
        parts = criterion.of
    elif isinstance(criterion, c.Not):
        parts = [criterion.not_]
    for part in parts:
        yield from criterion_lines(part, words, guideline, depth + 1)


def _answer(track: Track, words: Words) -> str:
    t = words.t
    if track.schedule is None:
        return t(next(text for status, text in STATUS.items() if status.value == track.status))
    return schedule_words(track.schedule, words)
