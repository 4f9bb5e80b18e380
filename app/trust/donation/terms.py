"""What a deployment decides about donation, and the words people are shown (content/donation/register.yaml)."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from app.content import PeriodText, Strict, content_dir, load_model
from app.dates import Period

Language = Literal["fr", "en"]


class SourceOf(Strict):
    """Where a rule or a sentence comes from. `verified`: somebody read it there on that day."""

    title: str
    url: str | None = None
    checked_on: date
    verified: bool


class SecondaryUse(Strict):
    """A purpose of secondary use that the law permits, which a person may oppose by itself."""

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    article: str
    label: str
    help: str


class Information(Strict):
    """The text that must be shown before any delay runs."""

    title: str
    body: list[str] = Field(min_length=1)

    @property
    def digest(self) -> str:
        """`sha256:…` of the words shown."""
        text = json.dumps(self.model_dump(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


class Terms(Strict):
    """`delay`: how long silence must last after the information, before it counts as being included (P6W).
    `minimum_age`: nobody younger is ever exported (years). `same_meaning`: digests of former texts that said the same,
    and need not be shown again."""

    delay: PeriodText
    minimum_age: int = Field(ge=0, le=120)
    same_meaning: list[str] = Field(default_factory=list)
    purposes: list[SecondaryUse] = Field(min_length=1)
    texts: dict[Language, Information]
    sources: list[SourceOf] = Field(min_length=1)

    @cached_property
    def period(self) -> Period:
        return Period.parse(self.delay)

    @cached_property
    def valid_digests(self) -> frozenset[str]:
        return frozenset(self.same_meaning) | {text.digest for text in self.texts.values()}

    @cached_property
    def purpose_ids(self) -> frozenset[str]:
        return frozenset(purpose.id for purpose in self.purposes)

    def language_of(self, digest: str) -> Language | None:
        """The language of the text in force that has this digest."""
        return next((known for known, text in self.texts.items() if text.digest == digest), None)


@lru_cache(maxsize=4)
def load_terms(folder: Path | None = None) -> Terms:
    """Raises ContentError with file, line and remedy."""
    return load_model((folder or content_dir() / "donation") / "register.yaml", Terms)
