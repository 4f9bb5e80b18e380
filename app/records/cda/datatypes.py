"""HL7 v3 data types of CDA: dates (TS, IVL_TS), codes (CD, CE…) and values (PQ, IVL_PQ, CD, BL, INT, ST…).

Dates keep their precision and their stated local day: examples carry a winter offset in summer, so that
converting would move the day. Only a stamp in UTC (`+0000`), nobody's clock in France, is brought to
Europe/Paris.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from app.dates import PartialDate
from app.records.cda.xml import V3, XSI_TYPE, Element, Narrative, attribute, child, children, words
from app.records.codes import plain_code, short_name
from app.records.model import Code, Quantity, Reason, Refusal, Value

_PARIS = ZoneInfo("Europe/Paris")
_STAMP = re.compile(r"(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})?(\d{2})?(?:\.\d+)?)?([+-]\d{2}:?\d{2}|Z)?\Z")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?(?:[eE][+-]?\d{1,2})?\Z")

NULL_FLAVORS = {
    "NI": "no-information",
    "UNK": "unknown",
    "ASKU": "asked-unknown",
    "NAV": "temp-unknown",
    "NASK": "not-asked",
    "NA": "not-applicable",
    "MSK": "masked",
    "OTH": "other",
    "PINF": "positive-infinity",
    "NINF": "negative-infinity",
    "TRC": "trace",
}
"""HL7 null flavors, in the words of FHIR's data-absent-reason where it has one."""


def day(text: str | None) -> PartialDate | None:
    """A TS (`AAAA`, `AAAAMM`, `AAAAMMJJ`, with or without time and zone); None when it is no date."""
    match = _STAMP.match(text.strip()) if text else None
    if match is None:
        return None
    year, month, dom, hour, minute, _, zone = match.groups()
    if hour and zone in {"+0000", "+00:00", "-0000", "-00:00", "Z"} and month and dom:
        return _day_in_paris(int(year), int(month), int(dom), int(hour), int(minute or 0))
    parts = [year, *(part for part in (month, dom) if part and part != "00")]
    if month == "00":
        parts = [year]
    try:
        return PartialDate.parse("-".join(parts))
    except ValueError:
        return None


def _day_in_paris(year: int, month: int, dom: int, hour: int, minute: int) -> PartialDate | None:
    try:
        instant = datetime(year, month, dom, hour % 24, minute % 60, tzinfo=timezone(timedelta(0)))
        return PartialDate.of(instant.astimezone(_PARIS).date())
    except (ValueError, OverflowError):
        return None


def birth_day(text: str | None) -> PartialDate | None:
    """A birth date; a month or day that no calendar has (lunar dates) leaves the month or year alone."""
    if found := day(text):
        return found
    digits = (text or "").strip()[:8]
    if not digits.isdigit() or len(digits) < 4:
        return None
    year, month = digits[:4], digits[4:6]
    month_known = len(month) == 2 and 1 <= int(month) <= 12
    return day(year + month) if month_known else day(year)


@dataclass(frozen=True, slots=True)
class Interval:
    """A TS or IVL_TS: `start` (value, low or centre), `end` (high)."""

    start: PartialDate | None = None
    end: PartialDate | None = None

    @property
    def best(self) -> PartialDate | None:
        """When one day is wanted: the start, else the end."""
        return self.start or self.end


def interval(element: Element | None) -> Interval:
    if element is None:
        return Interval()
    value = attribute(element, "value") or attribute(child(element, "center"), "value")
    low, high = attribute(child(element, "low"), "value"), attribute(child(element, "high"), "value")
    return Interval(day(value or low), day(high))


def effective_time(statement: Element) -> Interval:
    """The first `effectiveTime` that holds a day (dosage rhythms are written in further ones)."""
    for element in statement.iterchildren(V3 + "effectiveTime"):
        found = interval(element)
        if found.best:
            return found
    return Interval()


def codes(element: Element | None) -> tuple[Code, ...]:
    """A CD as codes: the main one, its translations, unnamed qualifiers (« autre » is sharpened by them)."""
    if element is None:
        return ()
    found: dict[tuple[str, str], Code] = {}
    for item in (element, *element.iter(V3 + "translation")):
        if code := _code(item):
            found.setdefault((code.system, code.code), code)
    for qualifier in children(element, "qualifier"):
        if child(qualifier, "name") is None and (code := _code(child(qualifier, "value"))):
            found.setdefault((code.system, code.code), code)
    return tuple(found.values())


def qualifiers(element: Element | None) -> tuple[Code, ...]:
    """Named qualifiers of a CD (side, sex, age band…): their values."""
    if element is None:
        return ()
    values = (child(q, "value") for q in children(element, "qualifier") if child(q, "name") is not None)
    return tuple(code for value in values if (code := _code(value)))


def _code(element: Element | None) -> Code | None:
    code = attribute(element, "code")
    if element is None or code is None:
        return None
    system = short_name(attribute(element, "codeSystem") or "local")
    if system == "nabm" and code.isdigit():
        code = code.zfill(4)  # the reimbursement feed drops leading zeros
    return Code(system, plain_code(system, code), attribute(element, "displayName"))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a `value` element says."""

    value: Value = None
    text: str | None = None
    unknown: str | None = None
    refusal: Refusal | None = None
    qualifiers: tuple[Code, ...] = ()


def read_value(element: Element | None, narrative: Narrative) -> Reading:
    """Read one `value` by its `xsi:type`; what has none is not guessed (`untyped_value`)."""
    if element is None:
        return Reading(refusal=Refusal(Reason.NO_RESULT, "Aucun résultat n'est écrit."))
    flavor = attribute(element, "nullFlavor")
    if flavor == "MSK":
        return Reading(unknown="masked", refusal=Refusal(Reason.MASKED, "Valeur masquée par son auteur."))
    kind = (attribute(element, XSI_TYPE) or "").rpartition(":")[2]
    reading = _TYPED.get(kind, _untyped)(element, narrative)
    if reading.value is None and reading.unknown is None and flavor:
        return replace(reading, unknown=NULL_FLAVORS.get(flavor, "unknown"))
    return reading


def _untyped(element: Element, narrative: Narrative) -> Reading:
    if not element.attrib and not len(element) and not words(element):
        return Reading(unknown="unknown")
    if attribute(element, "nullFlavor") and not attribute(element, "value"):
        return Reading(text=narrative.of(child(element, "originalText")))
    return Reading(refusal=Refusal(Reason.UNTYPED_VALUE, "La valeur ne dit pas de quel type elle est."))


def _coded(element: Element, narrative: Narrative) -> Reading:
    text = narrative.of(child(element, "originalText")) or attribute(element, "displayName")
    if found := codes(element):
        return Reading(value=found, text=text, qualifiers=qualifiers(element))
    if text:
        return Reading(
            text=text, refusal=Refusal(Reason.FREE_TEXT_ONLY, "Résultat en texte libre, non codé.")
        )
    return Reading(unknown=_unless(None, element))


def _unless(value: object, element: Element) -> str | None:
    """A typed value that holds nothing is unknown (a null flavor, if any, says better why)."""
    return None if value is not None or attribute(element, "nullFlavor") else "unknown"


def _text(element: Element, narrative: Narrative) -> Reading:
    text = narrative.of(element) or attribute(element, "value")
    return Reading(value=text, text=text, unknown=_unless(text, element))


def _physical(element: Element, narrative: Narrative) -> Reading:
    quantity = pq(element)
    if quantity is None and (raw := attribute(element, "value")):
        return Reading(value=raw, text=raw)
    return Reading(value=quantity, unknown=_unless(quantity, element))


def _pure(element: Element, narrative: Narrative) -> Reading:
    reading = _physical(element, narrative)
    if isinstance(reading.value, Quantity):
        return Reading(value=Quantity(reading.value.value, "1", raw=reading.value.raw))
    return reading


def _range(element: Element, narrative: Narrative) -> Reading:
    low, high = child(element, "low"), child(element, "high")
    below, above = pq(high), pq(low)
    if below and above:
        text = f"{above.raw} – {below.raw}"
        return Reading(value=text, text=text)
    if bound := below or above:
        inclusive = attribute(high if below else low, "inclusive") == "true"
        comparator: Literal["<", "<=", ">", ">="]
        comparator = ("<=" if inclusive else "<") if below else (">=" if inclusive else ">")
        return Reading(value=Quantity(bound.value, bound.unit, comparator, f"{comparator} {bound.raw}"))
    return _physical(element, narrative)


def _boolean(element: Element, narrative: Narrative) -> Reading:
    word = attribute(element, "value")
    return Reading(value={"true": True, "1": True, "false": False, "0": False}.get(word or ""))


def _moment(element: Element, narrative: Narrative) -> Reading:
    found = interval(element).best
    return Reading(value=found, unknown=_unless(found, element))


_TYPED = {
    **dict.fromkeys(("CD", "CE", "CV", "CS", "CO", "SC"), _coded),
    **dict.fromkeys(("ST", "ED", "ON", "II", "TEL", "RTO_PQ_PQ", "RTO"), _text),
    **dict.fromkeys(("INT", "REAL"), _pure),
    **dict.fromkeys(("TS", "IVL_TS", "EIVL_TS"), _moment),
    "PQ": _physical,
    "IVL_PQ": _range,
    "IVL_INT": _range,
    "IVL_REAL": _range,
    "BL": _boolean,
    "BN": _boolean,
}


def pq(element: Element | None) -> Quantity | None:
    """A PQ (`value`, `unit`); a decimal comma is read, anything else than a number is not."""
    raw = attribute(element, "value")
    if raw is None or not _NUMBER.match(raw):
        return None
    unit = attribute(element, "unit")
    return Quantity(Decimal(raw.replace(",", ".")), unit, raw=f"{raw} {unit}" if unit else raw)


def reference_range(observation_range: Element, narrative: Narrative) -> str | None:
    """A reference range as text, exactly as given: ranges of the examples are not fit to be recomputed."""
    value = child(observation_range, "value")
    if value is None:
        return narrative.of(child(observation_range, "text"))
    low, high = pq(child(value, "low")), pq(child(value, "high"))
    if low and high:
        return f"{low.raw} – {high.raw}"
    if bound := low or high:
        return f"{'≥' if low else '≤'} {bound.raw}"
    return narrative.of(value)
