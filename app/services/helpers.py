"""Being helped by somebody beside oneself, and helping: one-time codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import UsageError
from app.services import asks
from app.services.services import Services
from app.trust import helper_codes
from app.trust.delegation_rules import load_rules
from app.trust.door import SignedIn
from app.trust.helper_codes import Made, Redeemed
from app.trust.vocabulary import Tag

_SHOW = asks.right(Tag.DELEGATIONS_READ, "read", "delegations")
_CHANGE = asks.right(Tag.DELEGATION_CHANGE, "write", "delegations")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a helper may do: `person` and `helper` are names for the two of them to see."""

    person: str
    helper: str
    actions: Sequence[str]
    categories: Sequence[str]
    minutes: int


async def make(services: Services, who: SignedIn, wanted: Wanted) -> Made:
    """The code to tell them. Raises UsageError (`helper`, `delegation`: a name is missing)."""
    now = services.now()
    return await services.door.enter(
        who, _CHANGE,
        lambda grant: helper_codes.make(
            grant, wanted.person, wanted.helper, wanted.actions, wanted.categories, wanted.minutes, now
        ),
    )  # fmt: skip


async def withdraw(services: Services, who: SignedIn) -> bool:
    """The code that was made is good for nothing any more; False when there is none."""
    return await services.door.enter(who, _CHANGE, helper_codes.withdraw)


async def choices(services: Services, who: SignedIn) -> dict[str, Any]:
    """What may be chosen, and until when a code waits to be used (`waiting`)."""
    now, rules = services.now(), load_rules()
    waiting = await services.door.enter(who, _SHOW, lambda grant: helper_codes.waiting(grant, now))
    return {
        "actions": [{"id": a.id, "label": a.label} for a in rules.actions if a.id in rules.helper.actions],
        "code_minutes": rules.helper.code_minutes, "longest_minutes": rules.helper.longest_minutes, "waiting": waiting,
    }  # fmt: skip


async def help_with(services: Services, code: str, who: SignedIn | None = None) -> Redeemed:
    """Begin to help: in one's own session (`who`), or in a new one that can do nothing else. Raises UsageError
    (`helper_code`), whatever is wrong with the code; NotSignedIn."""
    now, door = services.now(), services.door
    if who is None:
        found = await door.look_up(
            lambda connection: helper_codes.redeem(connection, door.keys, code, now, door.policy)
        )
    else:
        found = await door.with_account(
            who,
            lambda connection, person: helper_codes.redeem(
                connection, door.keys, code, now, door.policy, (person, "citizen")
            ),
            Tag.DELEGATION_CHANGE,
        )
    if found is None:
        raise UsageError("this code is not good, or not any more", code="helper_code")
    return found
