"""Guidelines that cannot be written as columns: they could not be counted, and must not be left out in silence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ibis.common.exceptions import IbisError

from app.content import parse_yaml, text_of
from app.errors import ContentError
from app.facts.vocabulary import Vocabulary, load_vocabulary
from app.guidelines import criteria as c
from app.guidelines.check import criteria_of
from app.guidelines.lint.finding import Finding, finding_at
from app.guidelines.lint.lint import pack_with
from app.guidelines.model import Guideline
from app.guidelines.pack import Pack
from app.population.circuits import circuit
from app.population.columns import columns_of
from app.population.compiled import Compiled
from app.population.names import names_of
from app.population.risks import MODELS

_REMEDY = "write its column form (app/population), with the parity test"


def not_in_columns(paths: list[Path], pack: str) -> list[Finding]:
    """Of files that are right otherwise: one finding for each guideline that the columns cannot say."""
    read = {path: Guideline.model_validate(parse_yaml(text_of(path), name=path.name)) for path in paths}
    whole, vocabulary = pack_with(pack, read), load_vocabulary()
    return [
        finding_at(path, place, f"cannot be counted in a population: {problem}", _REMEDY)
        for path, guideline in read.items()
        for place, problem in _problems(guideline, whole, vocabulary)
    ]


def _problems(guideline: Guideline, pack: Pack, vocabulary: Vocabulary) -> Iterator[tuple[Any, str]]:
    without = [
        (place, f"the model {part.risk} has no form over columns")
        for place, part in criteria_of(guideline) if isinstance(part, c.Risk) and part.risk not in MODELS
    ]  # fmt: skip
    if without:
        yield from without
        return
    try:
        day = guideline.effective_from
        schema = columns_of(names_of(Compiled(pack, day, vocabulary).guidelines), vocabulary)
        circuit(pack, day, schema, days=True, only=[guideline.id])
    except (ContentError, KeyError, TypeError, ValueError, AttributeError, IbisError) as e:
        yield ("id",), f"{type(e).__name__}: {e}"[:200]
