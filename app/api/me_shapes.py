"""The shapes of what a person does beside their plan: family, devices, help, a record that comes."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from app.api.shape import Shape


class ConditionCode(Shape):
    system: str
    code: str


class RelativeDisease(Shape):
    """`condition` as in `family_<condition>` facts; ages are completed years, equal when the age is known."""

    condition: str | None
    text: str | None
    onset_low: float | None
    onset_high: float | None
    absent: bool
    codes: list[ConditionCode]


class Place(Shape):
    """A file of the record (`answers`: what the person said) and the entry in it."""

    file: str
    entry: str | None


class KinShown(Shape):
    relation: str | None
    degree: int | None
    side: Literal["maternal", "paternal"] | None
    sex: Literal["female", "male"] | None
    born: str | None
    deceased: bool | None
    age_at_death: float | None
    adoption: Literal["in", "out", "adopter"] | None
    health_known: bool
    conditions: list[RelativeDisease]
    author: str
    sources: list[Place]


class FamilySelf(KinShown):
    adopted: bool


class FamilyMember(KinShown):
    text: str


class ToldCondition(Shape):
    condition: str
    age_at_diagnosis: float | Literal["unknown"] | None = None
    absent: bool = False


class ToldRelative(Shape):
    """As it was sent, with the `id` by which it is changed."""

    id: str
    relation: str
    sex: Literal["female", "male"] | None = None
    born: str | None = None
    deceased: bool | None = None
    age_at_death: float | None = None
    adopted: Literal["in", "out"] | None = None
    health: Literal["known", "unknown"] = "known"
    conditions: list[ToldCondition] = Field(default_factory=list)


class Told(Shape):
    """What the person declared; `questions`: facts about the family that they answered one by one."""

    adopted: bool
    asked: list[str]
    relatives: list[ToldRelative]
    questions: list[str]


class FamilyDifference(Shape):
    """The record and the person say what cannot both be true; recommendations follow the record."""

    relation: str | None
    recorded: str
    told: str
    sources: list[Place]


class FamilyLine(Shape):
    style: str
    text: str


class Family(Shape):
    """`drawing` is SVG that says what `lines` say."""

    as_of: date
    person: FamilySelf
    relatives: list[FamilyMember]
    lines: list[FamilyLine]
    drawing: str
    allowed: bool
    told: Told
    differences: list[FamilyDifference]


class PlanChange(Shape):
    """A recommendation that answers otherwise; `before` and `after` are the plan's own short sentences."""

    guideline: str
    title: str
    before: str | None
    after: str


class FamilyEffects(Shape):
    changes: list[PlanChange]


class RelativeId(Shape):
    id: str


class Device(Shape):
    """`since` and `until`: moments, UTC."""

    id: str
    device: str | None
    since: str
    until: str | None


class Devices(Shape):
    subscriptions: list[Device]
    most: int


class PushKey(Shape):
    key: str


class HelpAction(Shape):
    id: str
    label: str


class HelpChoices(Shape):
    """`waiting`: until when a code that was made may still be used."""

    actions: list[HelpAction]
    code_minutes: int
    longest_minutes: int
    waiting: str | None


class NewHelperCode(Shape):
    code: str
    until: str


class Helping(Shape):
    """`delegation` goes into the header `Jalon-For`."""

    delegation: str
    person: str
    until: str


class HelperSession(Helping):
    token: str
    token_type: Literal["Bearer"]


class AccessAsked(Shape):
    url: str
    state: str


SHAPES: dict[str, tuple[str, type[Shape]]] = {
    "get_family": ("200", Family), "get_family_effects": ("200", FamilyEffects), "post_relative": ("201", RelativeId),
    "get_push_subscriptions": ("200", Devices), "post_push_subscription": ("201", Device),
    "get_push_key": ("200", PushKey), "get_helper_codes": ("200", HelpChoices),
    "post_helper_code": ("201", NewHelperCode), "post_help": ("201", Helping),
    "post_helper_session": ("201", HelperSession), "post_connection": ("201", AccessAsked),
}  # fmt: skip
