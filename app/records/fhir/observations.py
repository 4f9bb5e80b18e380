"""Observation → entries: own value, components, unknown and masked results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.records.fhir.entries import Context, dated, qualifiers_of, statement
from app.records.fhir.references import Located
from app.records.fhir.status import by_absence, modifier, refuse
from app.records.fhir.values import (
    Json,
    a_dict,
    codes_of,
    date_of,
    dicts,
    first_code,
    number_of,
    quantity_of,
    text_of,
    words_of,
)
from app.records.model import Quantity, Reason, RecordEntry, Refusal, Value

_UNKNOWN = {
    "unknown",
    "asked-unknown",
    "temp-unknown",
    "asked-declined",
    "not-asked",
    "not-applicable",
    "error",
    "unsupported",
    "not-a-number",
    "negative-infinity",
    "positive-infinity",
    "not-permitted",
}

_ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def read_observation(item: Located, context: Context) -> list[RecordEntry]:
    """One entry for the own value, one for each component (all under the observation's own name)."""
    resource = item.resource
    whole = dated(
        statement(item, context, "observation", resource.get("code")),
        resource,
        "effective",
        recorded="issued",
        basis="issued",
    )
    whole.qualifiers = qualifiers_of(resource.get("bodySite"), resource.get("method"), *_moments(resource))
    whole.status = text_of(resource.get("status"))
    whole.converted_from = _converted_from(resource)
    components = list(dicts(resource.get("component")))
    entries = []
    if not components or _has_value(resource):
        entries.append(_fill(whole, resource, members=bool(resource.get("hasMember"))))
    for component in components:
        entries.append(_component(whole, component))
    return [entry for entry in entries if entry is not None]


def _component(whole: RecordEntry, component: Json) -> RecordEntry | None:
    entry = replace(
        whole,
        codes=codes_of(component.get("code")),
        text=words_of(component.get("code")),
        value=None,
        part_of=whole.source.entry,
        refusal=whole.refusal or modifier(component),
        interpretation=(),
        reference_ranges=(),
        converted_from=None,
    )
    return _fill(entry, component, members=False)


def _has_value(resource: Json) -> bool:
    return bool(resource.get("dataAbsentReason")) or any(key.startswith("value") for key in resource)


def _fill(entry: RecordEntry, resource: Json, *, members: bool) -> RecordEntry | None:
    """Add value, interpretation and ranges. None for a panel that only groups its members."""
    values = [key for key in resource if key.startswith("value") and key[5:6].isupper()]
    absent = first_code(resource.get("dataAbsentReason")) or _absence_in_value(resource)
    entry.interpretation = qualifiers_of(resource.get("interpretation"))
    entry.reference_ranges = tuple(_range_text(item) for item in dicts(resource.get("referenceRange")))
    if values:
        entry.value = value_of(values[0][5:], resource[values[0]])
        nothing_but_absent = entry.value is None and len(values) == 1
        if absent is None and not isinstance(entry.value, Quantity | bool):
            absent = _absent_code(entry.value)
            entry.value = None if absent else entry.value
        elif not nothing_but_absent and (absent is not None or len(values) > 1):
            entry.refusal = entry.refusal or refuse(
                Reason.CONTRADICTORY,
                "Donne à la fois un résultat et la raison de son absence, ou deux résultats.",
            )
            return entry
    if absent is not None:
        entry.unknown = absent if absent in _UNKNOWN else None
        entry.refusal = entry.refusal or by_absence(absent)
    elif entry.value is None:
        if members and not values:
            return None
        if not entry.codes and not entry.text:
            entry.refusal = entry.refusal or Refusal(Reason.NO_CONTENT, "Ni code ni résultat.")
        elif not entry.interpretation:
            entry.refusal = entry.refusal or refuse(Reason.NO_RESULT)
    return entry


def _absence_in_value(resource: Json) -> str | None:
    """The standard extension that stands in place of a value (`valueQuantity.extension`, `_valueString.extension`)."""
    for key, content in resource.items():
        if key.startswith(("value", "_value")):
            for extension in dicts(a_dict(content).get("extension")):
                if extension.get("url") == _ABSENT_REASON:
                    return text_of(extension.get("valueCode"))
    return None


def _absent_code(value: Value) -> str | None:
    """The reason given in place of a coded value (`asked-unknown`…)."""
    if isinstance(value, tuple) and value and all(code.system in ("absent", "null") for code in value):
        return value[0].code
    return None


def value_of(kind: str, content: Any) -> Value:
    """The content of a `value[x]`. A coded value without coding is its words; words are never coded here."""
    match kind:
        case "Quantity" | "Age" | "Duration" | "Count" | "Money" | "SimpleQuantity":
            return quantity_of(content)
        case "CodeableConcept":
            return codes_of(content) or words_of(content)
        case "Coding":
            return codes_of({"coding": [content]}) or words_of({"coding": [content]})
        case "Integer" | "Decimal" | "PositiveInt" | "UnsignedInt":
            number = number_of(content)
            return Quantity(number, None, raw=f"{number:f}") if number is not None else None
        case "Boolean":
            return content if isinstance(content, bool) else None
        case "DateTime" | "Date" | "Instant":
            return date_of(content)
        case "Range":
            return _range(content)
        case "String" | "Markdown" | "Time" | "Uri" | "Url":
            return text_of(content)
        case _:
            return None


def _range(content: Any) -> Value:
    low, high = quantity_of(a_dict(content).get("low")), quantity_of(a_dict(content).get("high"))
    if low and high:
        return f"{low.raw} – {high.raw}"
    if bound := low or high:
        return replace(bound, comparator=">=" if low else "<=", raw=f"{'≥' if low else '≤'} {bound.raw}")
    return None


def _range_text(item: Json) -> str:
    """A reference range in words with its units, to be shown and to notice a unit that does not fit."""
    low, high = quantity_of(item.get("low")), quantity_of(item.get("high"))
    parts = [text_of(item.get("text")), f"≥ {low.raw}" if low else None, f"≤ {high.raw}" if high else None]
    units = {quantity.unit for quantity in (low, high) if quantity and quantity.unit}
    return " ".join([part for part in parts if part] + sorted(f"[{unit}]" for unit in units))


def _moments(resource: Json) -> Iterator[Any]:
    """When in the day's course it was measured (after a meal…), from the national `moment-of-measurement` extension."""
    for extension in dicts(resource.get("extension")):
        if str(extension.get("url", "")).endswith("moment-of-measurement"):
            yield extension.get("valueCodeableConcept") or {"coding": [a_dict(extension.get("valueCoding"))]}


def _converted_from(resource: Json) -> Quantity | None:
    """The value before a conversion that the sender did, from the national `origin-of-data` extension."""
    for extension in dicts(resource.get("extension")):
        if str(extension.get("url", "")).endswith("origin-of-data"):
            for part in dicts(extension.get("extension")):
                if part.get("url") == "originalValue":
                    return quantity_of(part.get("valueQuantity"))
    return None
