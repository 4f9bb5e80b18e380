"""A server of health records that a deployment may be given access to by the people whose records they are (FHIR R4,
OAuth 2.0 as in SMART App Launch, standalone)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.errors import UsageError
from app.identity.provider import Provider

BASE, SCOPES = "JALON_FHIR_BASE", "JALON_FHIR_SCOPE"
NEEDED = ("JALON_FHIR_NAME", "JALON_FHIR_ISSUER", "JALON_FHIR_CLIENT_ID", "JALON_FHIR_CLIENT_SECRET")
SCOPE = "openid launch/patient patient/*.read"
"""No `offline_access`: what is given is used once, in front of the person, and kept nowhere."""


@dataclass(frozen=True, slots=True)
class Source:
    """`name` is what people are shown; `base` is the FHIR address, without a slash at its end."""

    name: str
    base: str
    provider: Provider


def source_of(env: Mapping[str, str]) -> Source | None:
    """`JALON_FHIR_BASE`, `_NAME`, `_ISSUER`, `_CLIENT_ID`, `_CLIENT_SECRET`, and optionally `_SCOPE`. Raises UsageError
    when it is half configured."""
    base = env.get(BASE, "").strip().rstrip("/")
    if not base:
        return None
    given = [env.get(name, "").strip() for name in NEEDED]
    for setting, value in zip(NEEDED, given, strict=True):
        if not value:
            raise UsageError("a FHIR source needs it", code="settings", where=setting)
    name, issuer, client, secret = given
    for setting, address in ((BASE, base), (NEEDED[1], issuer)):
        if not _may_be_asked(address):
            raise UsageError("the address of a FHIR source starts with https://", code="settings", where=setting)
    scope = env.get(SCOPES, "").strip() or SCOPE
    return Source(name, base, Provider("citizen", issuer, client, secret, None, scope))


def _may_be_asked(address: str) -> bool:
    parts = urlsplit(address)
    local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    return bool(parts.hostname) and not parts.query and (parts.scheme == "https" or (parts.scheme == "http" and local))
