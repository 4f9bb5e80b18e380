"""How the board works (content/guarantee.yaml), read and checked once."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field, model_validator

from app.content import Strict, content_dir, load_model
from app.trust.guarantee.register import NO_ISSUE, STATES


class Sample(Strict):
    """How many answers are drawn: `size` in all, and `at_least` of each stratum."""

    size: int = Field(ge=1, le=10_000)
    at_least: int = Field(ge=1, le=100)
    verified: bool


class Verdict(Strict):
    id: str
    label: str
    finds: bool


class State(Strict):
    id: str
    label: str


class KappaWords(Strict):
    from_: float = Field(alias="from")
    label: str


class Guarantee(Strict):
    """Verdicts, states and words of the board."""

    sample: Sample
    verdicts: list[Verdict]
    states: list[State]
    kappa: list[KappaWords]

    @model_validator(mode="after")
    def _known(self) -> Guarantee:
        silent = {one.id for one in self.verdicts if not one.finds}
        if silent != NO_ISSUE:
            raise ValueError(f"the verdicts that find nothing are {', '.join(sorted(NO_ISSUE))}")
        if tuple(one.id for one in self.states) != STATES:
            raise ValueError(f"`states` are {', '.join(STATES)}, in this order")
        if [one.from_ for one in self.kappa] != sorted((one.from_ for one in self.kappa), reverse=True):
            raise ValueError("`kappa` goes from the highest bound to the lowest")
        return self

    def kappa_words(self, kappa: float) -> str:
        return next(one.label for one in self.kappa if kappa >= one.from_ or one is self.kappa[-1])


@lru_cache(maxsize=1)
def load_guarantee() -> Guarantee:
    """Raises ContentError with file, line and remedy."""
    return load_model(content_dir() / "guarantee.yaml", Guarantee)
