"""Model cards: what each model is for, for whom, how good it is, and where its numbers come from.

A card is `risk_models/cards/<id>.md`: YAML front matter that programs read, then a text for people. The
digest is computed from the card and from every module of this library that the model's number depends on.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from risk_models.describe import describe_inputs
from risk_models.lock import modules_of, verify
from risk_models.registry import get

_CARDS = Path(__file__).resolve().parent / "cards"
_DATA = Path(__file__).resolve().parent / "data"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Calibration(_Strict):
    """Where and when the numbers were fitted. `year` is text: cohorts span years."""

    region: str
    year: str


class Performance(_Strict):
    """One published figure. `verified` says whether it was read in the publication, and not from memory."""

    measure: str
    value: str
    population: str
    source: str
    verified: bool


class Source(_Strict):
    citation: str
    doi: str | None = None
    url: str | None = None


class RightOfUse(_Strict):
    may_embed: bool
    terms: str
    verified: bool


class HelpLine(_Strict):
    """Whom to call; `when` in both languages."""

    name: str
    number: str
    when: str
    when_fr: str


class Words(_Strict):
    """One sentence for a citizen, in both languages."""

    fr: str
    en: str


Viewer = Literal["citizen", "professional"]


class CardData(_Strict):
    """The front matter of a card."""

    id: str
    title: str
    title_fr: str
    version: str
    purpose: str
    purpose_fr: str
    intended_user: str
    audience: Literal["citizen", "professional", "none"]
    actions_needed: bool
    """A citizen sees a figure only with a concrete preventive action; enforced where plans are made."""
    shown_to: dict[str, list[Viewer]]
    """By country (ISO 3166), who may see what the model says; nobody in a country that is left out. See `may_see`."""
    shown_as: Literal["figure", "words", "consultation"]
    """What a citizen may see: the number; an orientation in words, without number or diagnosis; or only the way to a
    consultation (genetics)."""
    words: dict[str, Words] = {}
    """What is told to a citizen instead of a number: by category or reason of the estimate, reasons first."""
    help_lines: list[HelpLine] = []
    """Shown beside these words."""
    population: str
    not_for: list[str]
    calibration: Calibration
    fit_for_france: Literal["yes", "partly", "no"]
    fit_for_france_because: str
    inputs: dict[str, str]
    modifiable_inputs: list[str]
    equation: str
    outputs: str
    performance: list[Performance]
    uncertainty: str
    """What is published of it for one person, or that nothing is."""
    subgroup_weaknesses: list[str] = Field(min_length=1)
    limits: list[str] = Field(min_length=1)
    choices: list[str]
    """What the publication leaves open, and what was decided here."""
    right_of_use: RightOfUse
    sources: list[Source] = Field(min_length=1)
    verified: list[str]
    unverified: list[str]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if "citizen" in self.shown_to.get("FR", []) and (self.audience != "citizen" or self.fit_for_france == "no"):
            raise ValueError("a model that is not for citizens, or not fit for France, is not shown to citizens there")
        if self.shown_as != "figure" and "citizen" in self.shown_to.get("FR", []) and not self.words:
            raise ValueError("what is shown in words needs them")
        return self


@dataclass(frozen=True, slots=True)
class Card:
    data: CardData
    body: str
    digest: str
    """`sha256:…` of code and card: a plan can say exactly which model spoke."""

    def to_json(self) -> dict[str, Any]:
        return {**self.data.model_dump(mode="json"), "body": self.body, "digest": self.digest}


@lru_cache(maxsize=64)
def card(model_id: str) -> Card:
    """The card of a model. Raises UnknownModel, and ModelChanged when it is not the one of its version."""
    import yaml  # here: only cards need it, computing does not

    model = get(model_id)
    verify(model)
    text = _path(model.id).read_text(encoding="utf-8")
    _, front, body = text.split("---\n", 2)
    return Card(CardData.model_validate(yaml.safe_load(front)), body.strip(), _digest(model.id))


def may_see(model_id: str, viewer: Viewer, country: str = "FR") -> bool:
    """Whether this viewer may be shown what the model says, in that country. Raises UnknownModel."""
    return viewer in card(model_id).data.shown_to.get(country, [])


def describe(model_id: str) -> dict[str, Any]:
    """All that can be said of a model, JSON-ready: its card, and each input as the code checks it."""
    model = get(model_id)
    return {
        "id": model.id,
        "version": model.version,
        "source": model.source,
        "inputs": describe_inputs(model.inputs),
        "card": card(model.id).to_json(),
    }


def _path(model_id: str) -> Path:
    return _CARDS / f"{model_id}.md"


def _digest(model_id: str) -> str:
    hasher = hashlib.sha256()
    data = _DATA / f"{model_id}.json"  # of a model that was fitted: its coefficients
    for path in [*modules_of(get(model_id)), _path(model_id), *([data] if data.is_file() else [])]:
        hasher.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return "sha256:" + hasher.hexdigest()
