"""A person's record from a FHIR server, with the access that they gave: page after page, within bounds, as one Bundle.

The server's answers are another's: each is bounded in size and time, pages are followed under the configured address
only, and what is not FHIR is an error that repeats nothing. What the record says is checked as for any file.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from app.errors import RecordError
from app.records.limits import check_json_depth

MEDIA = "application/fhir+json"
TIMEOUT = httpx.Timeout(30.0, connect=5.0)
LONGEST = 300.0
"""Seconds for a whole record."""
MOST_PAGES, MOST_RESOURCES, MOST_BINARIES, PAGE = 300, 20_000, 200, 100
TYPES = (
    "AllergyIntolerance", "Condition", "Observation", "DiagnosticReport", "Procedure", "Immunization",
    "MedicationRequest", "MedicationStatement", "FamilyMemberHistory", "DocumentReference", "Encounter",
)
"""Searched one by one where the server has no `$everything`."""
_NO_SUCH_OPERATION = frozenset({400, 403, 404, 405, 422, 501})
_DOCUMENTS = ("text/xml", "application/xml", "application/hl7-cda+xml", "application/hl7-v3+xml", "application/cda+xml")


class SourceFailed(RecordError):
    """The server does not answer, or not as a FHIR server does."""


@dataclass(slots=True)
class Fetcher:
    """One person's record at one server. `step` is called for each resource; `received` counts bytes."""

    base: str
    token: str
    most_bytes: int
    step: Callable[[], None] = lambda: None
    received: int = 0
    pages: int = 0
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def fetch(self, patient: str | None) -> bytes:
        """The Bundle (JSON). `patient` is the id that came with the access; without it, the server is asked whose
        record this is. Raises RecordError (`source_down`, `source_refused`, `too_large`, `no_patient`,
        `several_patients`)."""
        try:
            async with asyncio.timeout(LONGEST), self._client() as http:
                who = patient or await self._patient(http)
                if not await self._everything(http, who):
                    await self._searches(http, who)
                await self._binaries(http)
        except (httpx.HTTPError, TimeoutError):
            raise SourceFailed("the server of the record does not answer", code="source_down") from None
        if not self.entries:
            raise SourceFailed("the server gave nothing", code="empty")
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": list(self.entries.values())}
        return json.dumps(bundle).encode()

    def _client(self) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": MEDIA}
        return httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, headers=headers)

    async def _patient(self, http: httpx.AsyncClient) -> str:
        found = [one async for one in self._pages(http, f"{self.base}/Patient?_count=2", keep=False)]
        ids = {str(one.get("id")) for one in found if one.get("resourceType") == "Patient"}
        if len(ids) > 1:
            raise SourceFailed("the access is to several records", code="several_patients")
        if not ids:
            raise SourceFailed("the access is to nobody's record", code="no_patient")
        return ids.pop()

    async def _everything(self, http: httpx.AsyncClient, who: str) -> bool:
        """False when the server has no such operation."""
        try:
            async for _ in self._pages(http, f"{self.base}/Patient/{_id(who)}/$everything?_count={PAGE}"):
                pass
        except SourceFailed as failed:
            if failed.code == "source_refused" and not self.entries:
                return False
            raise
        return True

    async def _searches(self, http: httpx.AsyncClient, who: str) -> None:
        async for _ in self._pages(http, f"{self.base}/Patient?_id={_id(who)}"):
            pass
        for kind in TYPES:
            try:
                async for _ in self._pages(http, f"{self.base}/{kind}?patient={_id(who)}&_count={PAGE}"):
                    pass
            except SourceFailed as failed:
                if failed.code != "source_refused":
                    raise  # a type that this server, or this access, does not have is left out

    async def _pages(self, http: httpx.AsyncClient, url: str, *, keep: bool = True) -> AsyncIterator[dict[str, Any]]:
        """The resources of a searchset, to its last page."""
        following: str | None = url
        seen: set[str] = set()
        while following is not None:
            if following in seen or not self._ours(following):
                raise SourceFailed("a page leads elsewhere", code="source_down")
            seen.add(following)
            self.pages += 1
            if self.pages > MOST_PAGES:
                raise SourceFailed("the record has too many pages", code="too_large")
            bundle = await self._json(http, following)
            if bundle.get("resourceType") != "Bundle":
                raise SourceFailed("not a Bundle", code="source_down")
            for entry in _dicts(bundle.get("entry")):
                resource = entry.get("resource")
                if isinstance(resource, dict) and resource.get("resourceType") != "OperationOutcome":
                    if keep:
                        self._keep(resource, entry.get("fullUrl"))
                    yield resource
            links = [link.get("url") for link in _dicts(bundle.get("link")) if link.get("relation") == "next"]
            following = urljoin(self.base + "/", str(links[0])) if links else None

    def _keep(self, resource: dict[str, Any], full_url: object) -> None:
        place = f"{self.base}/{resource.get('resourceType')}/{resource.get('id')}"
        if place not in self.entries:
            if len(self.entries) >= MOST_RESOURCES:
                raise SourceFailed("the record has too many entries", code="too_large")
            url = full_url if isinstance(full_url, str) else place
            self.entries[place] = {"fullUrl": url, "resource": resource}
            self.step()

    async def _binaries(self, http: httpx.AsyncClient) -> None:
        """The structured documents that DocumentReferences name by their address: they are read as well."""
        named = []
        for entry in list(self.entries.values()):
            for content in _dicts(entry["resource"].get("content")):
                attachment = content.get("attachment")
                if isinstance(attachment, dict) and attachment.get("url") and not attachment.get("data"):
                    kind = str(attachment.get("contentType", "")).partition(";")[0].strip().lower()
                    if kind in _DOCUMENTS:
                        named.append(urljoin(self.base + "/", str(attachment["url"])))
        for url in [one for one in dict.fromkeys(named) if self._ours(one)][:MOST_BINARIES]:
            try:
                binary = await self._json(http, url)
            except SourceFailed as failed:
                if failed.code != "source_refused":
                    raise
                continue  # the reference stays, without its document
            if binary.get("resourceType") == "Binary":
                self._keep(binary, url)

    async def _json(self, http: httpx.AsyncClient, url: str) -> dict[str, Any]:
        async with http.stream("GET", url) as answer:
            if answer.status_code in _NO_SUCH_OPERATION:
                raise SourceFailed("the server refuses this", code="source_refused")
            if answer.status_code != 200:
                raise SourceFailed("the server does not answer as expected", code="source_down")
            body = bytearray()
            async for chunk in answer.aiter_bytes():
                self.received += len(chunk)
                if self.received > self.most_bytes:
                    raise SourceFailed("the record is too large", code="too_large")
                body += chunk
        check_json_depth(bytes(body), "source")
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            raise SourceFailed("the server does not answer in JSON", code="source_down") from None
        if not isinstance(found, dict):
            raise SourceFailed("the server does not answer in FHIR", code="source_down")
        return found

    def _ours(self, url: str) -> bool:
        """Under the configured address: the access is shown to nobody else."""
        base, asked = urlsplit(self.base), urlsplit(url)
        same = (base.scheme, base.netloc) == (asked.scheme, asked.netloc)
        within = asked.path == base.path or asked.path.startswith(base.path.rstrip("/") + "/")
        return same and within and ".." not in asked.path


def _dicts(found: object) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _id(text: str) -> str:
    """An id of FHIR (A-Z a-z 0-9 - . up to 64), which needs no escaping."""
    if not (0 < len(text) <= 64 and text.isascii() and text.replace("-", "").replace(".", "").isalnum()):
        raise SourceFailed("the server names no patient", code="no_patient")
    return text
