"""The plan that is shown: what goes well, what matters now, what comes next, and why.

Sentences are made when they are read, not when the plan is chosen: a service that only counts statuses, or shows three
items, does not pay for the words of fifty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from app.facts.model import FactSheet
from app.guidelines.model import Statement, Status, Urgency
from app.guidelines.pack import Pack
from app.guidelines.recommendation import Recommendation
from app.guidelines.schedule.evaluation import Act
from app.guidelines.stops import NOTHING_STOPPED, Stop, Stops
from app.plans.decisions import Decision
from app.plans.guard import CitizenRisk
from app.plans.help_lines import HelpLine, load_help_lines
from app.plans.places import Need, load_places
from app.plans.review import Reviewed
from app.plans.review_content import load_review
from app.plans.review_words import review_json, when_agreed
from app.plans.sentences import Sentences
from app.plans.stop_words import model_suspended, stop_json, without_model
from app.plans.suspended import Suspended

MOST_FIRST = 3
NOT_FOR_YOU = frozenset({Status.NOT_ELIGIBLE, Status.NOT_NEEDED})
TO_REVIEW = frozenset({Status.SEE_DOCTOR, Status.SPECIALIST})
"""Answers that are a doctor's to give."""


class Item:
    """One guideline's answer, in words; `decision` is what the person decided about it, `review` what a professional
    did, while each holds."""

    __slots__ = ("_say", "decision", "models_stopped", "recommendation", "review")

    def __init__(
        self, recommendation: Recommendation, say: Sentences, decision: Decision | None = None,
        review: Reviewed | None = None, stops: Stops = NOTHING_STOPPED,
    ) -> None:  # fmt: skip
        self.models_stopped: list[Stop] = stops.models_behind(recommendation.guideline)
        self.recommendation, self._say = recommendation, say
        self.decision = decision if decision is not None and decision.holds(recommendation) else None
        self.review = review if review is not None and review.holds(recommendation, say.sheet) else None

    @property
    def set_aside(self) -> bool:
        """The person said "not now" or "not for me", or a professional that it can wait."""
        return self.rests or (self.decision is not None and self.decision.sets_aside)

    @property
    def rests(self) -> bool:
        """A professional decided that nothing is to be done now."""
        return self.review is not None and self.review.rests(self.recommendation.as_of)

    @property
    def review_class(self) -> str | None:
        """The class for which a professional decides before this goes anywhere (`content/review.yaml`)."""
        return load_review().class_of(self)

    @property
    def awaits_review(self) -> bool:
        return self.review is None and self.review_class is not None

    @property
    def id(self) -> str:
        return self.recommendation.guideline.id

    @property
    def status(self) -> Status:
        return self.recommendation.status

    @property
    def urgent(self) -> bool:
        return self.recommendation.track is not None and self.recommendation.track.urgent

    @property
    def urgency(self) -> Urgency | None:
        """How soon a doctor should see this."""
        return self.recommendation.track.urgency if self.recommendation.track and self.status in TO_REVIEW else None

    @property
    def title(self) -> str:
        return self._words("title") or ""

    @property
    def why(self) -> list[str]:
        """What this is for, what it had to do without, then each fact with its day and source."""
        first, *facts = self._say.why(self.recommendation)
        return [first, *(without_model(stop, self._say.t) for stop in self.models_stopped), *facts]

    @property
    def when(self) -> str:
        """The status and the due date as one short sentence; the day agreed with a professional goes before."""
        agreed = when_agreed(self.review, self._say.t) if self.review is not None else None
        return agreed or self._say.when(self.recommendation)

    @property
    def due_from(self) -> date | None:
        """The day agreed with a professional, else the guideline's."""
        return (self.review.due if self.review is not None else None) or self.recommendation.due_from

    @property
    def assumes(self) -> list[str]:
        """What the record's silence was taken to mean, for the reader to correct."""
        return self._say.assumptions(self.recommendation.assumed)

    @property
    def action(self) -> str | None:
        """What to do; in the professional's own words, where they adapted it."""
        adapted = self.review.words if self.review is not None and self.review.kind == "adapt" else None
        return adapted or self._words("action")

    @property
    def where(self) -> str | None:
        return self._words("where")

    @property
    def cost(self) -> str | None:
        return self._words("cost")

    @property
    def benefit(self) -> Statement | None:
        return self._statement("benefit")

    @property
    def harm(self) -> Statement | None:
        return self._statement("harm")

    @property
    def settled_by(self) -> list[str]:
        """The acts and vaccines whose day would settle this: those that its schedule counts from (any of the
        guideline's, as long as it is not known which applies)."""
        found, known = self.recommendation, self._say.vocabulary.reductions
        tracks = [found.track] if found.track else found.guideline.tracks if found.status is Status.ASK else []
        events = [name for track in tracks if track.schedule for name in track.schedule.events]
        facts = [known[name][0] for name in events if name in known]
        return list(dict.fromkeys(fact.id for fact in facts if fact.type in ("event", "dose")))

    @property
    def strong(self) -> str | None:
        """What the track says among the strong points, when it is earned: its act was done, or it needs none."""
        found, track = self.recommendation, self.recommendation.track
        if track is None or track.wording.strong is None or not self.well:
            return None
        return self._say.t(track.wording.strong) if track.schedule is None or _done(found) else None

    @property
    def well(self) -> bool:
        """Nothing is asked of the person here."""
        return self.status in (Status.UP_TO_DATE, Status.NOT_NEEDED, Status.INFORMATION)

    def statement(self, kind: Literal["benefit", "harm"]) -> str | None:
        """The sentence with its figures; says so when they were not verified at the source."""
        found = self._statement(kind)
        if found is None:
            return None
        text = self._say.t(found.text)
        return text if found.verified == "yes" else self._say.t("{sentence} (chiffre à vérifier)", sentence=text)

    @property
    def help_lines(self) -> list[HelpLine]:
        """Whom to call, where something is asked of the person or they may want to talk."""
        if self.status in NOT_FOR_YOU or self.status is Status.UP_TO_DATE:
            return []
        lines = load_help_lines()
        return [*lines.shown_with(self.id), *(lines.urgent_with(self.id) if self.urgent else ())]

    @property
    def places(self) -> list[Need]:
        """What to look for near home, where something is asked of the person and no doctor decides first."""
        if self.status in NOT_FOR_YOU | TO_REVIEW:
            return []
        return load_places().of(self.id)

    def sources(self) -> list[dict[str, Any]]:
        """The texts on which this answer rests, the track's own first."""
        guideline, track = self.recommendation.guideline, self.recommendation.track
        wanted = [track.source] if track else [t.source for t in guideline.tracks]
        wanted += [s.source for s in (self.benefit, self.harm) if s]
        known = {source.id: source for source in guideline.sources}
        return [
            {"title": s.title, "publisher": s.publisher, "date": s.date, "url": s.url}
            for s in (known[name] for name in dict.fromkeys(wanted))
        ]

    def to_json(self, *, trace: bool = False) -> dict[str, Any]:
        found = self.recommendation
        out: dict[str, Any] = {
            "guideline": found.guideline.id, "domain": found.guideline.domain, "status": found.status.value,
            "track": found.track.id if found.track else None, "title": self.title, "why": self.why,
            "benefit": self.statement("benefit"), "harm": self.statement("harm"), "action": self.action,
            "where": self.where, "cost": self.cost,
            "places": [{"need": need.id, "title": self._say.t(need.title)} for need in self.places],
            "due_from": due.isoformat() if (due := self.due_from) else None,
            "earliest": found.earliest.isoformat() if found.earliest else None,
            "overdue_from": found.overdue_from.isoformat() if found.overdue_from else None,
            "last_done": found.last_done.isoformat() if found.last_done else None,
            "when": self.when, "urgent": self.urgent, "urgency": self.urgency,
            "covered_by": found.covered_by.id if found.covered_by else None,
            "assumes": self.assumes, "asks": list(found.asks),
            "help_lines": [line.to_json(self._say.t) for line in self.help_lines],
            "acts": [act_json(act) for act in found.acts()], "settled_by": self.settled_by,
            "decision": self.decision.to_json() if self.decision else None,
            "review": review_json(self.review, self._say) if self.review else None,
            "review_class": self.review_class,
            "verified": {
                "rule": found.track.verified if found.track else "yes",
                **{kind: s.verified for kind, s in (("benefit", self.benefit), ("harm", self.harm)) if s},
            },
            "sources": self.sources(), "suspension": None,
        }
        if trace:
            out["facts_used"], out["trace"] = list(found.facts_used), found.trace_json()
        return out

    def _statement(self, kind: str) -> Statement | None:
        """The figures of a screening do not hold for those who have a symptom or their own follow-up."""
        track = self.recommendation.track
        if self.status in NOT_FOR_YOU:
            return None
        if self.status in TO_REVIEW:
            return getattr(track.wording, kind) if track else None
        found: Statement | None = self._worded(kind)
        return found

    def _words(self, kind: str) -> str | None:
        """What is not for the person has a title and a reason, and nothing to do."""
        if kind != "title" and self.status in NOT_FOR_YOU:
            return None
        return self._say.t(self._worded(kind))

    def _worded(self, kind: str) -> Any:
        """What the track says, else what its guideline says."""
        track = self.recommendation.track
        own = getattr(track.wording, kind) if track else None
        return own if own is not None else getattr(self.recommendation.guideline.wording, kind)


def act_json(act: Act) -> dict[str, Any]:
    """What was done, and whether it counts for the guideline (`null`: nobody can say)."""
    return {
        "fact": act.fact.id, "date": str(act.fact.date) if act.fact.date else None, "value": act.fact.value,
        "author": act.fact.author, "counts": act.counts, "why": act.why,
        "sources": [{"file": source.file, "entry": source.entry} for source in act.fact.sources],
    }


@dataclass(frozen=True, slots=True)
class StrongPoint:
    id: str
    title: str
    why: str

    def to_json(self) -> dict[str, str]:
        return {"id": self.id, "title": self.title, "why": self.why}


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """A fact to ask for, with the guidelines that wait for it, the most useful question first."""

    fact: str
    text: str
    changes: tuple[str, ...]
    answer: str = "text"
    help: str | None = None
    unit: str | None = None
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def example(self) -> str:
        """A line of an answers file."""
        values = {"yes_no": "true | false", "date": "2024-05-31", "pair": "[128, 80]", "number": f"… {self.unit}",
                  "relatives": "[{relation: mother, age_at_diagnosis: 52}] | []"}
        return f"{self.fact}: {values.get(self.answer) or ' | '.join(value for value, _ in self.choices)}"

    def to_json(self) -> dict[str, Any]:
        return {
            "fact": self.fact, "text": self.text, "changes": list(self.changes), "answer": self.answer,
            "help": self.help, "unit": self.unit, "choices": [{"value": v, "text": w} for v, w in self.choices],
        }


@dataclass
class Plan:
    """All that is known to matter, each guideline in exactly one list: nothing is dropped. `suspended` are stopped
    (`stops`): they answer nothing, and are no part of `items`."""

    sheet: FactSheet
    pack: Pack
    say: Sentences
    now: list[Item] = field(default_factory=list)
    next: list[Item] = field(default_factory=list)
    up_to_date: list[Item] = field(default_factory=list)
    to_see_with_doctor: list[Item] = field(default_factory=list)
    not_for_you: list[Item] = field(default_factory=list)
    suspended: list[Suspended] = field(default_factory=list)
    stops: Stops = NOTHING_STOPPED

    @property
    def as_of(self) -> date:
        return self.sheet.as_of

    @property
    def lang(self) -> str:
        return self.say.t.lang

    @property
    def items(self) -> list[Item]:
        return [*self.to_see_with_doctor, *self.now, *self.next, *self.up_to_date, *self.not_for_you]

    @property
    def first(self) -> list[Item]:
        """The three things for a doctor's minute: what is to be seen with them, then what is due."""
        seen = [item for item in self.to_see_with_doctor if not item.set_aside]
        return [*seen, *self.now][:MOST_FIRST]

    @cached_property
    def strong_points(self) -> list[StrongPoint]:
        """Good news first: what is up to date, and what a guideline names as a strength."""
        found = []
        for item in self.items:
            if strong := item.strong:
                found.append(StrongPoint(item.id, item.title, strong))
            elif item.status is Status.UP_TO_DATE and _done(item.recommendation):
                found.append(StrongPoint(item.id, item.title, item.when))
        return found

    @cached_property
    def questions(self) -> list[PlanQuestion]:
        from app.plans.questions import choose_questions

        return choose_questions([item.recommendation for item in self.items if not item.set_aside], self.say)

    @cached_property
    def risks(self) -> list[CitizenRisk]:
        """Figures fit to be shown: made by the guard, never put in from outside."""
        from app.plans.risks import citizen_risks

        return citizen_risks(self)

    @property
    def suspended_models(self) -> list[dict[str, Any]]:
        """The models stopped whose figures a plan would show."""
        from app.plans.risks import SHOWN

        stopped = [(model, stop) for model in SHOWN if (stop := self.stops.of_model(model)) is not None]
        return [{"model": model, **stop_json(stop, model_suspended(stop, self.say.t))} for model, stop in stopped]

    @property
    def assumptions(self) -> list[str]:
        names = dict.fromkeys(n for i in self.items if i.status not in NOT_FOR_YOU for n in i.recommendation.assumed)
        return self.say.assumptions(tuple(names))

    @property
    def review_state(self) -> Literal["not_required", "awaiting", "reviewed"]:
        """`awaiting` as long as one item of a reviewable class has no decision that holds."""
        if any(item.awaits_review for item in self.items):
            return "awaiting"
        return "reviewed" if self.reviewed_by else "not_required"

    @property
    def reviewed_by(self) -> str | None:
        """Who took the last of the decisions that hold."""
        held = [item.review for item in self.items if item.review is not None]
        return max(held, key=lambda one: one.number).name if held else None

    def to_json(self, trace: bool = False) -> dict[str, Any]:
        def listed(items: list[Item]) -> list[dict[str, Any]]:
            return [item.to_json(trace=trace) for item in items]

        return {
            "as_of": self.as_of.isoformat(),
            "pack": {"id": self.pack.id, "version": self.pack.version, "digest": self.pack.digest},
            "lang": self.lang,
            "strong_points": [point.to_json() for point in self.strong_points],
            "now": listed(self.now), "next": listed(self.next), "up_to_date": listed(self.up_to_date),
            "questions": [question.to_json() for question in self.questions],
            "to_see_with_doctor": listed(self.to_see_with_doctor), "not_for_you": listed(self.not_for_you),
            "suspended": [one.to_json() for one in self.suspended], "suspended_models": self.suspended_models,
            "risks": [risk.to_json() for risk in self.risks],
            "assumptions": self.assumptions,
            "human_review": {"state": self.review_state, "by": self.reviewed_by},
        }


def _done(found: Recommendation) -> bool:
    """Is the last act the one that counts? Between two seasons nothing is due, and last year's dose is no merit."""
    season = found.track.schedule.season if found.track and found.track.schedule else None
    if season is None or found.last_done is None or found.due_from is None:
        return found.last_done is not None
    return found.last_done.isoformat() >= f"{found.due_from.year - 1}-{season.counts_from}"
