"""Problems reported, reviews asked for and complaints of a month: how many, and how long answers took. From
the register, which is about nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from statistics import median
from typing import Any

from app.i18n import N_, Translator
from app.population.strata import SMALL, suppressed
from app.trust.signals import Signal

KINDS = {
    "problem": N_("Problèmes signalés"), "review": N_("Demandes de relecture par un humain"),
    "complaint": N_("Réclamations"),
}  # fmt: skip
_ANSWERS = {"problem": ("analysed", "action", "closed"), "review": ("answered",), "complaint": ("answered",)}


def counted(register: Iterable[Signal], month: str, today: date) -> dict[str, Any]:
    """`kinds`: sent in the month, answered in it (`late`: after the day that was promised), `overdue` at the day
    of the count, and the `days` that answers took, in order; `guidelines`: what was sent about each version."""
    kinds: dict[str, dict[str, Any]] = {
        kind: {"sent": 0, "answered": 0, "late": 0, "overdue": 0, "days": []} for kind in KINDS
    }
    guidelines: dict[str, dict[str, int]] = {}
    for one in register:
        cells = kinds[one.kind]
        answer = next((at for step, _, _, at in one.steps if step in _ANSWERS[one.kind]), None)
        if one.at.startswith(month):
            cells["sent"] += 1
            about = guidelines.setdefault(f"{one.guideline}@{one.version}", {})
            about[one.kind] = about.get(one.kind, 0) + 1
        if answer is not None and answer.startswith(month):
            cells["answered"] += 1
            cells["days"].append((date.fromisoformat(answer[:10]) - date.fromisoformat(one.at[:10])).days)
            contested = any(step == "contested" for step, *_ in one.steps)  # which sets another day
            cells["late"] += not contested and answer[:10] > one.due_at[:10]
        if answer is None and one.waits and one.due_at[:10] < today.isoformat():
            cells["overdue"] += 1
    for cells in kinds.values():
        cells["days"].sort()
    return {"kinds": kinds, "guidelines": guidelines}


def told(content: Mapping[str, Any], t: Translator) -> list[dict[str, Any]]:
    """Each kind, with what may be told of it: None for what a small group would tell."""
    rows = []
    for kind, cells in content.get("signals", {"kinds": {}})["kinds"].items():
        parts = suppressed({kind: {"late": cells["late"], "in_time": cells["answered"] - cells["late"]}})[kind]
        answered = None if None in parts.values() else sum(n for n in parts.values() if n is not None)
        rows.append({
            "kind": kind, "label": t(KINDS[kind]),
            **{name: cells[name] if cells[name] == 0 or cells[name] >= SMALL else None for name in ("sent", "overdue")},
            "answered": answered, "late": parts["late"] if answered is not None else None,
            "median_days": int(median(cells["days"])) if answered else None,
        })  # fmt: skip
    return rows
