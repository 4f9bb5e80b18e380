"""Where tokens for the façade are given (SMART App Launch 2.2, `.well-known/smart-configuration`)."""

from __future__ import annotations

from typing import Any

from app.identity.scopes import supported
from app.services.services import Services

_TOLD = (
    "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "revocation_endpoint", "introspection_endpoint",
)  # fmt: skip
CAPABILITIES = (
    "client-public", "launch-standalone", "context-standalone-patient", "permission-patient", "permission-user",
    "permission-v1", "permission-v2", "sso-openid-connect",
)  # fmt: skip


async def configuration(services: Services) -> dict[str, Any] | None:
    """None where citizens have no provider. Raises ProviderDown."""
    client = services.identity.get("citizen")
    if client is None:
        return None
    metadata = await client.metadata()
    told = {name: metadata[name] for name in _TOLD if isinstance(metadata.get(name), str)}
    return {
        **told, "grant_types_supported": ["authorization_code"], "code_challenge_methods_supported": ["S256"],
        "response_types_supported": ["code"], "scopes_supported": supported(), "capabilities": list(CAPABILITIES),
    }
