"""In which exercise of their profession a professional works in this session: they choose when they have several."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app.errors import UsageError
from app.identity.people import Professional
from app.services.services import Services
from app.store.tables import stamp
from app.trust import relations, signing_in
from app.trust.door import SignedIn
from app.trust.vocabulary import Tag


def detail(found: Sequence[Professional]) -> str:
    """What is kept of a professional who signs in (JSON): the exercise, or those to choose from."""
    each = [asdict(one) for one in found]
    chosen = each[0] if len(each) == 1 else {"name": found[0].name}
    return json.dumps(chosen | {"choices": each}, sort_keys=True)


def practices(services: Services, one: Professional) -> tuple[str, ...]:
    """The numbers of the practices whose patients this exercise lets review; none for a profession that does not."""
    review = services.door.purposes.get(relations.REVIEW)
    return one.practices if review and one.profession in review.professions else ()


async def choices(services: Services, who: SignedIn) -> list[dict[str, Any]]:
    """The exercises of whoever is signed in, with `chosen`; nothing for anybody but a professional."""
    kept = await services.door.with_account(who, signing_in.detail_of)
    known = json.loads(kept) if kept else {}
    return [
        one | {"chosen": all(known.get(name) == value for name, value in one.items())}
        for one in known.get("choices", [])
    ]


async def choose(services: Services, who: SignedIn, number: int) -> None:
    """Work in the exercise of this number from now on. Raises UsageError (`unknown_exercise`), NotSignedIn."""
    listed = [{name: one[name] for name in one if name != "chosen"} for one in await choices(services, who)]
    if not 0 <= number < len(listed):
        raise UsageError("there is no such exercise", code="unknown_exercise")
    chosen, at = listed[number], stamp(services.now())
    numbers = practices(services, Professional(**chosen))
    content = json.dumps(chosen | {"choices": listed}, sort_keys=True)

    def work(connection: Any, person: str) -> None:
        signing_in.set_detail(connection, person, content)
        relations.join(connection, person, numbers, at)

    await services.door.with_account(who, work, Tag.EXERCISE_CHOOSE)
