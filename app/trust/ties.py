"""What ties somebody who is signed in to somebody else: as the database says at this instant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tie:
    """`subject` is the person concerned. A tie that is over still says who they are, so that they see the attempt."""

    subject: str
    treating: bool = False


NOBODY = Tie("nobody")
"""Of a tie that does not exist: nobody is concerned, and the attempt is logged about whoever made it."""
