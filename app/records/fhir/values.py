"""The small parts of a resource: codings, quantities, dates. Wrong shapes give nothing, never an error."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from app.dates import PartialDate
from app.records.codes import plain_code, short_name
from app.records.model import Code, Quantity

Json = dict[str, Any]

_PARIS = ZoneInfo("Europe/Paris")
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?\Z")
_NEARBY = {timedelta(hours=1), timedelta(hours=2)}
_TOO_LARGE = Decimal("1e15")


def dicts(value: Any) -> list[Json]:
    """The objects of a list; a lone object where a list is expected is taken as one."""
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) else []


def a_dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def text_of(value: Any) -> str | None:
    """A non-empty string."""
    return value.strip() or None if isinstance(value, str) else None


def codes_of(concept: Any) -> tuple[Code, ...]:
    """The codings of a CodeableConcept, with systems and codes in their one spelling."""
    return tuple(code for coding in dicts(a_dict(concept).get("coding")) if (code := code_of(coding)))


def code_of(coding: Json) -> Code | None:
    code, system, display = coding.get("code"), coding.get("system"), coding.get("display")
    if not isinstance(code, str) or not code.strip():
        return None
    return _code(system if isinstance(system, str) else "", code, display if isinstance(display, str) else None)


@lru_cache(maxsize=8192)
def _code(system: str, code: str, display: str | None) -> Code:
    name = short_name(system) if system.strip() else ""
    return Code(name, plain_code(name, code), text_of(display))


def words_of(concept: Any) -> str | None:
    """What a CodeableConcept says in words: its text, else its first display."""
    concept = a_dict(concept)
    if words := text_of(concept.get("text")):
        return words
    for coding in dicts(concept.get("coding")):
        if display := text_of(coding.get("display")):
            return display
    return None


def first_code(concept: Any) -> str | None:
    """The bare code of a status-like concept (verificationStatus, clinicalStatus…)."""
    return next((code.code for code in codes_of(concept)), None)


def quantity_of(value: Any) -> Quantity | None:
    """A Quantity with its unit as written: the UCUM code when there is one, else the printed unit."""
    value = a_dict(value)
    number = number_of(value.get("value"))
    if number is None:
        return None
    printed, code = text_of(value.get("unit")), text_of(value.get("code"))
    comparator = value.get("comparator")
    if comparator not in ("<", "<=", ">", ">="):
        comparator = None
    raw = " ".join(part for part in (comparator, f"{number:f}", printed or code) if part)
    return Quantity(number, code or printed, cast(Literal["<", "<=", ">", ">="] | None, comparator), raw)


def number_of(value: Any) -> Decimal | None:
    """A finite decimal of a sane size, from a JSON number."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    return number if number.is_finite() and abs(number) < _TOO_LARGE and _places(number) < 30 else None


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 99


def date_of(value: Any) -> PartialDate | None:
    """A FHIR date or instant as the day in France.

    An instant written in UTC or far away is converted to Europe/Paris. A local offset (+01:00, +02:00) keeps the
    stated day: systems are known to write winter time in summer.
    """
    return _date_of(value) if isinstance(value, str) else None


@lru_cache(maxsize=8192)
def _date_of(value: str) -> PartialDate | None:
    try:
        if match := _INSTANT.match(value):
            return PartialDate.of(_local_day(value, match.group(1), match.group(4)))
        return PartialDate.parse(value)
    except (ValueError, OverflowError):
        return None


def _local_day(text: str, day: str, offset: str | None) -> date:
    if offset is None:
        return date.fromisoformat(day)
    instant = datetime.fromisoformat(text[:16] + offset.replace("Z", "+00:00"))
    return instant.date() if instant.utcoffset() in _NEARBY else instant.astimezone(_PARIS).date()


def period_of(value: Any) -> tuple[PartialDate | None, PartialDate | None]:
    value = a_dict(value)
    return date_of(value.get("start")), date_of(value.get("end"))


def choice(resource: Json, stem: str) -> tuple[str, Any] | None:
    """The `stem[x]` element: (type, content), for instance (`Quantity`, {...}). None when absent."""
    length = len(stem)
    for key, content in resource.items():
        if key.startswith(stem) and key[length : length + 1].isupper() and content is not None:
            return key[length:], content
    return None


def notes_of(resource: Json) -> tuple[str, ...]:
    """Free words, kept to be shown: never obeyed, never coded."""
    return tuple(words for note in dicts(resource.get("note")) if (words := text_of(note.get("text"))))


def identifiers_of(resource: Json) -> tuple[str, ...]:
    """`system|value` of the business identifiers, by which one statement read twice is recognised."""
    return tuple(
        f"{system}|{value}"
        for item in dicts(resource.get("identifier"))
        if (system := text_of(item.get("system"))) and (value := text_of(item.get("value")))
    )
