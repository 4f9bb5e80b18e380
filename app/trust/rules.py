"""The decision: may this actor do this, for this purpose, on this person's data? A pure function, deny by
default."""

from __future__ import annotations

from dataclasses import dataclass

from app.trust.purposes import Purposes
from app.trust.vocabulary import Act, Outcome, Resource, Role, Tag

RIGHTS: frozenset[Resource] = frozenset({"consents", "access_log", "account"})
"""What `own_rights` is about. It never opens health data."""

HEALTH: frozenset[Resource] = frozenset({"record", "answers", "decisions", "facts", "plan", "explanation"})

RESOURCES: dict[str, frozenset[Resource]] = {
    "own_prevention": HEALTH,
    "own_rights": RIGHTS,
    "upkeep": frozenset({"facts"}),
    "demonstration": frozenset({"sample"}),
}
"""What each purpose may reach; a purpose without a line reaches nothing."""


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


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says at this instant. `consented` maps a purpose to the categories allowed, on a text
    that is still valid."""

    actor: str
    role: Role
    subject: str
    sample: bool
    consented: dict[str, frozenset[str]]
    facts_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`purpose` and `basis` are the closed list's own words, fit for the log whatever was asked."""

    outcome: Outcome
    purpose: str
    basis: str = "none"
    categories: frozenset[str] = frozenset()


def decide(asked: Asked, standing: Standing, purposes: Purposes) -> Decision:
    """Deny unless the purpose, role, act, resource, person and consent all allow."""
    purpose = purposes.get(asked.purpose)
    if purposes.is_refused(asked.purpose):
        return Decision(Outcome.FORBIDDEN_PURPOSE, asked.purpose)
    if purpose is None:
        return Decision(Outcome.UNKNOWN_PURPOSE, "unknown")
    basis = purpose.legal_basis
    if standing.role not in purpose.who:
        return Decision(Outcome.ROLE, purpose.id, basis)
    if asked.act not in purpose.acts or asked.resource not in RESOURCES.get(purpose.id, frozenset()):
        return Decision(Outcome.ACT, purpose.id, basis)
    if (purpose.whose == "self" and standing.actor != standing.subject) or (
        (purpose.whose == "sample" or standing.role == "demo") and not standing.sample
    ):
        return Decision(Outcome.NOT_YOURS, purpose.id, basis)
    if purpose.consent_of is None:
        return Decision(Outcome.ALLOWED, purpose.id, basis, asked.categories)
    consented = standing.consented.get(purpose.consent_of, frozenset())
    granted = asked.categories & consented
    if not consented:
        return Decision(Outcome.NO_CONSENT, purpose.id, basis)
    if not granted or (asked.every and granted != asked.categories):
        return Decision(Outcome.CATEGORY, purpose.id, basis)
    return Decision(Outcome.ALLOWED, purpose.id, basis, granted)
