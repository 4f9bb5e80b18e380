"""The trace as data: each criterion with its truth, and for each leaf the fact, its value, date and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.dates import PartialDate
from app.guidelines.criteria import GuidelineIs

if TYPE_CHECKING:
    from app.facts.reduce import ReducedValue
    from app.guidelines.criteria import Criterion
    from app.guidelines.recommendation import Step, TrackStep


def track_to_json(looked: TrackStep) -> dict[str, Any]:
    out: dict[str, Any] = {
        "track": looked.track.id, "level": looked.track.level, "truth": looked.truth,
        "source": looked.track.source, "when": step_to_json(looked.step),
    }
    if looked.status is not None:
        out["status"] = looked.status.value
        out["due_from"] = looked.due_from.isoformat() if looked.due_from else None
    if looked.reading is not None:
        out["set_by"] = reading_to_json(looked.reading)
    if looked.deferral is not None:
        out["deferred"] = {"why": looked.deferral.defer.why, "when": step_to_json(looked.deferral.step)}
    return out


def step_to_json(step: Step) -> dict[str, Any]:
    """`criterion` is the criterion as written (operators' own children are in `steps`)."""
    written = _as_written(step.criterion)
    if step.steps and not isinstance(step.criterion, GuidelineIs):
        return {"criterion": next(iter(written)), "truth": step.truth,
                "steps": [step_to_json(child) for child in step.steps]}
    out: dict[str, Any] = {"criterion": written, "truth": step.truth}
    if step.reading is not None:
        out["reading"] = reading_to_json(step.reading)
    if step.also:
        out["also"] = [reading_to_json(reading) for reading in step.also]
    if step.steps:  # those of the other guideline's deciding track
        out["steps"] = [step_to_json(child) for child in step.steps]
    return out


def _as_written(criterion: Criterion) -> dict[str, Any]:
    """The criterion as data: a pack's criteria are the same objects for everybody, so each is written once."""
    kept = _WRITTEN.get(id(criterion))
    if kept is not None and kept[0] is criterion:
        return kept[1]
    if len(_WRITTEN) > _MOST_WRITTEN:
        _WRITTEN.clear()
    written = criterion.model_dump(by_alias=True, exclude_none=True, mode="json")
    _WRITTEN[id(criterion)] = (criterion, written)
    return written


_WRITTEN: dict[int, tuple[Criterion, dict[str, Any]]] = {}
_MOST_WRITTEN = 20_000


def reading_to_json(reading: ReducedValue) -> dict[str, Any]:
    """A reduced fact with its provenance: name, state, value, and the facts that it was made from."""
    value: Any = reading.value
    if isinstance(value, PartialDate):
        value = str(value)
    elif isinstance(value, tuple):
        value = [str(day) for day in value]
    return {
        "fact": reading.name, "state": reading.state, "value": value,
        "from": [
            {"id": fact.id, "date": str(fact.date) if fact.date else None, "author": fact.author,
             "as_recorded": fact.as_recorded, "sources": [{"file": s.file, "entry": s.entry} for s in fact.sources]}
            for fact in reading.facts
        ],
    }
