"""What each thing a citizen does asks of the door."""

from __future__ import annotations

from app.trust.rules import Asked
from app.trust.vocabulary import CATEGORIES, Act, Resource, Tag

ALL = frozenset(CATEGORIES)
PREVENTION = "own_prevention"
RIGHTS = "own_rights"


def read(tag: Tag, resource: Resource, purpose: str = PREVENTION) -> Asked:
    """Read as much as the person allows."""
    return Asked(tag, "read", resource, purpose, ALL)


def review(tag: Tag, resource: Resource) -> Asked:
    """A doctor reads as much as their patient shares with them."""
    return read(tag, resource, "doctor_review")


def write(tag: Tag, resource: Resource, purpose: str = PREVENTION) -> Asked:
    """Write, where the person allows at least one category."""
    return Asked(tag, "write", resource, purpose, ALL)


def write_all(tag: Tag, resource: Resource, categories: frozenset[str], purpose: str = PREVENTION) -> Asked:
    """Write what belongs to these categories: each must be allowed."""
    return Asked(tag, "write", resource, purpose, categories, every=True)


def right(tag: Tag, act: Act, resource: Resource) -> Asked:
    """Exercise a right over one's own data: no consent needed."""
    return Asked(tag, act, resource, RIGHTS)


def copy(tag: Tag) -> Asked:
    """A copy of everything that is held about oneself: no consent needed, and nothing withheld."""
    return Asked(tag, "read", "export", "right_of_access", ALL)
