"""The family as the person tells it: one relative more, changed or taken back; what the record says is never touched.

All of it is one answer (`family`, `app.facts.family_answers`), so that an app may also send it as a whole."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.errors import UsageError
from app.facts.dedupe import ONE_OF_A_KIND
from app.services import answers
from app.services.answers import Changed
from app.services.family import named
from app.services.services import Services
from app.trust.door import SignedIn
from app.trust.repeats import Repeat

Family = dict[str, Any]


class NoSuchRelative(UsageError):
    """The person told of no such relative."""

    def __init__(self) -> None:
        super().__init__("there is no such relative", code="unknown_relative")


async def add(services: Services, who: SignedIn, relative: Mapping[str, Any], repeat: Repeat | None = None) -> str:
    """Tell of one relative more; gives its id. Raises UsageError (`relative_twice`: there is one mother, who
    was told of already), WrongAnswers, Refused (`family` is not allowed), NotSignedIn."""
    made = "r" + (repeat.key_hash[:10] if repeat else secrets.token_hex(5))

    def work(family: Family) -> None:
        told = [one for one in family["relatives"] if one["id"] != made]
        if relative.get("relation") in ONE_OF_A_KIND and any(o["relation"] == relative["relation"] for o in told):
            raise UsageError("this relative was told of already: change it", code="relative_twice", where="/relation")
        family["relatives"] = [*told, {**relative, "id": made}]

    await _change(services, who, work, repeat=repeat)
    return made


async def change(
    services: Services, who: SignedIn, relative_id: str, relative: Mapping[str, Any], if_match: str | None = None
) -> None:
    """Say otherwise of a relative told before. Raises NoSuchRelative, WrongAnswers, Changed, Refused, NotSignedIn."""

    def work(family: Family) -> None:
        family["relatives"][_place(family, relative_id)] = {**relative, "id": relative_id}

    await _change(services, who, work, if_match)


async def remove(services: Services, who: SignedIn, relative_id: str, if_match: str | None = None) -> None:
    """Take back what was told of a relative. Raises NoSuchRelative, Changed, Refused, NotSignedIn."""

    def work(family: Family) -> None:
        del family["relatives"][_place(family, relative_id)]

    await _change(services, who, work, if_match)


async def about(
    services: Services, who: SignedIn, *, adopted: bool, asked: Sequence[str], if_match: str | None = None
) -> None:
    """Whether the person was adopted, and of which diseases they told all that they know: who is not named with one of
    these has not had it, as far as they know. Raises WrongAnswers, Changed, Refused, NotSignedIn."""

    def work(family: Family) -> None:
        family["adopted"], family["asked"] = adopted, list(dict.fromkeys(asked))

    await _change(services, who, work, if_match)


async def _change(
    services: Services, who: SignedIn, work: Callable[[Family], None], if_match: str | None = None,
    repeat: Repeat | None = None,
) -> None:  # fmt: skip
    """Tries once again if the answers changed meanwhile, unless the caller says which ones they saw."""
    for last_try in (False, True):
        found = await answers.answers(services, who)
        if if_match not in (None, "*", found.etag):
            raise Changed
        given = {name: kept["value"] for name, kept in json.loads(found.body).items()}
        before = given.get("family") if isinstance(given.get("family"), dict) else {}
        family: Family = {"adopted": False, "asked": [], **(before or {})}
        family["relatives"] = named(family.get("relatives") or [])
        work(family)
        try:
            await answers.put(services, who, given | {"family": family}, repeat, if_match=found.etag)
        except Changed:
            if last_try or if_match is not None:
                raise
        else:
            return


def _place(family: Family, relative_id: str) -> int:
    for place, relative in enumerate(family["relatives"]):
        if relative["id"] == relative_id:
            return place
    raise NoSuchRelative
