"""What ties somebody who is signed in to somebody else: as the database says at this instant."""

from __future__ import annotations

from dataclasses import dataclass

from app.trust.vocabulary import Act, Resource


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody may do for another person: in which categories, and which acts on what."""

    categories: frozenset[str]
    reaches: frozenset[tuple[Act, Resource]]


@dataclass(frozen=True, slots=True)
class Tie:
    """`subject` is the person concerned. A tie that is over still says who they are, so that they see the attempt.

    `treating`: a doctor of a practice that they named. `delegate`: somebody who acts for them, within `scope` (None:
    not any more). `desk`: somebody who came to an agent with their account number. `board`: somebody of the guarantee
    board to whom one answer of theirs was given to read, made of the categories `needs`.
    """

    subject: str
    treating: bool = False
    delegate: bool = False
    desk: bool = False
    scope: Scope | None = None
    board: bool = False
    needs: frozenset[str] = frozenset()
    addressed: bool = False
    """Somebody of the team whom the person's own report or request is sent to (`app.trust.signals`)."""


NOBODY = Tie("nobody")
"""Of a tie that does not exist: nobody is concerned, and the attempt is logged about whoever made it."""
