"""/fhir: a FHIR R4 façade, read only. Errors are OperationOutcomes (`app.api.outcomes`).

The base `/fhir` is the signed-in citizen's (`Patient/me`) and everybody's (definitions); a doctor's software uses the
base `/fhir/patients/{patient}` of each patient of `/v1/practice/patients`.
"""

from __future__ import annotations

import asyncio
import json
from importlib.metadata import version

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api import documented as doc
from app.api.caller import Caller, caller, services_of
from app.errors import UsageError
from app.exchange.terms import Resource
from app.services.fhir import apply, definitions, person, reading, rights, smart
from app.services.fhir.capability import capability
from app.services.fhir.parameters import PARAMETERS
from app.services.fhir.person import ME
from app.services.fhir.search import bundle, search

MEDIA_TYPE = "application/fhir+json"
_DATED = ("effectiveDateTime", "performedDateTime", "occurrenceDateTime", "onsetDateTime", "recordedDate", "recorded")
_PAGE = {"parameters": doc.FHIR_PAGE}
_SUBJECT = {"parameters": [doc.SUBJECT]}
router = APIRouter(prefix="/fhir", responses=doc.FHIR)


class NotFound(UsageError):
    """There is no such resource, or not for this caller: the answer is the same."""

    def __init__(self, what: str) -> None:
        super().__init__("there is no such resource here", code="fhir_not_found", where=what)


@router.get("/metadata")
async def get_metadata(request: Request) -> Response:
    """What this server can do (CapabilityStatement)."""
    services = services_of(request)
    return _fhir(capability(f"{services.settings.base_url}/fhir", services.pack.head.released, version("jalon")))


@router.get("/.well-known/smart-configuration")
async def get_smart_configuration(request: Request) -> Response:
    """Where tokens for this server are given, and which scopes it knows (SMART App Launch). 404 where it gives none."""
    found = await smart.configuration(services_of(request))
    if found is None:
        raise NotFound("smart-configuration")
    body = json.dumps(found, separators=(",", ":")).encode()
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/PlanDefinition", openapi_extra=_PAGE, operation_id="search_PlanDefinition")
@router.get("/ActivityDefinition", openapi_extra=_PAGE, operation_id="search_ActivityDefinition")
@router.get("/Library", openapi_extra=_PAGE, operation_id="search_Library")
async def search_definitions(request: Request) -> Response:
    """Search what the recommendations are: definitions of the pack in use."""
    kind = request.url.path.rpartition("/")[2]
    return _found(request, await _definitions(request, kind), kind)


@router.get("/PlanDefinition/{resource_id}", operation_id="read_PlanDefinition")
@router.get("/ActivityDefinition/{resource_id}", operation_id="read_ActivityDefinition")
@router.get("/Library/{resource_id}", operation_id="read_Library")
async def read_definition(request: Request, resource_id: str) -> Response:
    """Read one definition."""
    kind = request.url.path.split("/")[-2]
    return _fhir(_one(await _definitions(request, kind), resource_id, kind))


@router.get("/Consent", openapi_extra=_PAGE, operation_id="search_Consent")
@router.get("/AuditEvent", openapi_extra=_PAGE, operation_id="search_AuditEvent")
async def search_rights(request: Request) -> Response:
    """What you allow (Consent), and who looked at your data (AuditEvent, the latest)."""
    kind = request.url.path.rpartition("/")[2]
    return _found(request, await _rights(caller(request), kind), kind)


@router.get("/Consent/{resource_id}", operation_id="read_Consent")
@router.get("/AuditEvent/{resource_id}", operation_id="read_AuditEvent")
async def read_rights(request: Request, resource_id: str) -> Response:
    """Read one decision, or one access."""
    kind = request.url.path.split("/")[-2]
    return _fhir(_one(await _rights(caller(request), kind), resource_id, kind))


@router.get("/PlanDefinition/{plan_id}/$apply", openapi_extra=_SUBJECT)
async def apply_plan(request: Request, plan_id: str) -> Response:
    """One recommendation's answer for you: a CarePlan, its steps in a contained RequestGroup."""
    return await _applied(request, plan_id, ME)


@router.get("/Patient/{resource_id}/$everything", openapi_extra=_PAGE)
async def everything(request: Request, resource_id: str) -> Response:
    """All that is known of you and that you allow, with what is advised. `_since`: what is as recent or newer."""
    return await _everything(request, resource_id, ME)


@router.get("/{kind}", openapi_extra=_PAGE)
async def search_own(request: Request, kind: str) -> Response:
    """Search one type among what is known of you: Patient, Observation, Condition, Procedure, Immunization,
    FamilyMemberHistory, RiskAssessment, GuidanceResponse, Provenance."""
    return _found(request, await _known(request, kind, ME), kind)


@router.get("/{kind}/{resource_id}")
async def read_own(request: Request, kind: str, resource_id: str) -> Response:
    """Read one resource about you."""
    return _fhir(_one(await _known(request, kind, ME), resource_id, kind))


@router.get("/patients/{patient}/PlanDefinition/{plan_id}/$apply", openapi_extra=_SUBJECT)
async def apply_plan_to_patient(request: Request, patient: str, plan_id: str) -> Response:
    """One recommendation's answer for one of your patients. The reading is in their log."""
    return await _applied(request, plan_id, patient)


@router.get("/patients/{patient}/Patient/{resource_id}/$everything", openapi_extra=_PAGE)
async def patient_everything(request: Request, patient: str, resource_id: str) -> Response:
    """All that one of your patients shares with you."""
    return await _everything(request, resource_id, patient)


@router.get("/patients/{patient}/{kind}", openapi_extra=_PAGE)
async def search_patient(request: Request, patient: str, kind: str) -> Response:
    """Search one type among what one of your patients shares with you."""
    return _found(request, await _known(request, kind, patient), kind, patient)


@router.get("/patients/{patient}/{kind}/{resource_id}")
async def read_patient(request: Request, patient: str, kind: str, resource_id: str) -> Response:
    """Read one resource about one of your patients."""
    return _fhir(_one(await _known(request, kind, patient), resource_id, kind))


async def _known(request: Request, kind: str, patient: str) -> list[Resource]:
    if kind not in person.TYPES:
        raise NotFound("type")
    me = caller(request)
    return await reading.everything(me.services, me.who, patient, me.lang, kind)


async def _rights(me: Caller, kind: str) -> list[Resource]:
    find = rights.allowed if kind == "Consent" else rights.accesses
    return await find(me.services, me.who, ME)


async def _applied(request: Request, plan_id: str, patient: str) -> Response:
    me = caller(request)
    known = await reading.known(me.services, me.who, patient, me.lang)
    if request.query_params.get("subject", f"Patient/{patient}").removeprefix("Patient/") != patient:
        raise NotFound("subject")
    found = _one(await _definitions(request, "PlanDefinition"), plan_id, "PlanDefinition")
    plan = apply.care_plan(known, found["identifier"][0]["value"])
    if plan is None:
        raise NotFound("PlanDefinition")
    return _fhir(plan)


async def _everything(request: Request, resource_id: str, patient: str) -> Response:
    me, asked = caller(request), request.query_params.multi_items()
    found = await reading.everything(me.services, me.who, patient, me.lang)
    if resource_id != patient:
        raise NotFound("Patient")
    since = request.query_params.get("_since", "")[:10]
    kept = [one for one in found if not since or _newest(one) >= since]
    page = search(kept, [pair for pair in asked if pair[0] != "_since"], {})
    return _fhir(bundle(page, _base(request, patient), f"Patient/{patient}/$everything", asked))


async def _definitions(request: Request, kind: str) -> list[Resource]:
    pack = services_of(request).pack
    made = await asyncio.to_thread(definitions.definitions, pack.head.id, pack.digest)
    stops = await services_of(request).door.stops()
    return definitions.with_stops(made[kind], pack, stops) if stops else made[kind]


def _found(request: Request, resources: list[Resource], kind: str, patient: str = ME) -> Response:
    asked = request.query_params.multi_items()
    for name in ("patient", "subject"):
        whose = request.query_params.get(name)
        if whose is not None and whose.removeprefix("Patient/") != patient:
            resources = []
    page = search(resources, asked, {name: match for name, (_, match) in PARAMETERS[kind].items()})
    return _fhir(bundle(page, _base(request, patient), kind, asked))


def _one(resources: list[Resource], resource_id: str, kind: str) -> Resource:
    for resource in resources:
        if resource["id"] == resource_id:
            return resource
    raise NotFound(kind)


def _newest(resource: Resource) -> str:
    return next((str(resource[name])[:10] for name in _DATED if name in resource), "9999")


def _base(request: Request, patient: str) -> str:
    base = f"{services_of(request).settings.base_url}/fhir"
    return base if patient == ME else f"{base}/patients/{patient}"


def _fhir(resource: Resource) -> Response:
    body = json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})
