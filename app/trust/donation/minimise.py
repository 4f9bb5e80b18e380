"""From a person's facts to one row: the declared columns and nothing else, coarsened as declared.

What nobody said is empty: an absence that a plan may presume is no datum.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from app.dates import PartialDate
from app.facts.model import FactSheet
from app.facts.reduce import ReducedFacts, ReducedValue
from app.facts.vocabulary import Vocabulary
from app.trust.donation.projects import Column

Cell = str | float | bool | None


def row(columns: Sequence[Column], sheet: FactSheet, vocabulary: Vocabulary, shift: int) -> list[Cell]:
    """One cell a column; `shift`: by how many days the person's dates are moved (`shifted_day`)."""
    facts = ReducedFacts(sheet, vocabulary)
    return [cell(column, facts.get(column.fact), shift) for column in columns]


def cell(column: Column, found: ReducedValue, shift: int) -> Cell:
    value = found.value
    if found.state not in ("known", "stale") or value is None:
        return None
    if column.keep == "as_is":
        return value if isinstance(value, str | bool) else float(value) if isinstance(value, int | float) else None
    if column.keep == "band":
        return _band(column, found)
    return _date(column, value, shift) if isinstance(value, PartialDate) else None


def _band(column: Column, found: ReducedValue) -> float | None:
    """The lower end of the band; empty when the value may lie in several (an age known to the year)."""
    low, high = _lower_end(column, found.low), _lower_end(column, found.high)
    return low if low == high else None


def _lower_end(column: Column, value: float | None) -> float | None:
    if value is None or column.width is None or math.isinf(value) or math.isnan(value):
        return None
    if column.top is not None and value >= column.top:
        return column.top
    if column.bottom is not None and value < column.bottom:
        return column.bottom - column.width
    start = column.bottom or 0.0
    return round(start + math.floor(round((value - start) / column.width, 9)) * column.width, 9)


def _date(column: Column, value: PartialDate, shift: int) -> str | None:
    """As text (`2024`, `2024-Q2`, `2024-06`, `2024-06-03`); empty when the date is known less well than that."""
    first, last = _cut(column, value.earliest, shift), _cut(column, value.latest, shift)
    return first if first == last else None


def _cut(column: Column, day: date, shift: int) -> str:
    match column.keep:
        case "year":
            return f"{day.year:04}"
        case "quarter":
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        case "month":
            return f"{day.year:04}-{day.month:02}"
        case _:
            return (day + timedelta(days=shift)).isoformat()


def kind(column: Column, vocabulary: Vocabulary) -> type[Any]:
    """What the cells of a column are: `str`, `float` or `bool`."""
    if column.keep == "band":
        return float
    if column.keep != "as_is":
        return str
    reduction = vocabulary.reductions.get(column.fact)
    if reduction is not None and reduction[1].take in ("any", "count"):
        return bool if reduction[1].take == "any" else float
    fact = reduction[0] if reduction else vocabulary.facts[column.fact]
    return bool if fact.type == "boolean" or (fact.type == "derived" and not fact.values) else str
