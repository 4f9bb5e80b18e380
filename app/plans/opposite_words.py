"""What would change an answer, in words: each fact as it would have to be, and what would be answered then."""

from __future__ import annotations

from typing import Any

from app.facts.model import Fact
from app.guidelines.suppose.compared import Compared
from app.guidelines.suppose.opposite import Change
from app.plans.criteria_words import ANSWERS
from app.plans.words import Words

MOST = 6
"""Told to a reader; the JSON has them all."""


def change_text(change: Change, words: Words) -> str:
    """`Si « tabac » était « n'a jamais fumé » : ne vous concerne pas.`"""
    facts = [_supposed(name, change, words) for name in change.facts]
    return words.t("Avec {facts} : {answer}.", facts=words.t.list(facts), answer=words.t(ANSWERS[change.found.status]))


def change_json(change: Change, words: Words) -> dict[str, Any]:
    return {
        "facts": list(change.facts), "status": change.found.status.value,
        "track": change.found.track.id if change.found.track else None, "text": change_text(change, words),
    }


def _supposed(name: str, change: Change, words: Words) -> str:
    t, sheet = words.t, change.world.reader.sheet
    given = sheet.facts.get(name) or _parts(name, change)
    definition = words.definition(name)
    if definition is not None and definition.type in ("quantity", "derived") and definition.unit is not None:
        value = change.world.reader.get(name).low
        said = _interval(value, name, change, words) if value is not None else t("non connu")
    elif definition is not None and definition.type == "family":
        said = words.relatives(given) if given and given[0].value is not False else t("personne")
    elif given and given[0].value is False and definition is not None and definition.type in ("event", "dose"):
        said = t("jamais")
    elif given and definition is not None and definition.type in ("event", "dose"):
        said = _act(given[-1], words)
    else:
        said = words.value(definition, given[-1].value if given else None)
    return t("« {what} : {value} »", what=words.label(name), value=said)


def _act(fact: Fact, words: Words) -> str:
    value = words.value(words.definition(fact.id), fact.value)
    return words.t("{value}, {on_day}", value=value, on_day=words.t.on(fact.date)) if fact.date else value


def _parts(name: str, change: Change) -> list[Fact]:
    return list(change.world.reader.get(name).facts)


def _interval(value: float, name: str, change: Change, words: Words) -> str:
    """Where the value would lie between the thresholds of the guideline: the value tried is only an example."""
    t, reader = words.t, change.world.reader
    unit = definition.unit if (definition := words.definition(name)) else None
    compared = change.world.book.rules[change.found.id].compared(reader.facts.vocabulary).get(name, Compared())
    below = [number for number in compared.numbers if number < value]
    above = [number for number in compared.numbers if number > value]
    if below and above:
        return t("entre {low} et {high}", low=t.number(max(below)), high=words.quantity(min(above), unit))
    if below:
        return t("au-dessus de {number}", number=words.quantity(max(below), unit))
    example = words.quantity(value, unit)
    return t("au-dessous de {number}", number=words.quantity(min(above), unit)) if above else example
