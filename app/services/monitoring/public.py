"""What anyone may read of the monitoring: a month, small groups left out and what would let them be found."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import risk_models
from app.i18n import N_, Translator, translator
from app.plans.review_content import load_review
from app.population.strata import SMALL, suppressed
from app.services.guarantee.board import titled
from app.services.monitoring import complaints
from app.services.monitoring.alerts import joined
from app.services.monitoring.content import load_monitoring
from app.services.monitoring.figures import by_group, calibrations, drift, overrides
from app.services.services import Services
from app.trust.guarantee import months

KINDS = {
    "accept": N_("confirmé"), "adapt": N_("adapté"), "set_aside": N_("mis de côté"), "ask_patient": N_("à discuter"),
    "done": N_("fait"), "accepted": N_("suivi dans le logiciel"), "overridden": N_("écarté dans le logiciel"),
}  # fmt: skip
_TOLD = frozenset({"status_drift", "input_drift", "agreement"})
"""Thresholds whose figure lets nobody count a small group. Of the others, it is said that they are crossed."""
GROUPS = {"female": N_("femmes"), "male": N_("hommes")}


async def published(services: Services, month: str | None, *, lang: str) -> dict[str, Any]:
    """A month's figures (the last by default), and which months there are; `shown` None when nothing was.
    Raises UsageError (`language`)."""
    t = translator(lang)
    known = await services.door.look_up(months.kept)
    name = month if month is not None else next(reversed(known), None)
    content = known.get(name) if name else None
    shown = await asyncio.to_thread(_shown, services, content, known, t) if content else None
    return {"month": name, "months": list(known), "smallest": SMALL, "shown": shown,
            "thresholds": [
                {"id": one.id, "label": t(one.label), "above": one.above, "below": one.below, "least": one.least,
                 "suspends": one.suspends, "source": one.source, "verified": one.verified}
                for one in load_monitoring().thresholds
            ]}  # fmt: skip


def _shown(
    services: Services, content: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], t: Translator
) -> dict[str, Any]:
    reference = known.get(content["reference"]) if content["reference"] else None
    return {
        "people": content["people"] if content["people"] >= SMALL else None,
        "pack": content["pack"], "reference": content["reference"], "computed_at": content["at"],
        "overrides": _overrides(services, content, t),
        "drift": _drift(services, content, reference, t),
        "complaints": complaints.told(content, t),
        "calibration": _calibration(content, t),
        "groups": _groups(services, content, t),
        "alerts": [_alert(one, services, t) for one in content["alerts"]],
    }  # fmt: skip


def _overrides(services: Services, content: Mapping[str, Any], t: Translator) -> list[dict[str, Any]]:
    """By guideline version; `rate` None, and the reasons left out, where they are too few to be told."""
    table = {key: overrides(cells) for key, cells in joined(content).items()}
    told = suppressed({key: {"over": one.part, "kept": one.whole - one.part} for key, one in table.items()})
    rows = []
    for key, cells in sorted(joined(content).items()):
        guideline, _, version = key.partition("@")
        over, kept = told[key]["over"], told[key]["kept"]
        whole = None if over is None or kept is None else over + kept
        reasons = suppressed({key: {name: int(n) for name, n in cells.items() if name != "unanswered"}})[key]
        rows.append({
            "guideline": guideline, **titled(guideline, services, t), "version": version, "decided": whole,
            "rate": round(over / whole, 3) if whole and over is not None else None,
            "what": [{"code": name, "label": _what(name, t), "times": n} for name, n in sorted(reasons.items()) if n]
            if whole is not None else [],
        })  # fmt: skip
    return rows


def _what(name: str, t: Translator) -> str:
    kind, _, reason = name.partition(":")
    words = t(KINDS[kind]) if kind in KINDS else kind
    return f"{words} : {t(load_review().words[reason])}" if reason in load_review().words else words


def _drift(
    services: Services, content: Mapping[str, Any], reference: Mapping[str, Any] | None, t: Translator
) -> list[dict[str, Any]]:
    """Guidelines and facts by how far they moved, of those that enough people make up in both months."""
    rows: list[dict[str, Any]] = []
    if reference is None or min(content["people"], reference["people"]) < SMALL:
        return rows
    for kind, table in (("guideline", "statuses"), ("fact", "inputs")):
        for key, cells in content[table].items():
            found = drift(reference[table].get(key, {}), cells)
            if found is None or found.size < SMALL:
                continue
            name, _, version = key.partition("@")
            fact = services.vocabulary.facts.get(name)
            title = titled(name, services, t)["title"] if kind == "guideline" else t(fact.label) if fact else name
            rows.append({"kind": kind, "about": name, "version": version or None, "title": title,
                         "psi": round(found.psi, 3), "beyond_chance": found.beyond_chance})  # fmt: skip
    return sorted(rows, key=lambda row: (-row["psi"], row["about"]))


def _calibration(content: Mapping[str, Any], t: Translator) -> list[dict[str, Any]]:
    """Models whose outcomes are known of enough people, and of none or enough of them."""
    rows = []
    for model, cells in sorted(content["calibration"].items()):
        for group, one in calibrations(cells).items():
            told = one.people >= SMALL and (one.happened == 0 or one.happened >= SMALL) and one.ratio is not None
            if group == "all" or told:
                rows.append({
                    "model": model, "title": model_title(model, t), "group": None if group == "all" else group,
                    "label": group_words(group, t),
                    "people": one.people if told else None, "announced": round(one.announced, 1) if told else None,
                    "happened": one.happened if told else None,
                    "ratio": round(one.ratio, 2) if told and one.ratio is not None else None,
                    "low": round(one.low, 2) if told else None, "high": round(one.high, 2) if told else None,
                })  # fmt: skip
    return rows


def _groups(services: Services, content: Mapping[str, Any], t: Translator) -> list[dict[str, Any]]:
    """How often what was decided sets aside or adapts, by sex and by age."""
    rows = []
    for guideline, cells in sorted(content["groups"].items()):
        groups = {name: share for name, share in by_group(cells).items() if share.whole}
        for kind in (True, False):
            some = {name: share for name, share in groups.items() if (name in GROUPS) is kind}
            told = suppressed({n: {"over": share.part, "kept": share.whole - share.part} for n, share in some.items()})
            for name in sorted(some):
                over, kept = told[name]["over"], told[name]["kept"]
                if over is not None and kept is not None:
                    rows.append({
                        "guideline": guideline, **titled(guideline, services, t), "group": name,
                        "label": group_words(name, t), "decided": over + kept, "rate": round(over / (over + kept), 3),
                    })  # fmt: skip
    return rows


def model_title(model: str, t: Translator) -> str:
    try:
        data = risk_models.card(model).data
    except risk_models.UnknownModel:  # it was taken out since
        return model
    return data.title_fr if t.is_source else data.title


def group_words(group: str, t: Translator) -> str | None:
    if group == "all":
        return None
    if group in GROUPS:
        return t(GROUPS[group])
    return t("{ages} ans", ages=group.replace("-", "–")) if group[0].isdigit() else group


def _alert(one: Mapping[str, Any], services: Services, t: Translator) -> dict[str, Any]:
    rule = load_monitoring().threshold(one["threshold"])
    fact = services.vocabulary.facts.get(one["about"])
    title: str | None
    if one["kind"] == "model":
        title = model_title(one["about"], t)
    elif one["kind"] == "signal":
        kind = one["about"]
        title = t(complaints.KINDS[kind])
    else:
        title = t(fact.label) if one["kind"] == "fact" and fact else titled(one["about"], services, t)["title"]
    value = one["value"] if one["threshold"] in _TOLD else None
    return {**one, "value": value, "label": t(rule.label) if rule else one["threshold"], "title": title,
            "group_label": group_words(one["group"], t) if one["group"] else None}  # fmt: skip
