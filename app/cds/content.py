"""The services offered, their prefetch templates, and the reasons for setting a card aside (content)."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from app.content import Strict, content_dir, load_model

Hook = Literal["patient-view", "order-select"]


class Offered(Strict):
    id: str = Field(pattern=r"^[a-z][a-z-]*$")
    hook: Hook
    title: str
    text: str


class OverrideReason(Strict):
    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    label: str


class DecisionSupport(Strict):
    most_cards: int = Field(ge=1, le=20)
    services: list[Offered] = Field(min_length=1)
    prefetch: dict[str, str]
    needed: list[str]
    override_reasons: list[OverrideReason] = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> DecisionSupport:
        if unknown := set(self.needed) - self.prefetch.keys():
            raise ValueError(f"`needed` names {', '.join(sorted(unknown))}, which `prefetch` does not ask for")
        for names in ([s.id for s in self.services], [r.code for r in self.override_reasons]):
            if len(names) != len(set(names)):
                raise ValueError("an id stands twice")
        return self

    def service(self, name: str) -> Offered | None:
        return next((offered for offered in self.services if offered.id == name), None)


@lru_cache(maxsize=1)
def decision_support() -> DecisionSupport:
    """Read once. Raises ContentError."""
    return load_model(content_dir() / "decision_support.yaml", DecisionSupport)
