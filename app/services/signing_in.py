"""Signing in through an identity provider, and what follows when it says that somebody signed out there."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from app.errors import UsageError
from app.identity import people, tokens
from app.identity.client import Client, Identified, ProviderDown, SignInRefused
from app.identity.provider import Profile
from app.records.model import Subject
from app.services import asks, exercises
from app.services.services import Services
from app.store.tables import stamp
from app.trust import health, relations, signing_in
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.identity import compare
from app.trust.sessions import token_hash
from app.trust.vocabulary import Role, Tag

_IDENTITY = asks.right(Tag.IDENTITY_SET, "write", "identity")
_ROLES: dict[Profile, Role] = {"citizen": "citizen", "professional": "professional", "agent": "agent", "team": "team"}


def client_of(services: Services, profile: str) -> Client:
    """Raises UsageError (`unknown_provider`) when nobody of this kind can sign in here."""
    found = services.identity.get(profile)  # type: ignore[call-overload]
    if found is None:
        raise UsageError("nobody of this kind can sign in here", code="unknown_provider")
    return found  # type: ignore[no-any-return]


class Opened(NamedTuple):
    """A new session's token, and what the provider needs to end its own (`leave`)."""

    token: str
    id_token: str


async def start(services: Services, profile: str, browser: str) -> str:
    """Where the browser goes to sign in. Raises UsageError, ProviderDown."""
    client = client_of(services, profile)
    await client.metadata()  # a provider that is down is told before anything is kept
    now = services.now()
    asked = await services.door.look_up(lambda connection: signing_in.begin(connection, profile, browser, now))
    return await client.authorization_url(asked.state, asked.nonce, asked.verifier)


async def finish(
    services: Services, profile: str, answer: dict[str, str], browser: str, former: str | None, language: str
) -> Opened:
    """A new session, from what the provider sent back. Raises NotAsked, SignInRefused, TokenRefused,
    ProviderDown, NotAdmitted."""
    client, now = client_of(services, profile), services.now()
    asked = await services.door.look_up(
        lambda connection: signing_in.take(connection, profile, answer.get("state", ""), browser, now)
    )
    if "error" in answer or not answer.get("code"):
        raise SignInRefused("the sign-in was not completed")
    if answer.get("iss") not in (None, client.provider.issuer):
        raise tokens.TokenRefused("another issuer")
    found = await client.identified(answer["code"], asked.nonce, asked.verifier)
    return await open_session(services, client, found, former, language)


async def open_session(
    services: Services, client: Client, found: Identified, former: str | None, language: str
) -> Opened:
    """A new session for whom a provider identified. Raises NotAdmitted."""
    profile, now = client.provider.profile, services.now()
    pivot, detail = None, ""
    practices: tuple[str, ...] = ()
    if profile == "citizen":
        pivot = people.citizen(found.claims)
    elif profile == "professional":
        accept_test = bool(services.settings.accepted_identity & {"test", "demonstration"})
        known = people.exercises(found.claims, accept_test=accept_test)
        detail = exercises.detail(known)
        practices = exercises.practices(services, known[0]) if len(known) == 1 else ()
    person, _ = await services.door.look_up(
        lambda connection: signing_in.account(
            connection, profile, client.provider.issuer, found.subject, detail, language, now
        )
    )
    if profile == "professional":
        await services.door.look_up(lambda connection: relations.join(connection, person, practices, stamp(now)))
    issuer, sid = client.provider.issuer, found.session
    token = await services.door.sign_in(
        person, _ROLES[profile], former,
        (lambda connection: signing_in.session_hash(connection, issuer, sid)) if isinstance(sid, str) else None,
    )  # fmt: skip
    if pivot is not None:
        who = SignedIn(token_hash(token))
        try:
            await services.door.enter(who, _IDENTITY, lambda grant: _hold(grant, pivot, stamp(now)))
        except people.NotAdmitted:
            await services.door.sign_out(who)
            raise
    return Opened(token, found.id_token)


def _hold(grant: Grant, pivot: Subject, at: str) -> None:
    """The account's identity is that of its first sign-in; a provider that later says somebody else is not believed."""
    known = health.read_identity(grant)
    if known is None:
        health.write_identity(grant, pivot, at)
    elif compare(known, pivot) == "other":
        raise people.NotAdmitted("the identity is not that of this account")


async def back_channel(services: Services, profile: str, logout_token: str) -> int:
    """The provider says that somebody signed out: their sessions end here too. Raises TokenRefused, UsageError."""
    client, now = client_of(services, profile), services.now()
    claims = await client.verified(
        lambda keys: tokens.logout_token(
            logout_token, keys, issuer=client.provider.issuer, client_id=client.provider.client_id,
            now=int(now.timestamp()),
        )
    )  # fmt: skip
    issuer = client.provider.issuer
    if isinstance(claims.get("sub"), str):
        return await services.door.look_up(
            lambda connection: signing_in.close_sessions(connection, issuer, claims["sub"], now)
        )
    return await services.door.look_up(
        lambda connection: signing_in.close_session_of(connection, issuer, claims["sid"], now)
    )


async def front_channel(services: Services, profile: str, issuer: str, sid: str) -> int:
    """The provider makes the browser say that its session is over. The `sid` is known to nobody else. Raises
    UsageError."""
    client, now = client_of(services, profile), services.now()
    if issuer != client.provider.issuer or not 8 <= len(sid) <= 255:
        raise UsageError("not a session of this provider", code="unknown_provider")
    return await services.door.look_up(
        lambda connection: signing_in.close_session_of(connection, issuer, sid, now)
    )


async def leave(services: Services, profile: str, id_token: str) -> str | None:
    """Where to sign out at the provider too; None when that is not possible (now)."""
    try:
        return await client_of(services, profile).end_session_url(id_token, services.settings.base_url + "/")
    except (ProviderDown, UsageError):
        return None


def new_browser() -> str:
    """The secret that ties a sign-in to the browser that started it."""
    return secrets.token_urlsafe(24)
