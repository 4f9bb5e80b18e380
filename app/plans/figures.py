"""Figures of a recommendation that are drawn as well as told (`content/figures.yaml`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from app.content import content_dir, load_model
from app.guidelines.criteria import Strict
from app.guidelines.model import Text
from app.i18n import Translator
from app.plans.icons import both_sides


class Figure(Strict):
    """`count` people out of `per`, of the guideline's sentence on that side."""

    guideline: str
    side: Literal["benefit", "harm"]
    count: int = Field(ge=1)
    per: Literal[100, 1000]
    text: Text

    def to_json(self, t: Translator) -> dict[str, Any]:
        """`words` say both framings: those concerned, and those who are not."""
        return {
            "side": self.side, "count": self.count, "per": self.per, "text": t(self.text),
            "words": both_sides(self.count, self.per, t),
        }


class Figures(Strict):
    figures: list[Figure]

    def of(self, guideline: str, side: str) -> list[Figure]:
        return [figure for figure in self.figures if (figure.guideline, figure.side) == (guideline, side)]


@lru_cache(maxsize=2)
def load_figures(path: Path | None = None) -> Figures:
    """Raises ContentError with file, line and remedy."""
    return load_model(path or content_dir() / "figures.yaml", Figures)
