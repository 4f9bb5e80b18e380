"""Invented people, built fact by fact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.dates import PartialDate
from app.facts.model import Fact, FactSheet
from app.records.model import Document, Source, Subject

AS_OF = date(2026, 11, 15)


def fact(name: str, value: Any, day: str | None = None, **more: Any) -> Fact:
    """A fact as a professional's record gives it; `more` may set unit, author, as_recorded, file, details."""
    source = Source(more.pop("file", "dossier.json"), more.pop("entry", f"Observation/{name}"))
    return Fact(name, value, more.pop("unit", None), PartialDate.parse(day) if day else None,
                more.pop("author", "professional"), (source,), more.pop("as_recorded", None), details=more)


def sheet(
    *facts: Fact, born: str | None = "1968-03-02", sex: Any = "male", documents: tuple[Document, ...] = (),
    sections: frozenset[str] = frozenset({"problems", "medications"}),
) -> FactSheet:
    made = FactSheet(AS_OF, Subject(PartialDate.parse(born) if born else None, sex), sections=sections,
                     documents=list(documents))
    for one in facts:
        made.facts.setdefault(one.id, []).append(one)
    return made


SMOKER = (
    fact("tobacco_status", "current", "2026-05-11"),
    fact("systolic_bp", 148.0, "2026-05-11", unit="mm[Hg]", entry="Observation/ta"),
    fact("diastolic_bp", 92.0, "2026-05-11", unit="mm[Hg]", entry="Observation/ta"),
    fact("total_cholesterol", 6.336, "2026-04-22", unit="mmol/L", as_recorded="2.45 g/L"),
    fact("hdl_cholesterol", 1.09, "2026-04-22", unit="mmol/L", as_recorded="0.42 g/L"),
)


@pytest.fixture
def smoker() -> FactSheet:
    """A man of 58 who smokes, with a high pressure and his cholesterol known."""
    return sheet(*SMOKER)


@pytest.fixture
def everyone() -> list[FactSheet]:
    """Both sexes and many ages, each with much in the record and with nothing."""
    return [
        sheet(*facts, born=f"{AS_OF.year - age}-03-02", sex=sex)
        for age in (3, 18, 26, 33, 45, 52, 61, 68, 74, 83) for sex in ("female", "male", "unknown")
        for facts in ((), SMOKER)
    ] + [sheet(born=None)]


Build = Callable[..., FactSheet]
