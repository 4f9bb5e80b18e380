"""A criterion taken apart: what must hold together, and the single criteria within."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.guidelines import criteria as c
from app.guidelines.model import Guideline


def conjuncts(criterion: c.Criterion, guideline: Guideline) -> list[c.Criterion]:
    """The criteria that must all hold: those of `all`, of a definition in use, and of what must not be."""
    if isinstance(criterion, c.All):
        return [one for part in criterion.all for one in conjuncts(part, guideline)]
    if isinstance(criterion, c.Use) and isinstance(guideline.definitions[criterion.use], c.All):
        return conjuncts(guideline.definitions[criterion.use], guideline)
    if isinstance(criterion, c.Not):
        inner = criterion.not_
        if isinstance(inner, c.Use):
            inner = guideline.definitions[inner.use]
        if isinstance(inner, c.Any_):
            return [one for part in inner.any for one in conjuncts(c.Not.model_construct(not_=part), guideline)]
    return [criterion]


def leaves(criterion: c.Criterion, guideline: Guideline) -> Iterator[c.Criterion]:
    """The single criteria within a criterion, those of definitions too."""
    inner: Sequence[c.Criterion]
    if isinstance(criterion, c.All):
        inner = criterion.all
    elif isinstance(criterion, c.Any_):
        inner = criterion.any
    elif isinstance(criterion, c.AtLeast):
        inner = criterion.of
    elif isinstance(criterion, c.Not):
        inner = [criterion.not_]
    elif isinstance(criterion, c.Use):
        inner = [guideline.definitions[criterion.use]]
    else:
        yield criterion
        return
    for part in inner:
        yield from leaves(part, guideline)
