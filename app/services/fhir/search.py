"""Search parameters, pages and elements: what is not supported is refused, never passed over in silence.

FHIR R4 search, https://hl7.org/fhir/R4/search.html (read 2026-11-26).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.errors import UsageError
from app.exchange.terms import Resource

PAGE, LARGEST_PAGE = 50, 200
_MANDATORY = ("resourceType", "id", "meta", "status", "intent", "code", "subject", "patient")
"""Kept by `_elements`, so that what is left can still be read as what it is."""
_RESULT = frozenset({"_count", "_offset", "_elements", "_format"})

Match = Callable[[Resource, str], bool]


class NotSupported(UsageError):
    """A parameter that this server does not know for this type."""

    def __init__(self, name: str) -> None:
        super().__init__("this search parameter is not supported", code="fhir_not_supported", where=name[:60])


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a search: `found` of `total`, from `offset`."""

    found: Sequence[Resource]
    total: int
    offset: int
    count: int


def search(resources: Iterable[Resource], asked: Sequence[tuple[str, str]], known: Mapping[str, Match | None]) -> Page:
    """The resources that match every parameter. `known`: name → how it matches (None: settled by the caller).

    A comma is "or", a parameter given twice is "and". Raises NotSupported, UsageError (`fhir_search`).
    """
    matches: list[tuple[Match, str]] = []
    for name, value in asked:
        if name in _RESULT:
            continue
        if name not in known:
            raise NotSupported(name)
        if (match := known[name]) is not None:
            matches.append((match, value))
    kept = [
        resource for resource in resources
        if all(any(match(resource, one) for one in value.split(",")) for match, value in matches)
    ]  # fmt: skip
    given = dict(asked)
    count = min(_number(given, "_count", PAGE), LARGEST_PAGE)
    offset = _number(given, "_offset", 0)
    elements = [name.strip() for name in given.get("_elements", "").split(",") if name.strip()]
    found = [_only(resource, elements) for resource in kept[offset : offset + count]]
    return Page(found, len(kept), offset, count)


def bundle(page: Page, base: str, kind: str, asked: Sequence[tuple[str, str]]) -> Resource:
    """A searchset, with links to itself and to the following page."""
    kept = [(name, value) for name, value in asked if name not in ("_offset", "_count")]

    def link(relation: str, offset: int) -> dict[str, str]:
        query = urlencode([*kept, ("_count", page.count), ("_offset", offset)])
        return {"relation": relation, "url": f"{base}/{kind}?{query}"}

    links = [link("self", page.offset)]
    if page.offset + page.count < page.total and page.count:
        links.append(link("next", page.offset + page.count))
    out: Resource = {"resourceType": "Bundle", "type": "searchset", "total": page.total, "link": links}
    if page.found:
        out["entry"] = [
            {"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one, "search": {"mode": "match"}}
            for one in page.found
        ]
    return out


def by_id(resource: Resource, value: str) -> bool:
    return bool(resource["id"] == value)


def by_member(name: str) -> Match:
    """A code or a text that stands in the resource as it is."""
    return lambda resource, value: resource.get(name) == value


def by_code(member: str) -> Match:
    """A token: `code`, or `system|code`."""

    def match(resource: Resource, value: str) -> bool:
        system, bar, code = value.rpartition("|")
        codings = (resource.get(member) or {}).get("coding", ())
        return any(one.get("code") == code and (not bar or one.get("system", "") == system) for one in codings)

    return match


def by_date(*members: str) -> Match:
    """A day with its prefix (`eq`, `ge`, `gt`, `le`, `lt`), held against what the resource says, to its precision."""

    def match(resource: Resource, value: str) -> bool:
        prefix, day = (value[:2], value[2:]) if value[:2] in _COMPARE else ("eq", value)
        if not day[:4].isdigit():
            raise UsageError("expected a day, AAAA-MM-JJ", code="fhir_search", where="date")
        said = next((str(resource[name]) for name in members if name in resource), None)
        return said is not None and _COMPARE[prefix](said[: len(day)], day)

    return match


_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda said, day: said == day, "ge": lambda said, day: said >= day, "gt": lambda said, day: said > day,
    "le": lambda said, day: said <= day, "lt": lambda said, day: said < day,
}


def _only(resource: Resource, elements: Sequence[str]) -> Resource:
    if not elements:
        return resource
    wanted = {*_MANDATORY, *elements}
    kept = {name: value for name, value in resource.items() if name in wanted}
    return kept | {"meta": {**kept.get("meta", {}), "tag": [_SUBSETTED]}}


_SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}


def _number(given: Mapping[str, Any], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise UsageError("expected a whole number", code="fhir_search", where=name)
    return int(text)
