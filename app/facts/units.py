"""Units: a number as recorded → the canonical unit of its fact, exactly and cheaply.

Common pairs come from exact tables (`content/vocabulary/units.yaml`), mass ↔ molar conversions from the factor of
the analyte, anything else from the UCUM library, which is loaded only when it is needed. Every pair is worked out
once. The unit given rules, not the property of the code: French laboratories send mmol/L under mass LOINC codes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.content import Kept, content_dir, load_model
from app.facts.vocabulary import Fact

_ANNOTATION = re.compile(r"\{[^}]*\}")
_MEMO_SIZE = 5_000


class UnitError(ValueError):
    """The unit is absent or cannot be converted to that of the fact."""


class Analyte(BaseModel):
    """`to` = `from` × factor + offset."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    from_: str = Field(alias="from")
    to: str
    factor: Decimal
    offset: Decimal = Decimal(0)


class UnitsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    spellings: dict[str, str]
    dimensions: dict[str, dict[str, Decimal]]
    analytes: dict[str, Analyte]
    confusions: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Linear:
    """canonical = number × factor + offset."""

    factor: Decimal
    offset: Decimal = Decimal(0)

    def __call__(self, number: Decimal) -> Decimal:
        return number * self.factor + self.offset

    def then(self, after: Linear) -> Linear:
        return Linear(self.factor * after.factor, self.offset * after.factor + after.offset)


_SAME = Linear(Decimal(1))


@dataclass(slots=True)
class Units:
    """The tables, and the conversions worked out so far."""

    file: UnitsFile
    places: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    """Unit → {dimension: factor to the dimension's base}."""
    memo: dict[tuple[str, str], Linear | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for dimension, units in self.file.dimensions.items():
            for unit, factor in units.items():
                self.places.setdefault(unit, {})[dimension] = factor

    def conversion(self, unit: str, fact: Fact) -> Linear | None:
        """How a number in `unit` becomes one in the fact's canonical unit; None when it cannot."""
        key = (unit, fact.id)
        if key not in self.memo:
            if len(self.memo) >= _MEMO_SIZE:
                self.memo.clear()
            self.memo[key] = self._search(unit, fact)
        return self.memo[key]

    def _search(self, unit: str, fact: Fact) -> Linear | None:
        canonical = fact.unit or "1"
        spellings = list(self.spellings(unit))
        synonyms = {spelling for text in (canonical, *fact.unit_synonyms) for spelling in self.spellings(text)}
        if any(spelling in synonyms for spelling in spellings):
            return _SAME
        if canonical == "1" and not _ANNOTATION.sub("", unit.strip()):
            return _SAME  # in UCUM, an annotation alone ({score}, {T-score}) is a pure number
        for spelling in spellings:
            if spelling in fact.unit_factors:
                return Linear(Decimal(fact.unit_factors[spelling]))
        return next(filter(None, (self._of_tables(s, canonical, fact.analyte) for s in spellings)), None) or next(
            filter(None, (_of_library(s, canonical) for s in spellings)), None
        )

    def _of_tables(self, unit: str, canonical: str, analyte: str | None) -> Linear | None:
        if (factor := self._ratio(unit, canonical)) is not None:
            return Linear(factor)
        molar = self.file.analytes.get(analyte or "")
        if molar is None:
            return None
        before, after = self._ratio(unit, molar.from_), self._ratio(molar.to, canonical)
        if before is None or after is None:
            return None
        return Linear(before).then(Linear(molar.factor, molar.offset)).then(Linear(after))

    def _ratio(self, unit: str, other: str) -> Decimal | None:
        """The factor between two units of one dimension."""
        if unit == other:
            return Decimal(1)
        ours, theirs = self.places.get(unit, {}), self.places.get(other, {})
        return next((ours[name] / theirs[name] for name in ours if name in theirs), None)

    def spellings(self, text: str) -> Iterator[str]:
        """A unit as written, in its UCUM spelling, and without its annotations."""
        plain = unicodedata.normalize("NFKC", text.strip()).replace("µ", "u").replace("μ", "u").replace(",", ".")
        yield plain
        for form in (plain.lower(), plain.replace(" ", "").lower()):
            if form in self.file.spellings:
                yield self.file.spellings[form]
        bare = _ANNOTATION.sub("", plain)
        if bare and bare != plain and not bare.startswith(("/", ".")):
            yield bare
            if bare.lower() in self.file.spellings:
                yield self.file.spellings[bare.lower()]


@Kept
def units() -> Units:
    """The tables of `content/vocabulary/units.yaml`."""
    return Units(load_model(content_dir() / "vocabulary" / "units.yaml", UnitsFile))


@lru_cache(maxsize=2048)
def ratio(unit: str, other: str) -> Decimal | None:
    """The factor from one unit to another of the same dimension, whatever is measured; None when there is none."""
    tables, ends = units(), list(units().spellings(other))
    for ours in tables.spellings(unit):
        for theirs in ends:
            if (found := tables._ratio(ours, theirs)) is not None:
                return found
            if (library := _of_library(ours, theirs)) is not None:
                return library.factor
    return None


@lru_cache(maxsize=2048)
def is_unit(text: str) -> bool:
    """Is it a unit at all: of the tables, of UCUM, or a pure number (`1`, `{score}`)?"""
    spellings = list(units().spellings(text))
    if any(one in units().places or _ANNOTATION.sub("", one) in ("", "1") for one in spellings):
        return True
    return any(_of_library(bare, bare) is not None for bare in map(_bare, spellings))


def _bare(unit: str) -> str:
    return _ANNOTATION.sub("", unit).strip("/.")


@lru_cache(maxsize=1)
def _library() -> Any:
    """The UCUM grammar and Pint (about one second): only for units outside the tables."""
    from ucumvert import PintUcumRegistry

    return PintUcumRegistry()


@lru_cache(maxsize=2048)
def _of_library(unit: str, canonical: str) -> Linear | None:
    """A conversion by the UCUM library. Different annotations ({packs}/d, {cigarettes}/d) are different things."""
    ours, theirs = _ANNOTATION.findall(unit), _ANNOTATION.findall(canonical)
    bare = _bare(canonical)
    if not bare or bare == "1" or len(unit) > 40 or re.search(r"\d{3}", unit) or (ours and ours != theirs):
        return None
    try:
        library = _library()
        factor = library.from_ucum(unit).to(library.from_ucum(canonical).units).magnitude
        scale = library.from_ucum(canonical).magnitude
        ratio = Decimal(repr(float(factor))) / Decimal(repr(float(scale)))
    except Exception:  # the grammar, Pint and Decimal each have their own family of errors: all mean "not this unit"
        return None
    return Linear(ratio) if ratio.is_finite() and ratio > 0 else None


def convert(number: Decimal, unit: str | None, fact: Fact) -> Decimal:
    """`number` in the fact's canonical unit. Raises UnitError when the unit is absent or does not fit."""
    if not unit:
        if fact.pure_number or fact.unit in (None, "1"):
            return number
        raise UnitError("no unit")
    conversion = units().conversion(unit, fact)
    if conversion is None:
        raise UnitError(f"not convertible to {fact.unit}")
    return conversion(number)


def to_canonical(value: float, unit: str | None, fact: Fact) -> float:
    """The same for plain floats, rounded to six significant digits. Raises UnitError."""
    return rounded(convert(Decimal(repr(float(value))), unit, fact))


def rounded(number: Decimal) -> float:
    """Six significant digits: more than any laboratory gives, and free of the conversion's noise."""
    return float(f"{number:.6g}")


def other_readings(number: Decimal, fact: Fact) -> list[tuple[str, Decimal]]:
    """What the same number would be, in the canonical unit, in each unit that it is often confused with."""
    confused = units().file.confusions
    names = confused.get(fact.id) or confused.get(fact.analyte or "") or []
    return [(name, conversion(number)) for name in names if (conversion := units().conversion(name, fact)) is not None]
