"""What the citizen allows: shown with the very words of the question, and changed at any time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.errors import UsageError
from app.services import asks
from app.services.answers import Changed
from app.services.cache import Rendered
from app.services.rendering import render
from app.services.services import Services
from app.store.tables import stamp
from app.trust import consents, repeats
from app.trust.consents import Change
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.purposes import Consent, Language
from app.trust.repeats import Given, Repeat
from app.trust.vocabulary import Tag

_READ = asks.right(Tag.CONSENTS_READ, "read", "consents")
_WRITE = asks.right(Tag.CONSENTS_CHANGE, "write", "consents")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person decides: the categories, or channels, allowed for a purpose (none: consent is withdrawn), and the
    digest of the text that they were shown."""

    purpose: str
    allowed: Sequence[str]
    text_digest: str
    by: Literal["category", "channel"] = "category"


async def show(services: Services, who: SignedIn, lang: str) -> Rendered:
    """Purposes, the text of consent with what is allowed now, every former decision, and what is always
    refused."""
    history = await services.door.enter(who, _READ, consents.history)
    return render(_view(services, history, lang))


async def change(
    services: Services,
    who: SignedIn,
    choice: Choice,
    lang: str,
    repeat: Repeat | None = None,
    if_match: str | None = None,
) -> Rendered:
    """Write the decision; it holds from the next request on.

    Raises UsageError (`unknown_category`, `unknown_channel`, `unknown_purpose`, `consent_text`), Changed, NotSignedIn.
    """
    consent = services.door.consents.get(choice.purpose)
    if consent is None:
        raise UsageError("no consent is asked for such a purpose", code="unknown_purpose", where="/purpose")
    if choice.by != consent.by or not set(choice.allowed) <= set(consent.choices):
        where = "/channels" if choice.by == "channel" else "/categories"
        raise UsageError(f"the purpose has no such {choice.by}", code=f"unknown_{choice.by}", where=where)
    shown_in = next(
        (known for known, text in consent.texts.items() if text.digest == choice.text_digest), None
    )
    if shown_in is None:
        raise UsageError("this is not the text of consent any more: show it again", code="consent_text")

    def work(grant: Grant) -> Rendered:
        if given := repeats.find(grant, repeat):
            return render(json.loads(given.answer))
        if (
            if_match not in (None, "*")
            and if_match != render(_view(services, consents.past(grant), lang)).etag
        ):
            raise Changed
        at = stamp(services.now())
        consents.change(grant, choice.purpose, choice.allowed, choice.text_digest, shown_in, at)
        view = _view(services, consents.past(grant), lang)
        repeats.keep(grant, repeat, Given(200, json.dumps(view)), at)
        return render(view)

    return await services.door.enter(who, _WRITE, work)


def _view(services: Services, history: Sequence[Change], lang: str) -> dict[str, Any]:
    purposes = services.door.purposes
    shown: Language = "en" if lang == "en" else "fr"
    return {
        "consents": [_asked(consent, history, shown) for consent in services.door.consents.values()],
        "history": [
            {"purpose": item.purpose, **_split(item, services), "text_digest": item.text_digest,
             "language": item.language, "at": item.at}
            for item in history
        ],
        "purposes": [
            {"id": item.id, "label": item.label, "words": item.words_en if shown == "en" else item.words,
             "legal_basis": item.legal_basis, "legal_basis_words": item.legal_basis_words, "who": item.who,
             "consent": item.consent, "by": item.by}
            for item in purposes.purposes
        ],
        "never": [{"id": item.id, "label": item.label, "words": item.words} for item in purposes.refused],
    }  # fmt: skip


def _split(item: Change, services: Services) -> dict[str, list[str]]:
    """What one decision allowed, under the name of what it is."""
    purpose, allowed = services.door.purposes.get(item.purpose), list(item.categories)
    by_channel = purpose is not None and purpose.by == "channel"
    return {"categories": [] if by_channel else allowed, "channels": allowed if by_channel else []}


def _asked(consent: Consent, history: Sequence[Change], shown: Language) -> dict[str, Any]:
    """The question of one purpose, and what the last decision on it allows."""
    text = consent.texts[shown]
    last = next((item for item in reversed(history) if item.purpose == consent.purpose), None)
    holds = last is not None and last.text_digest in consent.valid_digests
    granted = set(last.categories) if last and holds else set()
    choices = [{"id": name, "label": text.choices[name], "granted": name in granted} for name in consent.choices]
    by_channel = consent.by == "channel"
    return {
        "purpose": consent.purpose,
        "state": "never_asked" if last is None else "ask_again" if not holds else "given" if granted else "withdrawn",
        "since": last.at if last else None,
        "text": {"digest": text.digest, "language": shown, "title": text.title, "body": text.body},
        "categories": [] if by_channel else choices,
        "channels": choices if by_channel else [],
    }
