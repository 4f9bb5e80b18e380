"""The providers that a deployment trusts, by the kind of people that they know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from app.errors import UsageError

Profile = Literal["citizen", "professional", "agent", "team"]
ISSUERS: dict[Profile, str] = {
    "citizen": "JALON_OIDC_CITIZEN_ISSUER", "professional": "JALON_OIDC_PROFESSIONAL_ISSUER",
    "agent": "JALON_OIDC_AGENT_ISSUER", "team": "JALON_OIDC_TEAM_ISSUER",
}
"""The setting that names each provider; its other settings begin alike."""
_SCOPES: dict[Profile, str] = {
    "citizen": "openid given_name family_name birthdate gender birthplace birthcountry",
    "professional": "openid scope_all",
    "agent": "openid",
    "team": "openid profile email",
}
"""FranceConnect v2 (citizen), Pro Santé Connect (professional), any OpenID provider (agents of the
register of donation, team)."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One OpenID provider. `acr` is the least level of assurance that is accepted; none: whatever it gives."""

    profile: Profile
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    acr: str | None = None
    scope: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        local = parts.hostname in ("127.0.0.1", "::1", "localhost")
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            raise UsageError(
                "the address of an identity provider starts with https://", code="settings",
                where=ISSUERS[self.profile],
            )  # fmt: skip

    @property
    def asked(self) -> str:
        return self.scope or _SCOPES[self.profile]


def providers(env: Mapping[str, str]) -> dict[Profile, Provider]:
    """Those of the environment: `JALON_OIDC_<PROFILE>_ISSUER`, `_CLIENT_ID`, `_CLIENT_SECRET`, and optionally `_ACR`,
    `_SCOPE`. Raises UsageError when one is half configured."""
    found: dict[Profile, Provider] = {}
    for profile, setting in ISSUERS.items():
        prefix, issuer = setting.removesuffix("ISSUER"), env.get(setting, "").strip()
        if not issuer:
            continue
        given = {name: env.get(prefix + name, "").strip() for name in ("CLIENT_ID", "CLIENT_SECRET", "ACR", "SCOPE")}
        for name in ("CLIENT_ID", "CLIENT_SECRET"):
            if not given[name]:
                raise UsageError("an identity provider needs it", code="settings", where=prefix + name)
        found[profile] = Provider(
            profile, issuer, given["CLIENT_ID"], given["CLIENT_SECRET"], given["ACR"] or None, given["SCOPE"]
        )
    return found
