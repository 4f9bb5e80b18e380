"""Donation of data, for the signed-in person: what it is, what they chose, which projects used their data.

A choice is one act, without reason, at once, both ways, and is confirmed by a signed receipt. It never touches anything
that a plan is made of.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from app.errors import UsageError
from app.i18n import Translator, translator
from app.i18n.translator import languages
from app.services import asks
from app.services.answers import Changed
from app.services.cache import Rendered
from app.services.projects import told
from app.services.rendering import render
from app.services.services import Services
from app.store.tables import stamp
from app.trust import repeats
from app.trust.donation import exports, register
from app.trust.donation.projects import load_projects
from app.trust.donation.register import Kept, Wanted
from app.trust.donation.stance import Choice, Wish
from app.trust.donation.terms import load_terms
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.log import receipt
from app.trust.repeats import Given, Repeat
from app.trust.vocabulary import Tag

_READ = asks.right(Tag.DONATION_READ, "read", "donation")
_INFORM = asks.right(Tag.DONATION_INFORM, "write", "donation")
_CHOOSE = asks.right(Tag.DONATION_CHOOSE, "write", "donation")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the person decides, and the digest of the text that they were shown."""

    wish: Wish
    purposes: Sequence[str]
    projects: Sequence[str]
    text_digest: str


class Held(NamedTuple):
    """What the register holds of somebody, the exports that they are in, and their account number."""

    kept: Kept
    uses: list[dict[str, Any]]
    account: str


async def show(services: Services, who: SignedIn, lang: str) -> Rendered:
    """The information, what holds now, every choice so far, the projects."""
    return render(_view(services, await services.door.enter(who, _READ, _read), lang))


async def inform(services: Services, who: SignedIn, text_digest: str) -> None:
    """Note that the information was shown: the delay runs from the first time. Raises UsageError (`donation_text`)."""
    if load_terms().language_of(text_digest) is None:
        raise UsageError("this is not the information any more: show it again", code="donation_text")
    await services.door.enter(
        who, _INFORM, lambda grant: register.inform(grant, text_digest, stamp(services.now()))
    )


async def show_and_inform(services: Services, who: SignedIn, lang: str) -> dict[str, Any]:
    """`show`, for a page that shows the information: showing it is informing."""
    shown = dict(json.loads((await show(services, who, lang)).body))
    return await _informed(services, who, shown, lang) if shown["information"]["shown_at"] is None else shown


async def inform_first(services: Services, who: SignedIn, lang: str) -> tuple[dict[str, Any], bool]:
    """`show`, and whether the information must be shown now (nobody told them, they chose nothing), which is noted."""
    shown = dict(json.loads((await show(services, who, lang)).body))
    first = shown["state"] == "not_informed"
    return (await _informed(services, who, shown, lang) if first else shown), first


async def _informed(services: Services, who: SignedIn, shown: dict[str, Any], lang: str) -> dict[str, Any]:
    await inform(services, who, shown["information"]["digest"])
    return dict(json.loads((await show(services, who, lang)).body))


async def choose(
    services: Services, who: SignedIn, chosen: Chosen, lang: str, repeat: Repeat | None = None,
    if_match: str | None = None, if_version: int | None = None,
) -> Rendered:  # fmt: skip
    """Record the choice; it holds at once. `if_version`: the version that the person saw.

    Raises UsageError (`unknown_donation_purpose`, `unknown_project`, `donation_text`), Changed, NotSignedIn.
    """
    terms, projects = load_terms(), load_projects()
    if not set(chosen.purposes) <= terms.purpose_ids:
        raise UsageError("there is no such purpose", code="unknown_donation_purpose", where="/opposed_purposes")
    if any(projects.find(project) is None for project in chosen.projects):
        raise UsageError("there is no such project", code="unknown_donation_project", where="/opposed_projects")
    if terms.language_of(chosen.text_digest) is None:
        raise UsageError("this is not the information any more: show it again", code="donation_text")
    partly = chosen.wish == "included"  # to oppose everything is to oppose each
    wanted = Wanted(
        chosen.wish, tuple(chosen.purposes) if partly else (), tuple(chosen.projects) if partly else (),
        chosen.text_digest,
    )  # fmt: skip

    def work(grant: Grant) -> Rendered:
        if given := repeats.find(grant, repeat):
            return render(json.loads(given.answer))
        before = _past(grant)
        if if_match not in (None, "*") and if_match != render(_view(services, before, lang)).etag:
            raise Changed
        if if_version is not None and if_version != before.kept.version:
            raise Changed
        at = stamp(services.now())
        register.inform(grant, chosen.text_digest, at)
        register.choose(grant, wanted, terms, services.log_key, at)
        view = _view(services, _past(grant), lang)
        repeats.keep(grant, repeat, Given(200, json.dumps(view)), at)
        return render(view)

    return await services.door.enter(who, _CHOOSE, work)


async def take_receipt(services: Services, who: SignedIn, version: int) -> dict[str, Any]:
    """The receipt of one of the person's choices, to be kept. Raises UsageError (`unknown_receipt`)."""
    kept = (await services.door.enter(who, _READ, _read)).kept
    if not 1 <= version <= kept.version:
        raise UsageError("there is no such receipt", code="unknown_receipt")
    return receipt.as_file(services.log_key, kept.choices[version - 1].receipt)


def _read(grant: Grant) -> Held:
    return Held(register.read(grant, load_terms()), exports.of_person(grant), grant.subject)


def _past(grant: Grant) -> Held:
    return Held(register.past(grant, load_terms()), exports.of_person(grant), grant.subject)


def _view(services: Services, held: Held, lang: str) -> dict[str, Any]:
    """What the person sees. The same register gives the same bytes, on the same day."""
    kept, terms, shown = held.kept, load_terms(), "en" if lang == "en" else "fr"
    t = translator(lang if lang in languages() else "fr")
    text, now = terms.texts["en" if shown == "en" else "fr"], kept.stance(terms, services.now())
    own = now.own
    purposes, projects = (own.purposes, own.projects) if own else ((), ())
    return {
        "state": now.state,
        "account": held.account,
        "version": kept.version,
        "chosen": _told(own) if own else None,
        "external": _told(now.external) if now.external else None,
        "included_from": _day(now.included_from),
        "minimum_age": terms.minimum_age,
        "information": {
            "digest": text.digest, "language": shown, "title": text.title, "body": text.body,
            "shown_at": now.informed_at or kept.informed_at, "delay": terms.delay,
        },
        "purposes": [
            {"id": each.id, "label": t(each.label), "help": t(each.help), "article": each.article,
             "opposed": now.refuses_all or each.id in purposes}
            for each in terms.purposes
        ],
        "projects": [
            told(each, t) | {"opposed": now.refuses_all or each.id in projects or each.purpose in purposes}
            for each in load_projects()
        ],
        "uses": [_use(one, t) for one in held.uses],
        "history": [_told(one) for one in kept.choices],
        "receipt": receipt.as_file(services.log_key, kept.choices[-1].receipt) if kept.choices else None,
    }  # fmt: skip


def _use(one: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    """An export that the person is in; a project that left the registry keeps its name of then."""
    project = load_projects().find(one["project"])
    return {**one, "title": t(project.title) if project else one["project"]}


def _told(choice: Choice) -> Mapping[str, Any]:
    return {
        "version": choice.version, "choice": choice.wish, "opposed_purposes": list(choice.purposes),
        "opposed_projects": list(choice.projects), "channel": choice.channel, "at": choice.at,
        "receipt": f"/v1/me/donation/receipts/{choice.version}",
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
