"""Columns of synthetic people say what the one-person path says of their statements, and of their FHIR bundles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from app.facts.extract import extract
from app.guidelines.evaluate import evaluate
from app.population.names import names_of
from app.population.row import Row, row_of
from app.population.synthetic.fhir import bundle_of
from app.population.synthetic.person import Person, person_of
from app.records.load import read_record
from tests.guidelines.people import PACK, VOCABULARY
from tests.population.synthetic_people import DAY, chunk, generator, sheet_of, statuses

NAMES = names_of(PACK.on(DAY))
STRATA = {"person", "department", "region", "deprivation_quintile", "area", "age_band"}


def rows_and_people(places: list[int]) -> list[tuple[Row, Person]]:
    table = generator().table(chunk()).take(places)
    return list(zip(table.to_pylist(), (person_of(chunk(), n, VOCABULARY) for n in places), strict=True))


def told(row: Row) -> Row:
    """What a row says, without names that say nothing, and numbers as far as criteria look."""
    kept: dict[str, Any] = {}
    for name, value in row.items():
        if name in STRATA or value is None or (value is False and name.endswith(("__open", "__undated"))):
            continue
        kept[name] = round(value, 9) if isinstance(value, float) else value
    return kept


def chosen() -> list[int]:
    """Some of everyone, and those of whom rare things are said."""
    rare = ["pregnant", "shingrix_vaccine", "family_ovarian_cancer", "low_dose_chest_ct", "hysterectomy", "hba1c"]
    spoken = chunk().spoken
    places = set(range(150))
    for fact in rare:
        found = spoken[fact]
        who = found.counts > 0 if hasattr(found, "counts") else found.latest() > -(2**31)
        places |= set(np.flatnonzero(who)[:10].tolist())
    assert len(places) > 180
    return sorted(places)


def test_columns_are_the_reductions_of_what_is_said() -> None:
    for row, person in rows_and_people(chosen()):
        assert told(row) == told(row_of(sheet_of(person), NAMES, VOCABULARY)), person.id


def test_a_bundle_tells_the_same_facts(tmp_path: Path) -> None:
    for row, person in rows_and_people(chosen()[::6]):
        path = tmp_path / f"{person.id}.json"
        path.write_text(json.dumps(bundle_of(person, VOCABULARY, DAY)), encoding="utf-8")
        sheet = extract(read_record([path]), DAY, VOCABULARY)
        assert [str(one) for one in sheet.set_aside] == []
        assert told(row) == told(row_of(sheet, NAMES, VOCABULARY)), person.id


def test_the_plan_of_a_bundle_is_that_of_the_row(tmp_path: Path) -> None:
    """What the service says of the person is what the population counts, for every guideline."""
    places = chosen()[::9]
    said = statuses(generator().table(chunk()).take(places))
    assert len({status for one in said for status in one.values()}) >= 9
    for place, columns in zip(places, said, strict=True):
        path = tmp_path / f"{place}.json"
        path.write_text(json.dumps(bundle_of(person_of(chunk(), place, VOCABULARY), VOCABULARY, DAY)), encoding="utf-8")
        sheet = extract(read_record([path]), DAY, VOCABULARY)
        assert {found.id: str(found.status) for found in evaluate(PACK, sheet)} == columns
