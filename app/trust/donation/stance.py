"""What holds for a person now, of all that was recorded about them: a pure function.

An opposition in the external (national) register always wins. Else the last choice recorded holds, whoever recorded it.
Silence counts as being included only once the information was shown and the delay has run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from app.dates import add
from app.store.tables import moment
from app.trust.donation.terms import Terms

Wish = Literal["included", "opposed"]
Channel = Literal["self", "paper", "helper", "relatives", "external"]
"""Who recorded it: the person here; an authorised agent, from a paper or beside the person (`helper`); relatives, who
bear witness to the will of a person who died; `external`, the opt-out list of another register."""

State = Literal["not_informed", "waiting", "included", "opposed"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One recorded choice. `purposes` and `projects` are those opposed by somebody who is otherwise included.
    `receipt` is the signed note that confirms it."""

    version: int
    channel: Channel
    wish: Wish
    purposes: tuple[str, ...]
    projects: tuple[str, ...]
    text_digest: str
    at: str
    receipt: str = ""

    @property
    def same(self) -> tuple[object, ...]:
        """What two choices that say the same share."""
        return self.channel, self.wish, self.purposes, self.projects


@dataclass(frozen=True, slots=True)
class Stance:
    """What holds: `own` is the last choice but those of the external register, `external` the last one of that."""

    state: State
    own: Choice | None = None
    external: Choice | None = None
    informed_at: str | None = None
    included_from: date | None = None
    """For `waiting`: the first day on which silence counts."""

    def gives(self, project: str, purpose: str) -> bool:
        """May this project, of this purpose, have the person's data?"""
        if self.state != "included":
            return False
        return self.own is None or (project not in self.own.projects and purpose not in self.own.purposes)

    def refuses(self, project: str, purpose: str) -> bool:
        """Did the person say no to this project, one way or the other? Silence is no refusal."""
        if self.state == "opposed":
            return True
        return self.own is not None and (project in self.own.projects or purpose in self.own.purposes)

    @property
    def refuses_all(self) -> bool:
        return self.state == "opposed"


def stance(choices: Sequence[Choice], informed_at: str | None, terms: Terms, now: datetime) -> Stance:
    """`choices` in the order of their versions; `informed_at`: when a text that still holds was first shown."""
    own = next((one for one in reversed(choices) if one.channel != "external"), None)
    external = next((one for one in reversed(choices) if one.channel == "external"), None)
    if external is not None and external.wish == "opposed":
        return Stance("opposed", own, external, informed_at)
    if own is not None:
        return Stance("opposed" if own.wish == "opposed" else "included", own, external, informed_at)
    if informed_at is None:
        return Stance("not_informed", own, external)
    first = add(moment(informed_at).date(), terms.period)
    state: State = "included" if now.date() >= first else "waiting"
    return Stance(state, own, external, informed_at, first)
