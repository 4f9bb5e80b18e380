"""The lists that messages are checked against, as content (`content/campaign_wording.yaml`)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from app.content import content_dir, load_model
from app.guidelines.criteria import Strict
from app.population.participation import Sourced

Lang = Literal["fr", "en"]


def _a_pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return value


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_a_pattern)]
Patterns = dict[Lang, list[Pattern]]


class Ease(Strict):
    ease_at_least: float
    words_a_sentence: int = Field(gt=0)


class Reading(Sourced):
    b1: Ease
    falc: Ease


class Length(Sourced):
    sms: int
    push: int
    email: int
    letter: int
    subject: int


class Forbidden(Strict):
    id: str
    because: str
    remedy: str
    patterns: Patterns


class Figures(Strict):
    relative: Patterns
    denominator: Patterns


class Term(Strict):
    lang: Lang
    term: Pattern
    explanation: str


class Technique(Strict):
    id: str
    fr: str
    en: str


class Wording(Strict):
    reading: Reading
    length: Length
    harm_to_benefit: float = Field(gt=0, le=1)
    forbidden: list[Forbidden]
    figures: Figures
    health_words: Patterns
    stop_words: Patterns
    explained_by: Patterns
    terms: list[Term]
    techniques: list[Technique]


@lru_cache(maxsize=1)
def load_wording() -> Wording:
    """Raises ContentError with file, line and remedy."""
    return load_model(content_dir() / "campaign_wording.yaml", Wording)


def first_match(patterns: list[str], text: str) -> str | None:
    """The words of the text that one of the patterns finds, whichever the apostrophe and the capitals."""
    plain = text.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")
    for pattern in patterns:
        if found := re.search(pattern.replace("’", "'"), plain, re.IGNORECASE):
            return found[0]
    return None
