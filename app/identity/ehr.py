"""Professionals' software that may launch Jalon on a patient (SMART App Launch 2.2, EHR launch), from an allow-list.

Each is an OpenID provider for its professionals and a FHIR server for its patients. What it says of where to sign in is
read at its own address, and must name the issuer that the list gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from app.content import Strict, load_model
from app.errors import UsageError
from app.identity import tokens
from app.identity.client import Client, Identified, ProviderDown
from app.identity.provider import Provider

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SCOPE = "launch openid fhirUser patient/Patient.r"
"""Whom the launch is about, and who they are: nothing else is read there."""


class Ehr(Strict):
    """One of the list. `iss`: the address of its FHIR server, as it launches; `issuer`: that of its OpenID provider.
    `secret_in` names the environment variable that holds the client's secret."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    label: str
    iss: str
    issuer: str
    client_id: str
    secret_in: str = Field(pattern=r"^JALON_SMART_SECRET_[A-Z0-9_]+$")
    scope: str = SCOPE

    @field_validator("iss", "issuer")
    @classmethod
    def _https(cls, value: str) -> str:
        if not _safe(value):
            raise ValueError("an address of the list starts with https://")
        return value.rstrip("/")


class _File(Strict):
    software: list[Ehr]


def load_ehrs(path: Path | None) -> list[Ehr]:
    """Those of a file; none without a file. Raises ContentError."""
    return load_model(path, _File).software if path is not None else []


class EhrClient(Client):
    """The client of one of them. Raises UsageError (`settings`) without its secret."""

    def __init__(self, ehr: Ehr, base_url: str, now: Callable[[], int], secrets: Mapping[str, str]) -> None:
        secret = secrets.get(ehr.secret_in, "")
        if not secret:
            raise UsageError("the secret of a software that launches Jalon is needed", code="settings",
                             where=ehr.secret_in)  # fmt: skip
        provider = Provider("professional", ehr.issuer, ehr.client_id, secret, scope=ehr.scope)
        super().__init__(provider, f"{base_url}/smart/{ehr.id}/retour", now)
        self.ehr = ehr

    async def metadata(self) -> dict[str, Any]:
        """Its SMART configuration: with PKCE, a launch from the software, and endpoints that are safe to go to."""
        async with self._lock:
            if self._metadata is None:
                found = await self._get(self.ehr.iss + "/.well-known/smart-configuration")
                complete = all(isinstance(found.get(name), str) and _safe(found[name]) for name in _ENDPOINTS)
                challenges, can = found.get("code_challenge_methods_supported"), found.get("capabilities")
                if (
                    not complete or found.get("issuer") != self.ehr.issuer
                    or "S256" not in (challenges or ()) or "launch-ehr" not in (can or ())
                ):  # fmt: skip
                    raise ProviderDown("the SMART configuration is not the expected one")
                self._metadata = found
        return self._metadata

    async def launched(self, code: str, nonce: str, verifier: str) -> tuple[Identified, dict[str, Any]]:
        """Who signed in there, and the Patient resource of the launch. Raises ProviderDown, SignInRefused,
        TokenRefused."""
        given = await self.exchanged(code, verifier)
        found = await self.believed(given, nonce)
        patient, access = given.get("patient"), str(given.get("access_token", ""))
        if not isinstance(patient, str) or not _ID.fullmatch(patient):
            raise tokens.TokenRefused("the launch names no patient")
        headers = {"Authorization": f"Bearer {access}", "Accept": "application/fhir+json"}
        resource = await self._object(f"{self.ehr.iss}/Patient/{patient}", headers)
        if resource.get("resourceType") != "Patient" or resource.get("id") != patient:
            raise tokens.TokenRefused("the patient of the launch is another one")
        return found, resource


def _safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost"))
