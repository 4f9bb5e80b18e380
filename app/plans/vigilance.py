"""What may be reported or asked about an item of a plan, and within which delays (`content/vigilance.yaml`)."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field, field_validator

from app.content import Strict, content_dir, load_model
from app.dates import Period

Verified = Literal["yes", "partly", "no"]


class Code(Strict):
    """A code of the IMDRF terminology, and whether it was read in a published list."""

    code: str = Field(pattern=r"^[A-G]\d{2,6}$")
    term: str
    verified: Verified


class Problem(Strict):
    id: str
    label: str
    label_professional: str
    harmful: bool = False
    imdrf: Code


class Impact(Strict):
    """`within`: the longest time to report to the authority (None: no incident to report)."""

    id: str
    label: str
    within: str | None = None
    imdrf: Code


class Delay(Strict):
    answer_within: str
    source: str
    verified: Verified

    @field_validator("answer_within")
    @classmethod
    def _period(cls, text: str) -> str:
        Period.parse(text)
        return text


class Authority(Strict):
    form: str
    verified: Verified


class Vigilance(Strict):
    problems: list[Problem] = Field(min_length=1)
    impacts: list[Impact] = Field(min_length=1)
    delays: dict[Literal["problem", "review", "complaint"], Delay]
    small_cells: int = Field(ge=11)
    authority: Authority

    def problem(self, name: str) -> Problem | None:
        return next((one for one in self.problems if one.id == name), None)

    def impact(self, name: str) -> Impact | None:
        return next((one for one in self.impacts if one.id == name), None)


@lru_cache(maxsize=1)
def load_vigilance() -> Vigilance:
    """Read once. Raises ContentError with file, line and remedy."""
    return load_model(content_dir() / "vigilance.yaml", Vigilance)
