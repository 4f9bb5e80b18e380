"""The trace of a population as data: each criterion with its truth; for events, the resources that counted or not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.measures.criteria import Use
from app.measures.evaluate import Result
from app.measures.logic import Step
from app.measures.person import Found, Item, Json
from app.measures.times import AFTER_ALL, BEFORE_ALL, DAY, Bound, day_of


def trace_json(result: Result) -> dict[str, Any]:
    """Population → step; a population that could not matter any more was not looked at. With groups, group first."""
    groups: dict[str, Any] = {
        group: {name: step_json(step) for name, step in steps.items()} for group, steps in result.steps.items()
    }
    return dict(groups.get("", groups))


def step_json(step: Step) -> dict[str, Any]:
    """`criterion` is the criterion as written; an operator's own children are in `steps`."""
    if step.steps:
        kind = next(iter(step.criterion.model_dump(by_alias=True, exclude_none=True)))
        head: Any = f"use {step.criterion.use}" if isinstance(step.criterion, Use) else kind
        return {"criterion": head, "truth": step.truth, "steps": [step_json(child) for child in step.steps]}
    written = step.criterion.model_dump(by_alias=True, exclude_none=True, mode="json")
    out: dict[str, Any] = {"criterion": written, "truth": step.truth}
    return out | _found_json(step.found) if step.found is not None else out


def _found_json(found: Found) -> dict[str, Any]:
    """`set_aside` says under which key of the event each resource failed; its codes were those of the event."""
    out: dict[str, Any] = {"items": [_item_json(item) for item in found.items]}
    if found.aside:
        out["set_aside"] = [{"resource": _name(resource), "because": key} for resource, key in found.aside]
    return out


def _item_json(item: Item) -> dict[str, Any]:
    out: dict[str, Any] = {"resource": _name(item.resource)}
    if item.interval is not None:
        out |= {"from": _words(item.interval[:2]), "to": _words(item.interval[2:])}
    return out


def _name(resource: Json) -> str:
    return f"{resource.get('resourceType')}/{resource.get('id', '?')}"


def _words(bound: Bound) -> str | None:
    """An instant, a day, `first/last` of what it may be; None where there is no end, or none known."""
    low, high = bound
    if low == BEFORE_ALL or high == AFTER_ALL:
        return None
    if low == high:
        moment = datetime.combine(day_of(low), datetime.min.time()) + timedelta(milliseconds=low % DAY)
        return moment.isoformat(timespec="milliseconds") + "Z"
    first, last = day_of(low).isoformat(), day_of(high).isoformat()
    return first if first == last else f"{first}/{last}"
