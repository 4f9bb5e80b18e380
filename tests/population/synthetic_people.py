"""Synthetic people for tests: a chunk of one day, and what the one-person path makes of some of them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from app.dates import PartialDate
from app.facts.model import Fact, FactSheet
from app.facts.vocabulary import load_vocabulary
from app.population.codes import CODES
from app.population.compiled import Compiled
from app.population.files import Source, open_files
from app.population.query import Query
from app.population.stages import Kept
from app.population.synthetic.generate import Chunk, Generator
from app.population.synthetic.person import Person
from app.population.synthetic.table import LISTED_SECTIONS
from app.population.synthetic.write import Order
from app.records.model import Subject
from tests.guidelines.people import PACK, VOCABULARY

DAY = date(2026, 11, 15)


@lru_cache(maxsize=1)
def generator() -> Generator:
    return Generator(7, DAY)


@lru_cache(maxsize=1)
def chunk() -> Chunk:
    return generator().chunk(0)


def write_people(path: Path, people: int) -> Source:
    """Some of the chunk, from all through it, as a file marked as synthetic."""
    step = chunk().crowd.people // people
    table = generator().table(chunk()).take(list(range(0, step * people, step)))
    pq.write_table(table.replace_schema_metadata(Order(people, 7, DAY).metadata()), path)
    return open_files([path], DAY, load_vocabulary())


def sheet_of(person: Person) -> FactSheet:
    """The sheet of what the record says, without a file in between."""
    facts: dict[str, list[Fact]] = {}
    for said in person.statements:
        value = PartialDate.of(said.value) if isinstance(said.value, date) else said.value
        details = {}
        if said.kinship is not None:
            kin = said.kinship
            details = {"relation": kin.relation, "degree": kin.degree, "side": kin.side, "sex": kin.sex,
                       "onset_low": said.onset, "onset_high": said.onset}
        day = PartialDate.of(said.day) if said.day else None
        facts.setdefault(said.fact, []).append(Fact(said.fact, value, None, day, said.author, details=details))
    return FactSheet(DAY, Subject(PartialDate.of(person.birth), person.sex), facts,
                     sections=LISTED_SECTIONS if person.listed else frozenset())


def statuses(table: pa.Table) -> list[dict[str, str]]:
    """What the columns say of each row: guideline → status."""
    query = Query("duckdb")
    source = ibis.table(ibis.Schema.from_pyarrow(table.schema), name="people")
    last, answers = Compiled(PACK, DAY, VOCABULARY).run(source, query.stage, days=False)
    columns = {
        name: last[answer.status.name] if isinstance(answer.status, Kept) else ibis.literal(answer.status)
        for name, answer in answers.items()
    }
    codes = {code: str(status) for status, code in CODES.items()}
    with duckdb.connect() as engine:
        engine.register("people", table)
        rows = engine.execute(query.sql(last.select(**columns))).fetchall()
    return [{name: codes[code] for name, code in zip(columns, row, strict=True)} for row in rows]
