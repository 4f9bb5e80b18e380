"""The sheet by which somebody asks their relatives (`content/family_letter.yaml`): the same for everyone."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from app.content import Strict, content_dir, load_model


class Line(Strict):
    text: str


class LetterSource(Strict):
    title: str
    publisher: str
    date: Annotated[str, BeforeValidator(str)]
    url: str
    checked: dt.date
    verified: Literal["partly"] | bool


class Letter(Strict):
    """`law` says what the law asks when a genetic test finds something."""

    opening: list[Line]
    questions: list[Line] = Field(min_length=1)
    closing: list[Line]
    law: list[Line]
    sources: list[LetterSource] = Field(min_length=1)
    last_checked: dt.date


@lru_cache(maxsize=1)
def load_letter() -> Letter:
    """Raises ContentError with file, line and remedy."""
    return load_model(content_dir() / "family_letter.yaml", Letter)
