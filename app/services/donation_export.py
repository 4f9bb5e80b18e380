"""Exporting donated data for a project: read through the door, minimised, held against the register, delivered.

Rows wait on disk sealed with a key of this process; the files appear in one rename, inside the last transaction, which
no opposition can overtake. Memory does not grow with the number of people.
"""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from app.dates import age_on
from app.errors import UsageError
from app.facts.model import FactSheet
from app.services.services import Services
from app.services.sheets import with_answers
from app.store.tables import stamp
from app.trust import health
from app.trust.donation import exports, external
from app.trust.donation.exports import Looked, RegisterMoved
from app.trust.donation.manifest import (
    DATA,
    DICTIONARY,
    FORMAT,
    KIND,
    MANIFEST,
    OPPOSED,
    SMALLEST,
)
from app.trust.donation.minimise import kind, row
from app.trust.donation.projects import Project, definition, load_projects
from app.trust.donation.pseudonyms import ProjectKey
from app.trust.donation.staging import BUCKETS, SealedFile, Staging
from app.trust.donation.terms import load_terms
from app.trust.grant import Grant
from app.trust.health import Donated
from app.trust.log import receipt
from app.trust.rules import Asked
from app.trust.secrets import donation_key
from app.trust.vocabulary import Tag

TRIES = 20
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What an export came to. `refused` says why nothing left; else `k` is the smallest group of people who share all
    identifying values, `left_out` how many were in smaller ones than may be."""

    export: str
    project: str
    people: int
    left_out: int
    opposed: int
    k: int
    groups: int
    seconds: float
    refused: str | None = None


class _Export:
    def __init__(self, services: Services, project: Project, folder: Path, staging: Staging) -> None:
        self.services, self.project, self.folder, self.staging = services, project, folder, staging
        self.number = secrets.token_hex(8)
        self.files: dict[str, SealedFile] = {}
        self.secret = donation_key(services.settings, services.engine)
        self.key = ProjectKey(self.secret, project.id)
        self.identifying = [i for i, column in enumerate(project.columns) if column.identifies]

    def read(self, progress: Told) -> None:
        """Everybody who gives, through the door, page by page, into the staging."""
        door, terms, done = self.services.door, load_terms(), 0
        wanted = frozenset(self.project.categories)
        asked = Asked(Tag.DONATION_EXPORT, "read", "donated", "donation", wanted, detail=self.project.id)
        for giving in self._pages(terms):
            for cells in door.enter_each(giving, asked, self._work):
                self.staging.add(cells)
            done += len(giving)
            progress(done)

    def _pages(self, terms: Any) -> Iterator[list[str]]:
        after: str | None = ""
        while after is not None:
            start, now = after, self.services.now()
            page = partial(exports.candidates, project=self.project, terms=terms, now=now, after=start)
            giving, after = self.services.door.account(page)
            if giving:
                yield giving

    def _work(self, grants: Any) -> list[list[Any]]:
        """Rows of the people of these grants, who are noted as perhaps in the export in the same transaction."""
        found = health.read_donated(grants, self.services.vocabulary)
        by_person: dict[str, Grant] = {grant.subject: grant for grant in grants}
        if not found:
            return []
        connection = grants[0].connection("read", "donated")
        refused = external.listed(connection, self.secret, [one.identity for one in found])
        kept = [one for one, listed in zip(found, refused, strict=True) if not listed and self._old_enough(one)]
        exports.join([by_person[one.subject] for one in kept], self.number)
        return [self._row(one) for one in kept]

    def _old_enough(self, one: Donated) -> bool:
        """An unknown birth date is no age."""
        birth = one.identity.birth_date if one.identity else None
        minimum = load_terms().minimum_age
        return birth is not None and age_on(birth.latest, self.services.today()) >= minimum

    def _row(self, one: Donated) -> list[Any]:
        today = self.services.today()
        sheet = with_answers(one.sheet or FactSheet(today, None), one.answers, today, self.services)
        cells = row(self.project.columns, sheet, self.services.vocabulary, self.key.days(one.subject))
        return [one.subject, self.key.pseudonym(one.subject), *cells]

    def write(self, looked: Looked) -> tuple[dict[str, Any], frozenset[str]] | str:
        """The files but the manifest, without those who are gone; gives what the manifest says and who was left out of
        small groups, or why nothing may leave."""
        cells: Counter[str] = Counter(self._cell(one) for one in self.staging if one[0] not in looked.gone)
        small = {cell for cell, people in cells.items() if people < SMALLEST}
        if small and self.project.small_cells == "refuse":
            return f"{len(small)} groups of fewer than {SMALLEST} people: coarsen the columns that identify"
        left_out: set[str] = set()
        people = 0

        def kept(bucket: int) -> Iterator[list[Any]]:
            nonlocal people
            for one in sorted(self.staging.bucket(bucket), key=lambda each: each[1]):
                if one[0] in looked.gone:
                    continue
                if self._cell(one) in small:
                    left_out.add(one[0])
                    continue
                people += 1
                yield one

        self.files = {
            name: SealedFile(self.folder / f"{name}-{secrets.token_hex(4)}") for name in (DATA, DICTIONARY, OPPOSED)
        }
        _parquet(self.project, self.services, self.files[DATA], (kept(bucket) for bucket in range(BUCKETS)))
        if not people:
            return "nobody may be in it"
        self.files[DICTIONARY].write(_dictionary(self.project, self.services).encode())
        self.files[OPPOSED].write("".join(one + "\n" for one in looked.tokens).encode())
        large = [count for cell, count in cells.items() if cell not in small]
        said = {
            "at": stamp(self.services.now()), "columns": [column.name for column in self.project.columns],
            "export": self.number, "files": {name: file.digest for name, file in self.files.items()},
            "groups": len(large), "identifying": self.project.identifying, "k": min(large), "left_out": len(left_out),
            "opposed": len(looked.tokens), "people": people, "project": self.project.id,
            "register": {
                "choices": looked.seen.choices, "log_checkpoint": looked.checkpoint, "log_size": looked.log_size,
            },
        }  # fmt: skip
        return said, frozenset(left_out)

    def _cell(self, one: list[Any]) -> str:
        return json.dumps([one[2 + i] for i in self.identifying])


BUCKETS_IN_ORDER = range(BUCKETS)


def export(services: Services, name: str, out: Path, progress: Told = lambda _: None) -> Report:
    """Export for a project into the new folder `out`. Raises UsageError (`unknown_project`, `project`, `out`); nothing
    is left behind then."""
    project, start = load_projects().get(name), time.perf_counter()
    if problem := project.problem_on(services.today(), demo=services.settings.demo):
        raise UsageError(problem, code="project", where=name)
    if out.exists():
        raise UsageError("exists already: give a new folder", code="out", where=out.name)
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = out.parent / f".{out.name}-{secrets.token_hex(4)}.part"
    folder.mkdir(mode=0o700)
    try:
        with Staging(folder) as staging:
            return _run(_Export(services, project, folder, staging), out, progress, start)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(work: _Export, out: Path, progress: Told, start: float) -> Report:
    door, services = work.services.door, work.services
    door.account(lambda connection: exports.begin(connection, work.number, work.project.id, stamp(services.now())))
    delivered = False
    try:
        listed = door.account(exports.state).listed
        work.read(progress)
        for _ in range(TRIES):
            looked = door.account(
                lambda connection: exports.look(
                    connection, work.number, work.project, work.key, load_terms(), services.now()
                )
            )
            if looked.seen.listed != listed:
                raise UsageError("an opt-out list came meanwhile: run it again", code="project", where=work.project.id)
            made = work.write(looked)
            if isinstance(made, str):
                return Report(work.number, work.project.id, 0, 0, len(looked.tokens), 0, 0, _since(start), made)
            said, left_out = made
            try:
                _deliver(work, out, looked, said, left_out)
            except RegisterMoved:
                continue
            delivered = True
            return Report(
                work.number, work.project.id, said["people"], said["left_out"], said["opposed"], said["k"],
                said["groups"], _since(start),
            )  # fmt: skip
        raise UsageError("the register changes too often: try later", code="project", where=work.project.id)
    finally:
        if not delivered and not out.exists():
            door.account(lambda connection: exports.give_up(connection, work.number))


def _deliver(work: _Export, out: Path, looked: Looked, said: dict[str, Any], left_out: frozenset[str]) -> None:
    services = work.services
    note = receipt.sign(services.log_key, KIND, said)
    manifest = {"format": FORMAT, "verifier_key": str(services.log_key.verifier), "receipt": note, **said}
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    ready = work.folder / "ready"

    def appear() -> None:
        ready.mkdir()
        for name, file in work.files.items():
            file.open_as(ready / name)
        (ready / MANIFEST).write_text(text, encoding="utf-8")
        ready.rename(out)

    def last(connection: Any) -> None:
        exports.leave(connection, work.number, looked.gone | left_out)
        exports.deliver(connection, work.number, looked, text, said["people"], said["at"], appear)

    try:
        services.door.account(last)
    except BaseException:  # not committed: what may have appeared goes again
        shutil.rmtree(out, ignore_errors=True)
        raise


def _parquet(project: Project, services: Services, file: SealedFile, buckets: Iterator[Iterator[list[Any]]]) -> None:
    """Rows in the order of their pseudonyms, one row group a bucket."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    types = {str: pa.string(), float: pa.float64(), bool: pa.bool_()}
    fields = [pa.field("pseudonym", pa.string())]
    fields += [pa.field(column.name, types[kind(column, services.vocabulary)]) for column in project.columns]
    schema = pa.schema(fields)
    with parquet.ParquetWriter(file, schema) as writer:
        for bucket in buckets:
            rows = list(bucket)
            columns = list(zip(*(one[1:] for one in rows), strict=True)) if rows else [()] * len(fields)
            arrays = [pa.array(list(cells), field.type) for cells, field in zip(columns, fields, strict=True)]
            writer.write_table(pa.table(arrays, schema=schema))


def _dictionary(project: Project, services: Services) -> str:
    """What each column means, where it comes from and how it was coarsened."""
    described = [{"name": "pseudonym", "type": "str", "why": "one person, in this project only"}]
    for column in project.columns:
        reduction = services.vocabulary.reductions.get(column.fact)
        fact = reduction[0] if reduction else services.vocabulary.facts[column.fact]
        described.append(
            column.model_dump(exclude_none=True) | {
                "type": kind(column, services.vocabulary).__name__, "unit": fact.unit, "values": fact.values,
                "label": reduction[1].label if reduction else fact.label, "definition": fact.definition,
                "category": definition(column, services.vocabulary)[0],
            }
        )  # fmt: skip
    told = {
        "project": project.id, "title": project.title, "vocabulary": services.vocabulary.digest, "columns": described,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _since(start: float) -> float:
    return time.perf_counter() - start
