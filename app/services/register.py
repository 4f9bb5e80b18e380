"""The register of the team: what was reported and asked, opened one by one to be answered, exported for authorities."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any, Literal

from app.dates import Period, add
from app.errors import UsageError
from app.i18n import Translator
from app.plans.vigilance import Code, load_vigilance
from app.services.services import Services
from app.services.signals import LONGEST, register_line, told
from app.store.tables import moment, stamp
from app.trust import signals
from app.trust.door import SignedIn
from app.trust.rules import Asked
from app.trust.signals import Kind, Signal
from app.trust.vocabulary import Tag

MOST, USUAL = 200, 50
_READ = Asked(Tag.REGISTER_READ, "read", "register", "human_guarantee")
_OPEN = Asked(Tag.SIGNAL_OPEN, "read", "signals", "vigilance")
_STEP = Asked(Tag.SIGNAL_STEP, "write", "signals", "vigilance")
TeamStep = Literal["analysed", "action", "answered", "closed"]
COLUMNS = (
    "report_id", "received", "reporter", "state", "device", "software_version", "guideline", "guideline_version",
    "status_shown", "problem", "problem_code", "problem_term", "problem_code_verified", "impact", "impact_code",
    "impact_term", "impact_code_verified", "report_to_authority_by", "analysis", "closed",
)  # fmt: skip
"""Of the export, in the order in which an incident form asks."""


async def register(
    services: Services, who: SignedIn, t: Translator, *, kind: Kind | None = None, after: int = 0, limit: int = USUAL
) -> dict[str, Any]:
    """One page, the latest first; `overdue` counts what should have been answered. Raises UsageError (`page`),
    Refused."""
    if not 1 <= limit <= MOST or not 0 <= after <= 1_000_000:
        raise UsageError(f"a page has 1 to {MOST} lines, from 0 on", code="page")
    found = await services.door.enter(who, _READ, lambda grant: signals.register(grant, kind=kind))
    lines = [register_line(services, one, t) for one in found]
    return {
        "signals": lines[after : after + limit], "total": len(lines),
        "next": after + limit if after + limit < len(lines) else None,
        "overdue": sum(line["overdue"] for line in lines), "waiting": sum(one.waits for one in found),
    }  # fmt: skip


async def opened(services: Services, who: SignedIn, name: str, t: Translator) -> dict[str, Any]:
    """One of them with what was written and the reasoning of that moment: the person concerned sees it in their log.
    One whose person was erased has the register's half only. Raises UsageError (`unknown_signal`), Refused."""
    known = await _find(services, who, name)
    if not known.led:
        return register_line(services, known.signal, t) | {"words": None, "answers": [], "trace": None, "erased": True}
    own = await services.door.enter(_about(who, name), replace(_OPEN, detail=name), lambda g: signals.opened(g, name))
    if own is None:
        raise UsageError("there is no such report or request", code="unknown_signal")
    return told(services, own, t) | {"trace": own.content.get("trace"), "erased": False}


async def step(
    services: Services, who: SignedIn, name: str, taken: TeamStep, *, analysis: str = "", words: str = "",
    impact: str | None = None,
) -> None:  # fmt: skip
    """What the team did: `analysis` stays in the register (nothing about the person), `words` go to the person.

    Raises UsageError (`unknown_signal`, `signal_step`, `signal`), Refused.
    """
    if len(analysis) > LONGEST or len(words) > LONGEST:
        raise UsageError(f"at most {LONGEST} characters", code="signal", where="/words")
    if impact is not None and load_vigilance().impact(impact) is None:
        raise UsageError("no such impact: content/vigilance.yaml lists them", code="signal", where="/impact")
    if (taken == "analysed" and not (analysis.strip() and impact)) or (taken == "answered" and not words.strip()):
        raise UsageError("an analysis says what was found and its impact; an answer has words", code="signal")
    known = await _find(services, who, name)
    if not known.led:
        raise UsageError("the person was erased: nothing more can be done", code="signal_step")
    at, asked = stamp(services.now()), replace(_STEP, detail=f"{taken} {name}")
    await services.door.enter(
        _about(who, name), asked,
        lambda grant: signals.take(
            grant, name, taken, role="team", at=at, words=words.strip(), analysis=analysis.strip(), impact=impact
        ),
    )  # fmt: skip


async def export(services: Services, who: SignedIn) -> list[dict[str, Any]]:
    """Every problem reported, in the terms of an incident form. Raises Refused."""
    found = await services.door.enter(who, _READ, lambda grant: signals.register(grant, kind="problem"))
    return [_exported(one) for one in found]


def form() -> dict[str, Any]:
    """For which form the export is, and how sure that is."""
    return load_vigilance().authority.model_dump()


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    """With a line of titles; a cell that a spreadsheet would run as a formula is kept as text."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(row[name]) for name in COLUMNS})
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _exported(one: Signal) -> dict[str, Any]:
    content = load_vigilance()
    problem, impact = content.problem(one.problem), content.impact(one.impact)
    within = impact.within if impact else None
    closed = next((at for step, _, _, at in reversed(one.steps) if step == "closed"), None)
    return {
        "report_id": one.id, "received": one.at, "reporter": one.reporter, "state": one.state, "device": "Jalon",
        "software_version": one.pack, "guideline": one.guideline, "guideline_version": one.version,
        "status_shown": one.status, "problem": one.problem, **_coded("problem", problem.imdrf if problem else None),
        "impact": one.impact or None, **_coded("impact", impact.imdrf if impact else None),
        "report_to_authority_by": (
            add(moment(one.at).date(), Period.parse(within)).isoformat() if within else None
        ),
        "analysis": " / ".join(analysis for _, _, analysis, _ in one.steps if analysis), "closed": closed,
    }  # fmt: skip


def _coded(name: str, code: Code | None) -> dict[str, Any]:
    return {
        f"{name}_code": code.code if code else None, f"{name}_term": code.term if code else None,
        f"{name}_code_verified": code.verified if code else None,
    }  # fmt: skip


async def _find(services: Services, who: SignedIn, name: str) -> signals.Known:
    found = await services.door.enter(who, _READ, lambda grant: signals.find(grant, name))
    if found is None:
        raise UsageError("there is no such report or request", code="unknown_signal")
    return found


def _about(who: SignedIn, name: str) -> SignedIn:
    """The same session, about whoever sent this: for the other purpose that this is."""
    return replace(who, about=name, purpose=None)
