"""Fact sheets as JSON-ready data for the database, and back: an exact round trip.

Unlike `FactSheet.to_json` (what people read), nothing is left out here: identifiers, sections, bases, the two
ends of a date. Dates stand as `{"$date": [earliest, latest]}`, tuples as `{"$tuple": [...]}`: JSON knows
neither, and a fact's `details` may hold both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from app.dates import PartialDate
from app.errors import JalonError
from app.facts.kin import Kin, KinCondition
from app.facts.model import Fact, FactSheet, SetAside, UnknownFact
from app.records.model import Code, Document, Reason, Source, Subject, TreatingDoctor

FORMAT = 1
"""Raised when stored sheets of before can no longer be read; they are then extracted again from the
originals."""


class StorageError(JalonError):
    """Stored data that this version cannot read: extract the facts again from the original files."""

    code = "storage"


def to_storage(sheet: FactSheet) -> dict[str, Any]:
    """JSON-ready data from which `from_storage` makes an equal sheet."""
    return {
        "format": FORMAT,
        "as_of": sheet.as_of.isoformat(),
        "subject": None if sheet.subject is None else subject_to_storage(sheet.subject),
        "facts": {name: [_fact(fact) for fact in facts] for name, facts in sheet.facts.items()},
        "unknown": [{"id": u.id, "why": u.why, "sources": _sources(u.sources)} for u in sheet.unknown],
        "set_aside": [
            {"source": [a.source.file, a.source.entry], "reason": a.reason.value, "detail": a.detail}
            for a in sheet.set_aside
        ],
        "documents": [_document(document) for document in sheet.documents],
        "sections": sorted(sheet.sections),
        "complete": sheet.complete,
        "kin": [_kin(kin) for kin in sheet.kin],
        "treating": [[t.number, t.name, _pack(t.date), t.source.file, t.source.entry] for t in sheet.treating],
    }


def from_storage(data: Mapping[str, Any]) -> FactSheet:
    """The sheet that was stored. Raises StorageError when the data are not of this format."""
    if data.get("format") != FORMAT:
        raise StorageError("the stored facts are of another format", where="facts")
    try:
        return FactSheet(
            as_of=date.fromisoformat(data["as_of"]),
            subject=None if data["subject"] is None else subject_from_storage(data["subject"]),
            facts={name: [_to_fact(f) for f in facts] for name, facts in data["facts"].items()},
            unknown=[UnknownFact(u["id"], u["why"], _to_sources(u["sources"])) for u in data["unknown"]],
            set_aside=[
                SetAside(Source(*a["source"]), Reason(a["reason"]), a["detail"]) for a in data["set_aside"]
            ],
            documents=[_to_document(d) for d in data["documents"]],
            sections=frozenset(data["sections"]),
            complete=data["complete"],
            kin=tuple(_to_kin(kin) for kin in data.get("kin", [])),  # sheets stored before have none
            treating=tuple(_to_treating(*one) for one in data.get("treating", [])),  # nor these
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StorageError("the stored facts cannot be read", where=type(error).__name__) from None


def subject_to_storage(subject: Subject) -> dict[str, Any]:
    return {
        "birth_date": _pack(subject.birth_date),
        "administrative_sex": subject.administrative_sex,
        "identifiers": [list(pair) for pair in subject.identifiers],
        "birth_name": subject.birth_name,
        "used_name": subject.used_name,
        "given": subject.given,
        "deceased": _pack(subject.deceased),
        "reliability": subject.reliability,
    }


def subject_from_storage(data: Mapping[str, Any]) -> Subject:
    return Subject(
        **{
            **data,
            "birth_date": _unpack(data["birth_date"]),
            "deceased": _unpack(data["deceased"]),
            "identifiers": tuple((system, value) for system, value in data["identifiers"]),
        }
    )


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.id,
        "value": _pack(fact.value),
        "unit": fact.unit,
        "date": _pack(fact.date),
        "author": fact.author,
        "sources": _sources(fact.sources),
        "as_recorded": fact.as_recorded,
        "comparator": fact.comparator,
        "basis": fact.basis,
        "details": {key: _pack(value) for key, value in fact.details.items()},
    }


def _to_fact(data: Mapping[str, Any]) -> Fact:
    return Fact(
        **{
            **data,
            "value": _unpack(data["value"]),
            "date": _unpack(data["date"]),
            "sources": _to_sources(data["sources"]),
            "details": {key: _unpack(value) for key, value in data["details"].items()},
        }
    )


def _document(document: Document) -> dict[str, Any]:
    source = document.source
    return {
        "file": document.file,
        "kind": document.kind,
        "title": document.title,
        "date": _pack(document.date),
        "author": document.author,
        "readable": document.readable,
        "reason": document.reason,
        "source": None if source is None else [source.file, source.entry],
    }


def _to_document(data: Mapping[str, Any]) -> Document:
    source = data["source"]
    return Document(
        **{**data, "date": _unpack(data["date"]), "source": None if source is None else Source(*source)}
    )


def _kin(kin: Kin) -> dict[str, Any]:
    conditions = [{**asdict(c), "codes": [[code.system, code.code, code.display] for code in c.codes]}
                  for c in kin.conditions]  # fmt: skip
    return {**asdict(kin), "born": _pack(kin.born), "sources": _sources(kin.sources), "conditions": conditions}


def _to_kin(data: Mapping[str, Any]) -> Kin:
    conditions = tuple(
        KinCondition(**{**c, "codes": tuple(Code(*code) for code in c["codes"])}) for c in data["conditions"]
    )
    told = {"born": _unpack(data["born"]), "sources": _to_sources(data["sources"]), "conditions": conditions}
    return Kin(**{**data, **told})


def _to_treating(number: str, name: str | None, when: Any, file: str, entry: str) -> TreatingDoctor:
    return TreatingDoctor(number, name, _unpack(when), Source(file, entry))


def _sources(sources: tuple[Source, ...]) -> list[list[str]]:
    return [[source.file, source.entry] for source in sources]


def _to_sources(data: list[list[str]]) -> tuple[Source, ...]:
    return tuple(Source(file, entry) for file, entry in data)


def _pack(value: Any) -> Any:
    """JSON-ready form of one value; raises StorageError for a type that would not come back the same."""
    if isinstance(value, PartialDate):
        return {"$date": [value.earliest.isoformat(), value.latest.isoformat()]}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, tuple):
        return {"$tuple": [_pack(item) for item in value]}
    if isinstance(value, list):
        return [_pack(item) for item in value]
    if isinstance(value, Mapping):
        return {"$map": {key: _pack(item) for key, item in value.items()}}
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise StorageError("a fact holds a value that cannot be stored", where=type(value).__name__)


def _unpack(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpack(item) for item in value]
    if isinstance(value, dict):
        ((kind, content),) = value.items()
        if kind == "$date":
            return PartialDate(*(date.fromisoformat(day) for day in content))
        if kind == "$day":
            return date.fromisoformat(content)
        if kind == "$tuple":
            return tuple(_unpack(item) for item in content)
        return {key: _unpack(item) for key, item in content.items()}
    return value
