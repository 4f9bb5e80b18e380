"""A recommendation that was stopped, as it is shown: since when and why, and nothing of what it would have answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.facts.model import FactSheet
from app.guidelines.evaluate import answers_for
from app.guidelines.model import Guideline, Status
from app.guidelines.pack import Pack
from app.guidelines.stops import Stop, Stops
from app.i18n import translator
from app.plans.sentences import Sentences
from app.plans.stop_words import meanwhile, still_shown, stop_json, suspended

_NOT_FOR_YOU = frozenset({Status.NOT_ELIGIBLE, Status.NOT_NEEDED})
SUSPENDED = "suspended"
"""Stands for the status of a recommendation that answers nothing."""


@dataclass(frozen=True, slots=True)
class Suspended:
    """`sign`: the rule, as it was, saw a sign or a result that a doctor should see. That much is still said.
    `concerned`: it had something to say to this person, who is then told first. The others are told too: nobody knows
    whether a rule that is stopped was right to leave them out."""

    guideline: Guideline
    stop: Stop
    say: Sentences
    sign: bool = False
    concerned: bool = True

    @property
    def id(self) -> str:
        return self.guideline.id

    @property
    def title(self) -> str:
        return self.say.t(self.guideline.wording.title)

    @property
    def text(self) -> str:
        return suspended(self.stop, self.say.t)

    @property
    def sentences(self) -> list[str]:
        """All that is said in its place."""
        t = self.say.t
        return [self.text, *([still_shown(t)] if self.sign else []), meanwhile(t)]

    def to_json(self) -> dict[str, Any]:
        """The shape of an item; what the recommendation would have said is empty."""
        empty: dict[str, Any] = dict.fromkeys((
            "track", "benefit", "harm", "action", "where", "cost", "due_from", "earliest", "overdue_from", "last_done",
            "urgency", "covered_by", "decision", "review", "review_class",
        ))  # fmt: skip
        nothing: dict[str, Any] = {
            name: [] for name in ("assumes", "asks", "help_lines", "acts", "settled_by")
        }
        return {
            **empty, **nothing, "guideline": self.id, "domain": self.guideline.domain, "status": SUSPENDED,
            "title": self.title, "why": self.sentences, "when": self.text, "urgent": False, "verified": {},
            "sources": sources_of(self.guideline),
            "suspension": stop_json(self.stop, self.text) | {"concerned": self.concerned},
        }  # fmt: skip

    def explained(self) -> dict[str, Any]:
        """The shape of an explanation: there is no reasoning to follow while nothing is answered."""
        nothing: dict[str, Any] = {
            name: [] for name in ("tracks", "changes", "known", "figures", "assumed", "opposite", "questions")
        }
        return {
            **self.to_json(), **nothing, "as_of": self.say.sheet.as_of.isoformat(), "lang": self.say.t.lang,
            "how": None, "status_text": self.text, "all_sources": sources_of(self.guideline),
            "last_checked": self.guideline.last_checked.isoformat(), "facts_used": [], "trace": None,
        }  # fmt: skip


def sources_of(guideline: Guideline) -> list[dict[str, Any]]:
    return [{"title": s.title, "publisher": s.publisher, "date": s.date, "url": s.url} for s in guideline.sources]


def suspended_of(pack: Pack, sheet: FactSheet, guideline: str, lang: str, stops: Stops) -> Suspended | None:
    """What is said of this guideline, if it is stopped. Raises UsageError (`language`)."""
    say = Sentences(sheet, translator(lang), pack.vocabulary, pack.titles)
    return next((one for one in all_suspended(pack, say, stops) if one.id == guideline), None)


def all_suspended(pack: Pack, say: Sentences, stops: Stops) -> list[Suspended]:
    """Of the guidelines in force on the day of the plan, those that are stopped."""
    if not stops:
        return []
    stopped = [(one, stop) for one in pack.on(say.sheet.as_of) if (stop := stops.of_guideline(one)) is not None]
    as_they_were = answers_for(pack, say.sheet, say.vocabulary) if stopped else {}
    found = [(one, stop, as_they_were[one.id].status) for one, stop in stopped]
    return [
        Suspended(one, stop, say, status is Status.SEE_DOCTOR, status not in _NOT_FOR_YOU)
        for one, stop, status in found
    ]
