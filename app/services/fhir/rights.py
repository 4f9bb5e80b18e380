"""What the signed-in citizen allows (Consent), and who looked at their data (AuditEvent). A doctor sees neither."""

from __future__ import annotations

from dataclasses import asdict

from app.exchange.terms import Resource
from app.pedigree.fhir import PATIENT
from app.services import access_log, asks
from app.services.export.fhir import consent_resource, event_resource
from app.services.fhir.person import named
from app.services.services import Services
from app.trust import consents
from app.trust.door import SignedIn
from app.trust.vocabulary import Tag

TYPES = ("Consent", "AuditEvent")
_CONSENTS = asks.right(Tag.CONSENTS_READ, "read", "consents")


async def allowed(services: Services, who: SignedIn, patient: str) -> list[Resource]:
    """Every decision, oldest first. Raises NotSignedIn, Refused."""
    found = await services.door.enter(who, _CONSENTS, consents.history)
    return [
        named(consent_resource(asdict(one) | {"categories": ",".join(one.categories)}), patient)
        for one in found
    ]


async def accesses(services: Services, who: SignedIn, patient: str) -> list[Resource]:
    """The latest entries about the person, newest first (`/v1/me/access-log` has all of them). Raises NotSignedIn,
    Refused."""
    page = await access_log.page(services, who, limit=access_log.LARGEST_PAGE)
    events = []
    for entry in page["entries"]:
        by: Resource = {"reference": PATIENT} if entry["by"] == "you" else {"display": entry["name"] or "Jalon"}
        events.append(named(event_resource(entry | {"seq": entry["number"]}, by), patient))
    return events
