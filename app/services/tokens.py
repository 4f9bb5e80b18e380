"""Believing an access token: checked on every request, and a session as long as it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from app.identity import access, scopes
from app.identity.access import Access, ProofRefused, Scheme
from app.identity.tokens import TokenRefused
from app.services.services import Services
from app.trust import tokens
from app.trust.sessions import NotSignedIn, token_hash


@dataclass(frozen=True, slots=True)
class Presented:
    """What a request shows: the token, how, and for what."""

    scheme: Scheme
    token: str
    scope: str | None
    """What the token needs for our own API; None for the FHIR façade, whose scopes are SMART's."""
    proofs: tuple[str, ...]
    method: str
    path: str
    others: bool = False
    """For whom somebody acts, rather than for oneself."""


class Known(NamedTuple):
    """The session's name, and the nonce that the client is to use from now on, if it is another one."""

    session: str
    nonce: str | None


async def present(services: Services, shown: Presented) -> Known:
    """Let the token's session be known to the door, under the name given. Raises TokenRefused, ProofRefused,
    NonceWanted, ScopeRefused, ProviderDown, NotSignedIn (nobody here is known by this token, or they signed out)."""
    client = services.identity.get("citizen")
    if client is None:
        raise TokenRefused("access tokens are not accepted here")
    now, issuer, believed = services.now(), client.provider.issuer, []

    def check(keys: Any) -> dict[str, Any]:
        believed.append(
            access.access_token(
                shown.token, keys, issuer=issuer, audience=services.settings.api_audience,
                scopes=[shown.scope] if shown.scope else [], now=int(now.timestamp()),
            )
        )  # fmt: skip
        return {}

    await client.verified(check)
    found: Access = believed[-1]
    if shown.scope is None:
        scopes.check(found.granted, scopes.asked(shown.path.removeprefix("/fhir/"), others=shown.others))
    seen, nonce = _proof(services, shown, found, now)
    ends = datetime.fromtimestamp(found.expires, UTC)
    name = "at:" + token_hash(shown.token)  # no cookie and no opaque token is ever kept under such a name
    known = await services.door.present(
        lambda connection: tokens.admit(connection, name, issuer, found.subject, ends, seen, now)
    )
    if known is None:
        raise NotSignedIn("nobody here is known by this token")
    return Known(name, nonce)


def _proof(
    services: Services, shown: Presented, found: Access, now: datetime
) -> tuple[str | None, str | None]:
    """The identifier of the proof of a bound token (None for a token that is bound to no key), and the next nonce."""
    if shown.scheme == "bearer":
        if found.key is not None or shown.proofs:
            raise ProofRefused("this token comes with a proof, under the scheme DPoP")
        return None, None
    if found.key is None:
        raise ProofRefused("this token is bound to no key")
    url = services.settings.base_url + shown.path
    moment = int(now.timestamp())
    proof = access.proof(shown.proofs, shown.token, found, method=shown.method, url=url, now=moment)
    return proof.identifier, services.nonces.check(proof.nonce, moment) if services.nonces else None
