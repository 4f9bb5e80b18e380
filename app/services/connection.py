"""A record that comes by connection: the person gives access at the server that holds it, and Jalon reads it then.

The access is used once, in this process's memory, and kept nowhere. Whose record it is, is checked as for a file: one
of somebody else, or that proves nothing, is never attached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from app.errors import UsageError
from app.identity.client import Client
from app.identity.source import Source
from app.services import imports
from app.services.fhir_fetch import Fetcher
from app.services.imports import Import
from app.services.services import Services
from app.trust import signing_in
from app.trust.door import SignedIn

PROFILE = "record"


class Begun(NamedTuple):
    """Where the person goes to give access; `state` comes back with the answer."""

    url: str
    state: str


def source_of(services: Services) -> tuple[Source, Client]:
    """Raises UsageError (`unknown_provider`) where no record comes by connection."""
    source, client = services.settings.source, services.source
    if source is None or client is None:
        raise UsageError("no record comes by connection here", code="unknown_provider")
    return source, client


async def begin(services: Services, who: SignedIn) -> Begun:
    """Raises UsageError (`unknown_provider`), ProviderDown, NotSignedIn."""
    await services.door.recognise(who)
    source, client = source_of(services)
    await client.metadata()  # one that is down is told before anything is kept
    now = services.now()
    asked = await services.door.with_account(
        who, lambda connection, _: signing_in.begin(connection, PROFILE, _bound_to(who), now)
    )
    url = await client.authorization_url(asked.state, asked.nonce, asked.verifier, aud=source.base)
    return Begun(url, asked.state)


async def finish(services: Services, who: SignedIn, answer: Mapping[str, str]) -> Import:
    """Take the access that the person gave, and begin to read: the import goes on in the background.

    Raises NotAsked (another session, too late, twice), SignInRefused (they did not give it), ProviderDown, Refused,
    NotSignedIn, UsageError (`unknown_provider`)."""
    await services.door.recognise(who)
    source, client = source_of(services)
    now = services.now()
    asked = await services.door.with_account(
        who, lambda connection, _: signing_in.take(connection, PROFILE, answer.get("state", ""), _bound_to(who), now)
    )
    if "error" in answer or not answer.get("code"):
        raise signing_in.NotAsked("the access was not given")
    given = await client.exchanged(answer["code"], asked.verifier)
    token, patient = str(given.get("access_token", "")), given.get("patient")

    async def fetch(step: Callable[[], None]) -> list[tuple[str, bytes]]:
        fetcher = Fetcher(source.base, token, services.settings.upload_bytes, step)
        content = await fetcher.fetch(patient if isinstance(patient, str) else None)
        return [(f"connexion-{services.today().isoformat()}.json", content)]

    return await imports.start_with(services, who, fetch)


def _bound_to(who: SignedIn) -> str:
    """The answer counts in the session that asked, about the same person."""
    return f"{who.token_hash} {who.about or ''}"
