"""The conditions that a pedigree shows and the short questionnaire that fills it (`content/pedigree.yaml`)."""

from __future__ import annotations

from functools import lru_cache

from app.content import Strict, content_dir, load_model


class Condition(Strict):
    """`id` as in the fact `family_<id>`; `own` is the fact of the same disease of the person themself."""

    id: str
    label: str
    code: str | None = None
    own: str | None = None
    asked: bool = False


class Step(Strict):
    text: str
    writes: str


class Questionnaire(Strict):
    help: str
    steps: list[Step]


class PedigreeContent(Strict):
    conditions: list[Condition]
    questionnaire: Questionnaire


@lru_cache(maxsize=1)
def load_content() -> PedigreeContent:
    return load_model(content_dir() / "pedigree.yaml", PedigreeContent)
