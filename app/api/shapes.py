"""The shapes of the main answers, for the contract and the clients generated from it. They describe; the services make
(a test holds real answers to them: tests/api/test_shapes.py)."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic.json_schema import models_json_schema

from app.api import me_shapes
from app.api.place_shapes import PlacesKnown, PlacesNear
from app.api.shape import Shape
from app.guidelines.status import Status


class PackName(Shape):
    """The version of the guidelines that decided."""

    id: str
    version: str
    digest: str


class StrongPoint(Shape):
    id: str
    title: str
    why: str


class Publication(Shape):
    """A source: `date` as precise as it is known (`2024`, `2024-01`, `2024-01-16`)."""

    title: str
    publisher: str
    date: str
    url: str | None


class HelpLineShape(Shape):
    number: str
    title: str
    text: str
    hours: str
    cost: str


class Where(Shape):
    """A file of the record and the entry in it."""

    file: str
    entry: str


class NeedName(Shape):
    """What to look for with `POST /v1/places`, near home."""

    need: str
    title: str


class ActShape(Shape):
    """An act that the record or the person tells of, and whether the schedule counts it."""

    fact: str
    date: str | None
    value: Any
    author: str
    counts: bool
    why: str
    sources: list[Where]


class DecisionShape(Shape):
    """What the person decided: `later` until a day, `not_for_me`, `ask_doctor`."""

    decision: Literal["later", "not_for_me", "ask_doctor"]
    on: date
    track: str | None
    until: date | None
    reason: str | None


class ReviewShape(Shape):
    """What a professional decided, by name; `text` says it in one or two sentences."""

    decision: Literal["accept", "adapt", "set_aside", "ask_patient", "done"]
    by: str
    number: int
    on: date
    until: date | None
    due: date | None
    interval: str | None
    act: str | None
    reason: str | None
    words: str | None
    text: str


class Suspension(Shape):
    """Stopped by hand (`GET /v1/transparency/stops`): since when and why; `text` says it in one sentence."""

    stop: str
    since: date
    reason: str
    text: str


class SuspendedItem(Suspension):
    """`concerned`: it had something to say to this person until then."""

    concerned: bool


class SuspendedModel(Suspension):
    model: str


class Item(Shape):
    """One recommendation. `suspended`: it was stopped, and answers nothing. `due_from`: the first day on which it is
    due; `settled_by`: the facts that say it is done."""

    guideline: str
    domain: str
    status: Status | Literal["suspended"]
    track: str | None
    title: str
    why: list[str]
    benefit: str | None
    harm: str | None
    action: str | None
    where: str | None
    places: list[NeedName]
    cost: str | None
    due_from: date | None
    earliest: date | None
    overdue_from: date | None
    last_done: str | None
    when: str
    urgent: bool
    urgency: str | None
    covered_by: str | None
    assumes: list[str]
    asks: list[str]
    help_lines: list[HelpLineShape]
    acts: list[ActShape]
    settled_by: list[str]
    decision: DecisionShape | None
    review: ReviewShape | None
    review_class: str | None
    verified: dict[str, str]
    sources: list[Publication]
    suspension: SuspendedItem | None
    trace: Any = None
    """On request (`trace=true`), as `facts_used`."""
    facts_used: list[str] | None = None


class Choice(Shape):
    value: str
    text: str


class Question(Shape):
    """`fact` is the key to answer under (`PUT /v1/me/answers`); `changes` the guidelines that wait for it."""

    fact: str
    text: str
    changes: list[str]
    answer: Literal["yes_no", "number", "choice", "date", "relatives", "pair"]
    help: str | None
    unit: str | None
    choices: list[Choice]


class Contribution(Shape):
    input: str
    text: str
    delta_pp: float


class WhatIf(Shape):
    change: str
    input: str
    text: str
    count: int
    per: int


class Risk(Shape):
    """`count` people of `per`, within `horizon_years`; shown only with something to do about it (`actions`)."""

    model: str
    text: str
    per: int
    count: int
    less_than: bool
    horizon_years: int
    contributions: list[Contribution]
    what_ifs: list[WhatIf]
    actions: list[str]
    limits: str
    assumes: list[str]


class HumanReview(Shape):
    state: Literal["not_required", "awaiting", "reviewed"]
    by: str | None


class Plan(Shape):
    """The plan of a day: every recommendation is in exactly one list; `now` and `questions` have three at most."""

    as_of: date
    pack: PackName
    lang: str
    strong_points: list[StrongPoint]
    now: list[Item]
    next: list[Item]
    up_to_date: list[Item]
    questions: list[Question]
    to_see_with_doctor: list[Item]
    not_for_you: list[Item]
    suspended: list[Item]
    suspended_models: list[SuspendedModel]
    risks: list[Risk]
    assumptions: list[str]
    human_review: HumanReview


class Said(Shape):
    text: str
    verified: Literal["yes", "partly", "no"]
    source: Publication


class Usual(Shape):
    """What is usual for this person, in the unit of the result."""

    low: float | None
    high: float | None
    text: str
    source: Publication


class Dated(Shape):
    value: float
    comparator: Literal["<", "<=", ">", ">="] | None
    date: str
    text: str
    position: Literal["below", "within", "above"] | None


class _Measured(Shape):
    fact: str
    label: str
    value: float
    comparator: Literal["<", "<=", ">", ">="] | None
    unit: str
    text: str
    date: str
    date_text: str
    as_recorded: str | None
    author: str
    sources: list[Where]


class AlarmSign(_Measured):
    """A value that calls for an act: `now` the emergency number, `today` a doctor, `soon` an appointment."""

    urgency: Literal["now", "today", "soon"]
    what: str
    action: str
    source: Publication


class Further(Shape):
    guideline: str
    title: str


class LaboratoryResult(_Measured):
    """`picture` (the value on its range) and `chart` (its course) are SVG that say what `range` and `series` say."""

    other_units: list[str]
    to_check: bool
    range: Usual | None
    position: Literal["below", "within", "above"] | None
    position_text: str
    picture: str | None
    sentences: dict[Literal["measures", "moves", "matters", "calm"], Said]
    series: list[Dated]
    chart: str | None
    see: list[Further]


class ResultGroup(Shape):
    title: str
    results: list[LaboratoryResult]


class Results(Shape):
    """`allowed`: does the person let Jalon read their laboratory results?"""

    as_of: date
    alarms: list[AlarmSign]
    groups: list[ResultGroup]
    allowed: bool


class SessionToken(Shape):
    """`token` goes into `Authorization: Bearer …`; it ends after `expires_in` seconds without use."""

    token: str
    token_type: Literal["Bearer"]
    person: str
    expires_in: int


SHAPES: dict[str, tuple[str, type[Shape]]] = {
    "get_plan": ("200", Plan), "get_item": ("200", Item), "get_results": ("200", Results),
    "sign_in": ("200", SessionToken), "get_patient_plan": ("200", Plan),
    "places_known": ("200", PlacesKnown), "places_near": ("200", PlacesNear),
    **me_shapes.SHAPES,
}  # fmt: skip
"""operationId → the status and the shape of its answer."""


def schemas() -> dict[str, Any]:
    """Every shape as JSON Schema, by name."""
    models = list(dict.fromkeys(shape for _, shape in SHAPES.values()))
    _, made = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    return dict(made["$defs"])
