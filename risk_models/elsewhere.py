"""Tools that are not here, since their terms forbid it or they do not fit: what each is, why, where to go instead.

A card is `risk_models/elsewhere/<id>.md`: YAML front matter, then a text for people. There is no formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

_CARDS = Path(__file__).resolve().parent / "elsewhere"


class ElsewhereData(BaseModel):
    """The front matter. `where` says who answers the question instead, `go_to` is an address, `instead` names models of
    this library."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    title_fr: str
    purpose: str
    purpose_fr: str
    owner: str
    why_not: str
    why_not_fr: str
    verified: bool
    """Whether the terms were read, and not from memory."""
    where: str
    where_fr: str
    go_to: str | None
    instead: list[str]


@dataclass(frozen=True, slots=True)
class ElsewhereCard:
    data: ElsewhereData
    body: str

    def to_json(self) -> dict[str, Any]:
        return {**self.data.model_dump(mode="json"), "body": self.body}


@cache
def elsewhere() -> dict[str, ElsewhereCard]:
    """The tools left out, by id."""
    import yaml  # here: only cards need it, computing does not

    found = {}
    for path in sorted(_CARDS.glob("*.md")):
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        found[path.stem] = ElsewhereCard(ElsewhereData.model_validate(yaml.safe_load(front)), body.strip())
    return found
