"""Computing a month, keeping it as aggregates, telling which thresholds are crossed, and stopping what should be."""

from __future__ import annotations

import logging
from typing import Any

from app.errors import UsageError
from app.services import asks
from app.services.guarantee.people import PURPOSE, everybody
from app.services.monitoring.alerts import Alert, alerts
from app.services.monitoring.complaints import counted
from app.services.monitoring.content import load_monitoring
from app.services.monitoring.counts import Counts
from app.services.services import Services
from app.store.tables import stamp
from app.trust import signals, stops
from app.trust.audit import Draft
from app.trust.guarantee import months, register
from app.trust.vocabulary import Outcome, Tag

log = logging.getLogger(__name__)
_COUNT = asks.read(Tag.QUALITY_COUNT, "plan", PURPOSE)


def compute(services: Services, month: str, *, suspend: bool = False) -> dict[str, Any]:
    """The month's counts, with its alerts, kept; computed again, it replaces itself. `suspend`: what a threshold that
    suspends says is stopped, from the next request on."""
    rules, known = load_monitoring(), services.door.account(months.kept)
    name = reference_of(known, month)
    reference = known.get(name) if name else None
    counts = Counts(rules, services.pack, month, reference["edges"] if reference else None)
    for one in everybody(services, _COUNT):
        counts.add(one)
    content = counts.to_json(services.door.account(lambda connection: months.cards(connection, month)))
    content["signals"] = counted(services.door.account(signals.read_register), month, services.today())
    results = services.door.account(register.results)
    found = alerts(content, reference, results, rules)
    content["reference"] = name
    content["alerts"] = [
        one.to_json() | {"stopped": suspend and one.suspends and _stop(services, one, month)} for one in found
    ]
    services.door.account(lambda connection: months.keep(connection, month, content, stamp(services.now())))
    if found:
        log.warning("monitoring %s: %d thresholds crossed", month, len(found))
    return content


def reference_of(known: dict[str, dict[str, Any]], month: str) -> str | None:
    """The month that this one is held against: the content's, else the first one kept, if it is before; None for the
    reference itself."""
    name = load_monitoring().reference or next((one for one in known if one < month), None)
    return name if name in known and name != month else None


def _stop(services: Services, one: Alert, month: str) -> bool:
    """Stop what the figure is about; False when it cannot be stopped, or is already."""
    rule = load_monitoring().threshold(one.threshold)
    if one.kind not in ("guideline", "model") or rule is None:
        return False
    kind, at = one.kind, stamp(services.now())
    words = f"{rule.label} (surveillance automatique de {month}, seuil {one.bound:g})."
    basis = next(each.legal_basis for each in services.door.purposes.purposes if each.id == "human_guarantee")
    draft = Draft(at, Tag.STOP_SET, Outcome.DONE, "system", "system", "human_guarantee", basis, None,
                  detail=" ".join(filter(None, (one.kind, one.about, one.version))))  # fmt: skip
    try:
        services.door.told_now(
            draft, lambda c: stops.stop_within(c, kind, one.about, one.version, words, at, None)
        )
    except UsageError:  # stopped already
        return False
    return True
