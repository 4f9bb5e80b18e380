"""The decision: may this actor do this, for this purpose, on this person's data? A pure function, deny by
default."""

from __future__ import annotations

from dataclasses import dataclass

from app.trust.purposes import Purpose, Purposes
from app.trust.ties import Tie
from app.trust.vocabulary import Act, Outcome, Resource, Role, Tag

RIGHTS: frozenset[Resource] = frozenset(
    {"consents", "access_log", "account", "practices", "delegations", "identity", "donation", "devices",
     "reminders", "signals"}
)
"""What `own_rights` is about. It never opens health data, but for what the person sent with a report (`signals`)."""

HEALTH: frozenset[Resource] = frozenset(
    {"record", "answers", "decisions", "facts", "plan", "explanation", "signals", "questions"}
)

RESOURCES: dict[str, frozenset[Resource]] = {
    "own_prevention": HEALTH,
    "own_rights": RIGHTS,
    "doctor_review": frozenset({"patients", "identity", "facts", "plan", "explanation", "review", "signals"}),
    "right_of_access": frozenset({"export"}),
    "donation": frozenset({"donated"}),
    "opt_out_lists": frozenset({"opt_out"}),
    "donation_desk": frozenset({"donation"}),
    "retention": frozenset({"account"}),
    "upkeep": frozenset({"facts"}),
    "campaign_statistics": frozenset({"facts"}),
    "reminders": frozenset({"facts", "messages"}),
    "human_guarantee": frozenset({"stops", "register"}),
    "campaign_design": frozenset({"campaigns"}),
    "quality_reading": frozenset({"plan", "guarantee", "board"}),
    "vigilance": frozenset({"signals"}),
    "demonstration": frozenset({"sample"}),
}
"""What each purpose may reach; a purpose without a line reaches nothing."""

_NO_DATA: frozenset[Resource] = frozenset({"patients", "board"})
"""Lists that hold only those who consent, or nobody: no data of anybody."""

WRITES: dict[str, frozenset[Resource]] = {
    "doctor_review": frozenset({"review", "signals"}), "quality_reading": frozenset({"guarantee", "board"}),
    "reminders": frozenset({"messages"}),
}  # fmt: skip
"""Of a purpose that reads more than it may write: what it may write."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked. `categories` are wanted; with `every`, all of them must be granted, else as many as
    are."""

    tag: Tag
    act: Act
    resource: Resource
    purpose: str
    categories: frozenset[str] = frozenset()
    every: bool = False
    detail: str = ""
    """Through what (the version of the guidelines): for the log."""
    channels: frozenset[str] = frozenset()
    """Of a purpose that is allowed by channel: those that are wanted; none: any of them will do."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says at this instant. `consented` maps a purpose to the categories (or channels) allowed, on
    a text that is still valid."""

    actor: str
    role: Role
    subject: str
    sample: bool
    consented: dict[str, frozenset[str]]
    facts_digest: str | None = None
    tie: Tie | None = None
    """What ties the actor to the subject, when they are two people."""
    gives: bool = False
    """Of donation: the person gives to the project that asks, at this instant."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`purpose` and `basis` are the closed list's own words, fit for the log whatever was asked."""

    outcome: Outcome
    purpose: str
    basis: str = "none"
    categories: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()


def decide(asked: Asked, standing: Standing, purposes: Purposes, declared: str | None = None) -> Decision:
    """Deny unless the purpose, role, act, resource, person and consent all allow. `declared` is the purpose that the
    caller states: nothing is opened for another one than that of what is asked."""
    name = asked.purpose if declared is None else declared
    purpose = purposes.get(name)
    if purposes.is_refused(name):
        return Decision(Outcome.FORBIDDEN_PURPOSE, name)
    if purpose is None:
        return Decision(Outcome.UNKNOWN_PURPOSE, "unknown")
    basis = purpose.legal_basis
    if standing.role not in purpose.who:
        return Decision(Outcome.ROLE, purpose.id, basis)
    reaches = RESOURCES.get(purpose.id, frozenset())
    if asked.act == "write":
        reaches &= WRITES.get(purpose.id, reaches)
    covers = asked.act in purpose.acts and asked.resource in reaches
    if name != asked.purpose or not covers:
        return Decision(Outcome.ACT, purpose.id, basis)
    if not _may_reach(purpose, asked, standing):
        return Decision(Outcome.NOT_YOURS, purpose.id, basis)
    if purpose.whose == "not_opposed":
        return _given(asked, standing, purpose)
    if purpose.consent_of is None or asked.resource in _NO_DATA:
        return Decision(Outcome.ALLOWED, purpose.id, basis, asked.categories)
    if purpose.by == "channel":
        return _by_channel(asked, standing, purpose)
    consented = standing.consented.get(purpose.consent_of, frozenset())
    granted = asked.categories & consented
    if standing.tie is not None and standing.tie.scope is not None:
        granted &= standing.tie.scope.categories
    if not consented:
        return Decision(Outcome.NO_CONSENT, purpose.id, basis)
    needs = standing.tie.needs if standing.tie is not None else frozenset()
    if not granted or not needs <= granted or (asked.every and granted != asked.categories):
        return Decision(Outcome.CATEGORY, purpose.id, basis)
    return Decision(Outcome.ALLOWED, purpose.id, basis, granted)


def _by_channel(asked: Asked, standing: Standing, purpose: Purpose) -> Decision:
    """Nobody is written to by a channel that they did not allow, and what is written never rests on more than what they
    let Jalon itself use."""
    allowed = standing.consented.get(purpose.id, frozenset())
    categories = asked.categories & standing.consented.get("own_prevention", frozenset())
    if not allowed or (asked.categories and not categories):
        return Decision(Outcome.NO_CONSENT, purpose.id, purpose.legal_basis)
    channels = asked.channels & allowed if asked.channels else allowed
    if not channels:
        return Decision(Outcome.CHANNEL, purpose.id, purpose.legal_basis)
    return Decision(Outcome.ALLOWED, purpose.id, purpose.legal_basis, categories, channels)


def _given(asked: Asked, standing: Standing, purpose: Purpose) -> Decision:
    """Donation never reaches more than what the person lets Jalon itself use."""
    if not standing.gives:
        return Decision(Outcome.OPPOSED, purpose.id, purpose.legal_basis)
    granted = asked.categories & standing.consented.get("own_prevention", frozenset())
    if not granted:
        return Decision(Outcome.NO_CONSENT, purpose.id, purpose.legal_basis)
    return Decision(Outcome.ALLOWED, purpose.id, purpose.legal_basis, granted)


def _may_reach(purpose: Purpose, asked: Asked, standing: Standing) -> bool:
    """Is the person concerned one whom this purpose is about?"""
    if (purpose.whose == "sample" or standing.role == "demo") and not standing.sample:
        return False
    own = standing.actor == standing.subject
    if purpose.whose == "nobody":  # about oneself: that is, about nobody who is cared for
        return own
    if purpose.whose == "self":
        scope = standing.tie.scope if standing.tie else None
        if standing.role == "delegate":
            return scope is not None and (asked.act, asked.resource) in scope.reaches
        return own
    if purpose.whose == "anyone" and standing.role != "system":
        return standing.tie is not None and standing.tie.desk
    if purpose.whose == "drawn":
        if standing.role == "system":
            return asked.resource != "board"
        return asked.resource != "plan" and standing.tie is not None and standing.tie.board
    if purpose.whose == "reporter":
        return standing.tie is not None and standing.tie.addressed
    if purpose.whose == "patient":
        return own if asked.resource == "patients" else standing.tie is not None and standing.tie.treating
    return True
