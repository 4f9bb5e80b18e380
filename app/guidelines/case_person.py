"""The person of a guideline case → a `FactSheet`, by the names and conventions of the case vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.dates import PartialDate
from app.errors import ContentError
from app.facts.model import Fact, FactSheet, FactValue, UnknownFact
from app.facts.units import UnitError, to_canonical
from app.facts.vocabulary import Fact as FactDefinition
from app.facts.vocabulary import Vocabulary
from app.records.model import Author, Source, Subject
from app.records.relatives import KINSHIPS


def sheet_of(person: Mapping[str, Any], as_of: date, vocabulary: Vocabulary, *, where: str) -> FactSheet:
    """Facts of a complete person. Raises ContentError for a name, a date or a unit that is not known."""
    sheet = FactSheet(as_of, _subject(person, where), complete=True)
    source = (Source(where, "case"),)

    def put(
        name: str, value: FactValue, when: PartialDate | None, author: Author = "professional", **more: Any
    ) -> None:
        sheet.facts.setdefault(name, []).append(
            Fact(name, value, more.pop("unit", None), when, author, source, details=more)
        )

    for name, given in person["facts"].items():
        if name == "symptoms":
            for symptom in given:
                put(_known(f"symptom_{symptom}", vocabulary, where).id, True, PartialDate.of(as_of))
            continue
        definition = _known(name, vocabulary, where)
        put(definition.id, _value(definition, given, where), PartialDate.of(as_of), unit=definition.unit)
    for event in person["events"]:
        when = _date(event["date"], where)
        if event["what"] == "blood_pressure":
            for name, part in (("systolic_bp", "systolic"), ("diastolic_bp", "diastolic")):
                if event[part] is not None:
                    put(name, float(event[part]), when, event["author"], unit="mm[Hg]")
            continue
        definition = _known(event["what"], vocabulary, where)
        put(definition.id, _event_value(definition, event, where), when, event["author"], unit=definition.unit)
    for relative in person["family"]:
        definition = _known(f"family_{relative['condition']}", vocabulary, where)
        if relative["relation"] not in KINSHIPS:
            raise ContentError(f"unknown relation {relative['relation']!r}", where=where)
        kinship = KINSHIPS[relative["relation"]]
        age = relative["age_at_diagnosis"]
        onset = None if age in (None, "unknown") else float(age)
        put(definition.id, relative["relation"], None, relation=relative["relation"], degree=kinship.degree,
            side=kinship.side, sex=kinship.sex, onset_low=onset, onset_high=onset)
    for name in person["unknown"]:
        for part in ("systolic_bp", "diastolic_bp") if name == "blood_pressure" else (name,):
            sheet.unknown.append(UnknownFact(_known(part, vocabulary, where).id, "stated by the case", source))
    for values in sheet.facts.values():
        values.sort(key=lambda fact: fact.date.earliest if fact.date else date.min)
    return sheet


def _subject(person: Mapping[str, Any], where: str) -> Subject:
    birth = person["birth_date"]
    return Subject(_date(birth, where) if birth else None, person["administrative_sex"])


def _known(name: str, vocabulary: Vocabulary, where: str) -> FactDefinition:
    if (fact_id := vocabulary.names.get(name)) is None:
        raise ContentError(f"unknown name {name!r}", where=where, remedy="use a name of the vocabulary of facts")
    return vocabulary.facts[fact_id]


def _date(text: Any, where: str) -> PartialDate:
    try:
        return PartialDate.parse(str(text))
    except ValueError as error:
        raise ContentError(str(error), where=where) from None


def _value(definition: FactDefinition, given: Any, where: str) -> FactValue:
    """Raises ContentError for a value that the fact cannot hold: read as it is, it would pass in silence."""
    if definition.type == "date":
        return _date(given, where)
    if definition.values:
        word = str(given)
        if word not in definition.values:
            raise ContentError(f"{definition.id}: {given!r} is not one of {', '.join(definition.values)}", where=where)
        return word
    if definition.type == "boolean":
        if not isinstance(given, bool):
            raise ContentError(f"{definition.id}: {given!r} is neither true nor false", where=where)
        return given
    if definition.type == "text":
        return str(given)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ContentError(f"{definition.id}: {given!r} is not a number", where=where)
    return float(given)


def _event_value(definition: FactDefinition, event: Mapping[str, Any], where: str) -> FactValue:
    if event["value"] is not None:
        try:
            return to_canonical(float(event["value"]), event["unit"], definition)
        except UnitError as error:
            raise ContentError(f"{definition.id}: {error}", where=where) from None
    if definition.type == "dose":
        return "dose"
    if event["result"] is None:
        return "done"
    return _value(definition, event["result"], where)
