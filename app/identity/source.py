"""A server of health records that a deployment may be given access to by the people whose records they are (FHIR R4,
OAuth 2.0 as in SMART App Launch, standalone)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.errors import UsageError
from app.identity.provider import Provider

PREFIX = "JALON_FHIR_"
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
    base = env.get(PREFIX + "BASE", "").strip().rstrip("/")
    if not base:
        return None
    given = {name: env.get(PREFIX + name, "").strip() for name in ("NAME", "ISSUER", "CLIENT_ID", "CLIENT_SECRET")}
    for name, value in given.items():
        if not value:
            raise UsageError("a FHIR source needs it", code="settings", where=PREFIX + name)
    for name, address in (("BASE", base), ("ISSUER", given["ISSUER"])):
        if not _may_be_asked(address):
            raise UsageError("the address of a FHIR source starts with https://", code="settings", where=PREFIX + name)
    scope = env.get(PREFIX + "SCOPE", "").strip() or SCOPE
    provider = Provider("citizen", given["ISSUER"], given["CLIENT_ID"], given["CLIENT_SECRET"], None, scope)
    return Source(given["NAME"], base, provider)


def _may_be_asked(address: str) -> bool:
    parts = urlsplit(address)
    local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    return bool(parts.hostname) and not parts.query and (parts.scheme == "https" or (parts.scheme == "http" and local))
