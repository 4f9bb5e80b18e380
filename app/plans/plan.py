"""From facts to a plan: evaluate the pack, then choose and rank what to show first."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from app.errors import UsageError
from app.facts.model import FactSheet
from app.guidelines.evaluate import evaluate
from app.guidelines.model import Status, Urgency
from app.guidelines.pack import Pack, load_pack
from app.guidelines.recommendation import Recommendation
from app.guidelines.stops import NOTHING_STOPPED, Stops
from app.i18n import translator
from app.plans.decisions import Decisions
from app.plans.model import Item, Plan
from app.plans.review import NOTHING_REVIEWED, Reviews
from app.plans.sentences import Sentences
from app.plans.suspended import all_suspended

MOST_NOW = 3
_ASKS = frozenset({Status.DUE, Status.OVERDUE, Status.SEE_DOCTOR, Status.SPECIALIST})
"""Answers that ask something of the person now."""
NOTHING_DECIDED: Decisions = {}
_URGENCY = {Status.OVERDUE: 1.25, Status.DUE: 1.0}
"""Long due counts a quarter more: enough to pass what matters about as much, not what matters far more."""
_SAME_DOMAIN = 0.6
"""What a thing to do now still counts for when another of its domain is already chosen."""
_NEXT_ORDER = [Status.OVERDUE, Status.DUE, Status.DUE_SOON, Status.ASK, Status.INFORMATION, Status.SEE_DOCTOR,
               Status.SPECIALIST]


def make_plan(
    sheet: FactSheet, lang: str = "fr", pack: Pack | None = None, decisions: Decisions = NOTHING_DECIDED,
    reviews: Reviews = NOTHING_REVIEWED, stops: Stops = NOTHING_STOPPED,
) -> Plan:  # fmt: skip
    """The plan of one person on `sheet.as_of`: a pure function of the facts, what the person and their doctors decided,
    the pack, what is stopped and the language.

    Raises UsageError for an unknown language (`language`) or a day before birth (`as_of`).
    """
    check_day(sheet)
    t = translator(lang)
    pack = pack or load_pack("fr")
    vocabulary = pack.vocabulary
    say = Sentences(sheet, t, vocabulary, pack.titles)
    plan = Plan(sheet, pack, say, stops=stops, suspended=all_suspended(pack, say, stops))
    return arrange(evaluate(pack, sheet, vocabulary=vocabulary, stops=stops), plan, decisions, reviews)


def check_day(sheet: FactSheet) -> None:
    """A plan for a day before birth is a mistake in the question."""
    birth = sheet.subject.birth_date if sheet.subject else None
    if birth is not None and birth.earliest > sheet.as_of:
        raise UsageError("this day is before the person's birth", code="as_of", where="as_of")


def arrange(
    found: Iterable[Recommendation], plan: Plan, decisions: Decisions = NOTHING_DECIDED,
    reviews: Reviews = NOTHING_REVIEWED,
) -> Plan:  # fmt: skip
    """Put each recommendation into one list of the plan, and choose the few that matter now. What was set aside comes
    last in its list, and never now; what a doctor set aside is no longer to be seen with a doctor."""
    waiting: list[Item] = []
    for recommendation in found:
        name, status = recommendation.id, recommendation.status
        item = Item(recommendation, plan.say, decisions.get(name), reviews.get(name), plan.stops)
        if item.rests and status in _ASKS:
            plan.next.append(item)
        elif status in (Status.DUE, Status.OVERDUE):
            waiting.append(item)
        elif status in (Status.SEE_DOCTOR, Status.SPECIALIST):
            plan.to_see_with_doctor.append(item)
        elif status in (Status.NOT_ELIGIBLE, Status.NOT_NEEDED):
            plan.not_for_you.append(item)
        elif status is Status.UP_TO_DATE:
            plan.up_to_date.append(item)
        else:
            plan.next.append(item)
    waiting.sort(key=lambda item: -weight(item.recommendation))
    plan.now = first_things([item for item in waiting if not item.set_aside])
    plan.next += [item for item in waiting if item not in plan.now]
    plan.next.sort(
        key=lambda item: (item.set_aside, _NEXT_ORDER.index(item.status), -item.recommendation.guideline.priority)
    )
    plan.to_see_with_doctor.sort(key=_doctor_order)
    return plan


def weight(recommendation: Recommendation) -> float:
    """How much a due thing matters now: its guideline's priority, and how long it has been due."""
    return recommendation.guideline.priority * _URGENCY.get(recommendation.status, 1.0)


def first_things(ranked: list[Item]) -> list[Item]:
    """At most three, in the order of their weight. A second one of a domain counts less: variety, but a small matter
    does not come before a great one for being of another kind."""
    chosen: list[Item] = []
    while len(chosen) < min(MOST_NOW, len(ranked)):
        domains = {item.recommendation.guideline.domain for item in chosen}
        rest = [item for item in ranked if item not in chosen]
        chosen.append(max(rest, key=lambda item: _weight_after(item, domains)))
    return sorted(chosen, key=ranked.index)


def _weight_after(item: Item, domains: Collection[str]) -> float:
    counts = _SAME_DOMAIN if item.recommendation.guideline.domain in domains else 1.0
    return weight(item.recommendation) * counts


_HOW_SOON: dict[Urgency | None, int] = {"today": 0, "days": 1, "weeks": 2, None: 3, "routine": 4}


def _doctor_order(item: Item) -> tuple[bool, bool, bool, bool, bool, int, int]:
    """An abnormal result that nobody followed up comes first: it is the most valuable thing that a record hides. A test
    that was done to find a disease comes before a figure that was measured (a very high pressure)."""
    track = item.recommendation.track
    unanswered = item.urgent and track is not None and track.level == "abnormal"
    tested = unanswered and item.recommendation.guideline.domain == "screening"
    return (item.set_aside, not tested, not unanswered, not item.urgent, item.status is not Status.SEE_DOCTOR,
            _HOW_SOON[item.urgency], -item.recommendation.guideline.priority)
