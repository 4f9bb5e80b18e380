"""When an event took place: an element of the resource, or what is computed from several.

- an element (`period`, `authoredOn`, `effective[x]`): a Period as it stands, or a date-time as an interval of one
  instant;
- `prevalence` of a Condition: from onset to abatement; without abatement endless when it is active, else until an
  unknown day;
- `medication_period` of a MedicationRequest or MedicationDispense: from its start for as many days as were supplied.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.dates import Period
from app.measures.elements import Json, codings, factor, number_of, path_of
from app.measures.person import Person
from app.measures.times import (
    AFTER_ALL,
    BEFORE_ALL,
    DAY,
    Bound,
    Interval,
    ceil_day,
    end_of,
    first_instant,
    floor_day,
    last_instant,
    read_instant,
    shift,
    start_of,
)

When = Callable[[Json, Person], Interval | None]


def interval_of(names: list[str]) -> When:
    """The function that a profile's `interval` stands for: the first that gives one."""
    each = [_COMPUTED.get(name) or _element(name) for name in names]
    if len(each) == 1:
        return each[0]
    return lambda resource, person: next(filter(None, (when(resource, person) for when in each)), None)


def _element(path: str) -> When:
    find = path_of(path)

    def when(resource: Json, person: Person) -> Interval | None:
        for node in find(resource, person):
            if (interval := _read(node)) is not None:
                return interval
        return None

    return when


def _read(node: Any) -> Interval | None:
    """A date-time or a Period; None for anything else, and for a Period without any readable bound."""
    if isinstance(node, dict):
        start_text, end_text = node.get("start"), node.get("end")
        if start_text is None and end_text is None:
            return None
        start = (BEFORE_ALL, BEFORE_ALL) if start_text is None else read_instant(start_text)
        end = (AFTER_ALL, AFTER_ALL) if end_text is None else read_instant(end_text)
        return None if start is None or end is None else Interval(*start, *end)
    instant = read_instant(node)
    return None if instant is None else Interval(*instant, *instant)


_ONSET, _ABATEMENT = path_of("onset[x]"), path_of("abatement[x]")
_ACTIVE = frozenset({"active", "recurrence", "relapse"})


def prevalence(resource: Json, person: Person) -> Interval | None:
    started = next((found for node in _ONSET(resource, person) if (found := _read_or_age(node, person))), None)
    if started is None:
        return None
    abated = _ABATEMENT(resource, person)
    ended = next((found for node in abated if (found := _read_or_age(node, person))), None)
    if ended is not None:
        return Interval(*start_of(started), *end_of(ended))
    if any(code in _ACTIVE for _, code in codings(resource.get("clinicalStatus"))):
        return Interval(*start_of(started), AFTER_ALL, AFTER_ALL)
    return Interval(*start_of(started), started.start_from, AFTER_ALL)


def _read_or_age(node: Any, person: Person) -> Interval | None:
    """An Age (a Quantity in years or months) is the year or month that follows that age."""
    if not isinstance(node, dict) or "value" not in node:
        return _read(node)
    number, birth = number_of(node), person.birth
    if number is None or birth is None or number[0] != number[1] or not number[0].is_integer():
        return None
    unit = {"a": "Y", "year": "Y", "years": "Y", "mo": "M", "month": "M", "months": "M"}.get(number[2] or "")
    if unit is None:
        return None
    size = Period.parse(f"P{int(number[0])}{unit}")
    first = shift(first_instant(birth.earliest), size, 1)
    last = shift(shift(last_instant(birth.latest), size, 1), Period.parse(f"P1{unit}"), 1) - DAY
    return Interval(first, last, first, last)


def medication_period(resource: Json, person: Person) -> Interval | None:
    """By day, from the first known of the dosage's bounds, `authoredOn` and the validity period.

    As long as the supply lasts: `expectedSupplyDuration`, else quantity ÷ (dose × doses a day); times one more than the
    repeats allowed. Without a length, to the end of the dosage's bounds; without that, unknown. What was dispensed
    starts when it was handed over (or prepared), and its length is `daysSupply`.
    """
    starts: tuple[Any, ...]
    dosage = _one(resource.get("dosageInstruction"))
    repeat = _one(_one(dosage.get("timing")).get("repeat"))
    bounds = _one(repeat.get("boundsPeriod"))
    if resource.get("resourceType") == "MedicationDispense":
        starts = (resource.get("whenHandedOver"), resource.get("whenPrepared"))
        supplied = {"expectedSupplyDuration": resource.get("daysSupply"), "quantity": resource.get("quantity")}
    else:
        supplied = _one(resource.get("dispenseRequest"))
        starts = (bounds.get("start"), resource.get("authoredOn"), _one(supplied.get("validityPeriod")).get("start"))
    started = next(filter(None, map(read_instant, starts)), None)
    if started is None:
        return None
    first: Bound = (floor_day(started[0]), floor_day(started[1]))
    days = _supply(supplied, dosage, repeat)
    if days is not None:
        more = max(int(days - 1), 0) * DAY + DAY - 1
        return Interval(*first, first[0] + more, first[1] + more)
    ended = read_instant(bounds.get("end"))
    return None if ended is None else Interval(*first, ceil_day(ended[0]), ceil_day(ended[1]))


def _supply(dispense: Json, dosage: Json, repeat: Json) -> float | None:
    """How many days the whole order lasts."""
    again = dispense.get("numberOfRepeatsAllowed")
    times = 1 + (again if isinstance(again, int) and again > 0 else 0)
    if (days := _in(dispense.get("expectedSupplyDuration"), "d")) is not None:
        return days * times
    amount = _one(dosage.get("doseAndRate"))
    dose = number_of(amount.get("doseQuantity")) or number_of(amount.get("doseRange"))
    quantity = number_of(dispense.get("quantity"))
    if quantity is None or dose is None or dose[1] <= 0:
        return None
    a_day = _doses_a_day(repeat)
    return quantity[0] / (dose[1] * a_day) * times if a_day > 0 else None


def _doses_a_day(repeat: Json) -> float:
    """One when it is not said."""
    often = number_of(repeat.get("frequencyMax")) or number_of(repeat.get("frequency"))
    period = number_of(repeat.get("period"))
    days = factor(str(repeat.get("periodUnit")), "d")
    if often is not None and period is not None and days is not None and period[0] > 0:
        return often[0] / (period[0] * days)
    times = repeat.get("timeOfDay")
    return float(len(times)) if isinstance(times, list) and times else 1.0


_WORDS = {"day": "d", "days": "d", "week": "wk", "weeks": "wk", "month": "mo", "months": "mo", "year": "a",
          "years": "a", "hour": "h", "hours": "h"}


def _in(node: Any, unit: str) -> float | None:
    number = number_of(node)
    if number is None or number[0] != number[1]:
        return None
    scale = factor(_WORDS.get(number[2] or "", number[2] or unit), unit)
    return None if scale is None else number[0] * scale


def _one(node: Any) -> Json:
    """The object, or the only one of a list; else an empty one (two dosages: which one is not said)."""
    if isinstance(node, list) and len(node) == 1:
        node = node[0]
    return node if isinstance(node, dict) else {}


_COMPUTED: dict[str, When] = {"prevalence": prevalence, "medication_period": medication_period}
