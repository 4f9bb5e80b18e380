"""Which figures of a month cross their thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from app.services.guarantee.agreement import agreement, by_guideline
from app.services.monitoring.content import Monitoring, Watched
from app.services.monitoring.figures import Share, by_group, calibrations, drift, overrides
from app.trust.guarantee.register import NO_ISSUE, Result

Kind = Literal["guideline", "model", "fact", "signal"]


@dataclass(frozen=True, slots=True)
class Alert:
    """`threshold` is crossed by the figure of a guideline's version, a model or a fact."""

    threshold: Watched
    kind: Kind
    about: str
    version: str | None
    value: float
    bound: float
    suspends: bool
    group: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def alerts(
    month: Mapping[str, Any], reference: Mapping[str, Any] | None, results: Sequence[Result], rules: Monitoring
) -> list[Alert]:
    """In the order of the thresholds. Without a reference nothing drifts."""
    found = [*_figures(month, reference, results)]
    out = []
    for rule in rules.thresholds:
        for name, kind, about, version, value, size, group in found:
            if name == rule.id and value is not None and rule.crossed(value, size):
                bound = rule.bound(value)
                out.append(Alert(name, kind, about, version, round(value, 4), bound, rule.suspends, group))
    return out


_Figure = tuple[Watched, Kind, str, str | None, float | None, int, str | None]


def _figures(
    month: Mapping[str, Any], reference: Mapping[str, Any] | None, results: Sequence[Result]
) -> Iterator[_Figure]:
    """Figures that chance alone could make are left out where a law of chance is known."""
    for key, cells in month["statuses"].items():
        if reference and (one := drift(reference["statuses"].get(key, {}), cells)) and one.beyond_chance:
            yield "status_drift", "guideline", *_parts(key), one.psi, one.size, None
    for fact, cells in month["inputs"].items():
        if reference and (one := drift(reference["inputs"].get(fact, {}), cells)) and one.beyond_chance:
            yield "input_drift", "fact", fact, None, one.psi, one.size, None
    for key, cells in joined(month).items():
        share = overrides(cells)
        yield "override_rate", "guideline", *_parts(key), share.value, share.whole, None
    for guideline, some in by_guideline(results).items():
        judged = [one for one in some if one.final != "unclear"]
        wrong = Share(sum(one.final not in NO_ISSUE for one in judged), len(judged))
        version = max(one.version for one in some).partition("_")[0]
        yield "wrong_answers", "guideline", guideline, version, wrong.value, wrong.whole, None
        yield "agreement", "guideline", guideline, version, agreement(some).kappa, len(some), None
    sent = month.get("signals", {"kinds": {}, "guidelines": {}})
    for key, kinds in sent["guidelines"].items():
        yield "reports", "guideline", *_parts(key), float(sum(kinds.values())), sum(kinds.values()), None
    for kind, cells in sent["kinds"].items():
        late = Share(cells["late"] + cells["overdue"], cells["answered"] + cells["overdue"])
        yield "late_answers", "signal", kind, None, late.value, late.whole, None
    for model, cells in month["calibration"].items():
        for group, made in calibrations(cells).items():
            if made.beyond_chance:
                yield "calibration", "model", model, None, made.ratio, made.people, None if group == "all" else group
    for guideline, cells in month["groups"].items():
        groups = {name: share for name, share in by_group(cells).items() if share.whole}
        for names in (("female", "male"), tuple(name for name in groups if name[0].isdigit())):
            shares = [(groups[name].value or 0.0, groups[name].whole, name) for name in names if name in groups]
            if len(shares) > 1:
                high, low = max(shares), min(shares)
                size = min(high[1], low[1])
                yield "subgroup_gap", "guideline", guideline, None, high[0] - low[0], size, high[2]


def joined(month: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """What doctors decided in Jalon and in their own software, by guideline version."""
    found: dict[str, dict[str, float]] = {}
    for table in (month["decisions"], month["software"]):
        for key, cells in table.items():
            for name, times in cells.items():
                row = found.setdefault(key, {})
                row[name] = row.get(name, 0) + times
    return found


def _parts(key: str) -> tuple[str, str | None]:
    guideline, _, version = key.partition("@")
    return guideline, version or None
