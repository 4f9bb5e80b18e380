"""Where things are done (`content/places`): what people look for, and what names such places in the directories."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StringConstraints, model_validator

from app.content import Strict, content_dir, load_model
from app.errors import ContentError
from app.guidelines.model import Text, Verified
from app.i18n import Translator
from app.plans.help_lines import HelpSource

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Category = Annotated[str, StringConstraints(pattern=r"^\d{3}$")]
Profession = Annotated[str, StringConstraints(pattern=r"^\d{2}(:[A-Z]{1,3}\d{2})?$")]


class Kind(Strict):
    """A kind of place: `finess` are categories of establishments, `professions` those of professionals."""

    id: Name
    title: Text
    finess: list[Category] = Field(default_factory=list)
    professions: list[Profession] = Field(default_factory=list)

    @property
    def codes(self) -> tuple[str, ...]:
        """How the places of this kind are named where they are kept: by their directory's code, or, in a list of our
        own layout, by this kind."""
        finess = (f"finess:{code}" for code in self.finess)
        return (*finess, *(f"rpps:{code}" for code in self.professions), f"local:{self.id}")


class Kinds(Strict):
    """`sectors`: where professionals receive people; those who work elsewhere only are not kept."""

    sectors: list[str] = Field(min_length=1)
    kinds: list[Kind] = Field(min_length=1)
    sources: list[HelpSource] = Field(min_length=1)
    last_checked: date
    verified: Verified

    @model_validator(mode="after")
    def _each_code_once(self) -> Kinds:
        codes = [code for kind in self.kinds for code in kind.codes]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"told twice: {', '.join(twice)}")
        return self


class OfficialLink(Strict):
    title: Text
    url: str = Field(pattern=r"^https://")


class Need(Strict):
    """Something that people look for; `advice` is what to know before going."""

    id: Name
    title: Text
    kinds: list[Name] = Field(min_length=1)
    guidelines: list[Name] = Field(default_factory=list)
    advice: Text | None = None
    links: list[OfficialLink] = Field(default_factory=list)
    last_checked: date
    verified: Verified

    def to_json(self, t: Translator) -> dict[str, Any]:
        return {
            "id": self.id, "title": t(self.title), "advice": t(self.advice) if self.advice else None,
            "links": [{"title": t(link.title), "url": link.url} for link in self.links],
            "guidelines": self.guidelines,
        }


class Needs(Strict):
    needs: list[Need] = Field(min_length=1)


class PlacesContent:
    """Both files, known to fit together."""

    def __init__(self, kinds: Kinds, needs: Needs) -> None:
        self.sectors = frozenset(kinds.sectors)
        self.kinds = {kind.id: kind for kind in kinds.kinds}
        self.needs = {need.id: need for need in needs.needs}
        self.kind_of_code = {code: kind for kind in kinds.kinds for code in kind.codes}
        self._of_guideline: dict[str, list[Need]] = {}
        for need in needs.needs:
            for guideline in need.guidelines:
                self._of_guideline.setdefault(guideline, []).append(need)

    def of(self, guideline: str) -> list[Need]:
        """Where what a guideline recommends is done."""
        return self._of_guideline.get(guideline, [])

    def codes(self, need: Need) -> tuple[str, ...]:
        return tuple(code for kind in need.kinds for code in self.kinds[kind].codes)


@lru_cache(maxsize=2)
def load_places(folder: Path | None = None) -> PlacesContent:
    """Raises ContentError with file, line and remedy."""
    folder = folder or content_dir() / "places"
    kinds, needs = load_model(folder / "kinds.yaml", Kinds), load_model(folder / "needs.yaml", Needs)
    known = {kind.id for kind in kinds.kinds}
    for need in needs.needs:
        if wrong := sorted(set(need.kinds) - known):
            raise ContentError(
                f"{need.id}: no kind of place named {', '.join(wrong)}", where="needs.yaml",
                remedy="name a kind of kinds.yaml",
            )  # fmt: skip
    if len(known) < len(kinds.kinds) or len({need.id for need in needs.needs}) < len(needs.needs):
        raise ContentError("an id stands twice", where="kinds.yaml, needs.yaml", remedy="keep one of the two")
    return PlacesContent(kinds, needs)
