"""Value sets from files: `{identifier: {"name", "codes": [[system, code], …]}}`, or FHIR ValueSet resources.

FHIR: one ValueSet, a Bundle of them, or NDJSON; the codes are those of the expansion or, without one, those listed in
`compose.include`. A filter or an import cannot be expanded here, and is an error when its value set is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.errors import UsageError
from app.measures.catalog import Scope
from app.measures.check import value_sets_used
from app.measures.reading import read_json

Codes = frozenset[tuple[str, str]]
ValueSets = Mapping[str, Codes | None]
"""Identifier → (system, code) pairs; None: it is there, and could not be expanded."""


def read_value_sets(paths: Sequence[Path]) -> dict[str, Codes | None]:
    """Raises RecordError or UsageError that names the file."""
    found: dict[str, Codes | None] = {}
    for path in paths:
        before = len(found)
        for data in read_json(path):
            if isinstance(data, dict) and "resourceType" in data:
                for resource in _resources(data):
                    found.update(dict.fromkeys(_identifiers(resource), _codes_of(resource)))
            elif isinstance(data, dict):
                found.update((oid, _plain(oid, value, path)) for oid, value in data.items())
        if len(found) == before:
            raise UsageError("no value set in this file", code="value_sets", where=path.name)
    return found


def codes_for(scope: Scope, value_sets: ValueSets) -> dict[str, Codes]:
    """Name → codes of the value sets that the measure uses. Raises UsageError that lists those that are missing."""
    used = value_sets_used(scope)
    missing = [f"{name} ({oid})" for name, oid in used.items() if oid not in value_sets]
    if missing:
        raise UsageError(
            f"{scope.measure.id}: {len(missing)} of {len(used)} value sets are missing: {', '.join(missing[:5])}"
            + (" …" if len(missing) > 5 else "") + ": give a file that holds them (--valuesets)", code="value_sets",
        )
    found: dict[str, Codes] = {}
    for name, oid in used.items():
        codes = value_sets[oid]
        if not codes:
            raise UsageError(f"the value set {name} ({oid}) has no codes: give its expansion", code="value_sets")
        found[name] = codes
    return found


def _plain(oid: str, value: Any, path: Path) -> Codes:
    pairs = value.get("codes") if isinstance(value, dict) else value
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair) for pair in pairs
    ):
        raise UsageError(f"{oid[:60]}: expected \"codes\": [[system, code], …]", code="value_sets", where=path.name)
    return frozenset((system, code) for system, code in pairs)


def _resources(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if data.get("resourceType") == "ValueSet":
        yield data
    for entry in _dicts(data.get("entry")):
        if isinstance(entry.get("resource"), dict):
            yield from _resources(entry["resource"])


def _identifiers(resource: dict[str, Any]) -> Iterator[str]:
    """Everything that a measure may call it: id, address, the last part of the address, identifiers."""
    url = resource.get("url")
    texts = [resource.get("id"), url, url.rpartition("/")[2] if isinstance(url, str) else None]
    texts += [identifier.get("value") for identifier in _dicts(resource.get("identifier"))]
    for text in texts:
        if isinstance(text, str) and text:
            yield text.removeprefix("urn:oid:")


def _codes_of(resource: dict[str, Any]) -> Codes | None:
    expansion = resource.get("expansion")
    if isinstance(expansion, dict) and "contains" in expansion:
        return frozenset(_contained(_dicts(expansion["contains"])))
    compose = resource.get("compose")
    includes = _dicts(compose.get("include")) if isinstance(compose, dict) else []
    if not includes or any("filter" in part or "valueSet" in part or "concept" not in part for part in includes):
        return None
    return frozenset(
        (part.get("system", ""), concept["code"]) for part in includes for concept in _dicts(part["concept"])
        if isinstance(concept.get("code"), str)
    )


def _contained(items: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for item in items:
        if isinstance(item.get("system"), str) and isinstance(item.get("code"), str) and not item.get("abstract"):
            yield item["system"], item["code"]
        yield from _contained(_dicts(item.get("contains")))


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
