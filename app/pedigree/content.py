"""The conditions that a pedigree shows and the short questionnaire that fills it (`content/pedigree.yaml`)."""

from __future__ import annotations

from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from app.content import content_dir, load_model


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Strict):
    """`id` as in the fact `family_<id>`; `own` is the fact of the same disease of the person themself."""

    id: str
    label: str
    code: str | None = None
    own: str | None = None
    asked: bool = False


class Step(_Strict):
    text: str
    writes: str


class Questionnaire(_Strict):
    help: str
    steps: list[Step]


class PedigreeContent(_Strict):
    conditions: list[Condition]
    questionnaire: Questionnaire


@lru_cache(maxsize=1)
def load_content() -> PedigreeContent:
    return load_model(content_dir() / "pedigree.yaml", PedigreeContent)
