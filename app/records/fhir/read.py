"""Bytes of FHIR JSON → resources → a `Record` of one person."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any, NoReturn

from app.errors import RecordError
from app.records.fhir import documents, history, medicines, observations
from app.records.fhir.entries import Context, ReadDocument
from app.records.fhir.references import Index, Located
from app.records.fhir.sections import stated_sections
from app.records.fhir.status import PLANS
from app.records.fhir.subject import Identity
from app.records.fhir.treating import treating_doctors
from app.records.fhir.values import Json, a_dict, dicts, text_of
from app.records.model import Reason, Record, RecordEntry, Refusal, Source

MAX_BYTES = 50_000_000
MAX_RESOURCES = 200_000
_MAX_NESTED_BUNDLES = 4

_READERS: dict[str, Callable[[Located, Context], list[RecordEntry]]] = {
    "Observation": observations.read_observation,
    "Condition": history.read_condition,
    "Procedure": history.read_procedure,
    "AllergyIntolerance": history.read_allergy,
    "FamilyMemberHistory": history.read_family,
    "Immunization": medicines.read_immunization,
    "MedicationStatement": medicines.read_medication,
    "MedicationAdministration": medicines.read_medication,
    "MedicationDispense": medicines.read_medication,
    "MedicationRequest": medicines.read_medication,
    "ImagingStudy": documents.read_imaging,
    "QuestionnaireResponse": documents.read_answers,
    **dict.fromkeys(PLANS - {"MedicationRequest"}, medicines.read_plan),
}
_WITH_DOCUMENTS: dict[str, Callable[[Located, Context, Record], list[RecordEntry]]] = {
    "DiagnosticReport": documents.read_report,
    "DocumentReference": documents.read_document_reference,
}
_ADMINISTRATIVE = frozenset(
    {
        "Practitioner",
        "PractitionerRole",
        "Organization",
        "Device",
        "DeviceDefinition",
        "Composition",
        "Consent",
        "Encounter",
        "EpisodeOfCare",
        "Location",
        "CareTeam",
        "RelatedPerson",
        "Provenance",
        "Coverage",
        "Medication",
        "Specimen",
        "Binary",
        "Questionnaire",
        "OperationOutcome",
        "MessageHeader",
        "AuditEvent",
        "List",
        "Bundle",
        "HealthcareService",
        "Endpoint",
        "Schedule",
        "Slot",
        "Account",
        "Subscription",
        "Parameters",
        "Substance",
        "CapabilityStatement",
        "ValueSet",
        "CodeSystem",
        "StructureDefinition",
        "Group",
        "Person",
        "Basic",
    }
)


def read_fhir(data: bytes | Json, file: str, read_document: ReadDocument | None = None) -> Record:
    """The record of one person in FHIR R4 JSON: a Bundle, one resource, or NDJSON.

    `read_document` reads an attached CDA document: (bytes, file, entry) → Record. Raises RecordError when the file
    cannot be read as a whole (`empty`, `encoding`, `truncated`, `too_large`, `too_deep`, `unknown_format`) or when it
    does not say who it is about (`no_patient`, `several_patients`).
    """
    return read_resources(located(data, file), read_document)


def read_resources(resources: list[Located], read_document: ReadDocument | None = None) -> Record:
    """The record of the person whom these resources (of one or several files) are about."""
    if not resources:
        raise RecordError("aucune ressource FHIR dans le fichier", code="empty")
    index = Index.of(resources)
    identity = Identity(resources, index)
    subject = identity.subject()
    if subject is None:
        raise RecordError(
            "le dossier ne dit pas de qui il parle : ajoutez sa ressource Patient",
            code="no_patient",
            where=resources[0].file,
        )
    record = Record(subject)
    context = Context(index, identity, _groups(resources, index), read_document)
    for item in resources:
        record.entries.extend(_entries(item, context, record))
    record.sections_stated |= stated_sections(resources, identity)
    record.treating += treating_doctors(identity.main.patients if identity.main else [], index)
    return record


def _entries(item: Located, context: Context, record: Record) -> list[RecordEntry]:
    kind = item.type
    if reader := _READERS.get(kind):
        return reader(item, context)
    if with_documents := _WITH_DOCUMENTS.get(kind):
        return with_documents(item, context, record)
    if kind == "Patient":
        refusal = context.identity.check_patient(item.resource)
    elif kind in _ADMINISTRATIVE:
        refusal = None
    else:
        refusal = Refusal(Reason.UNKNOWN_CODE, "Type de ressource qui n'est pas lu.")
    return [RecordEntry(Source(item.file, item.entry), "other", refusal=refusal)] if refusal else []


def _groups(resources: list[Located], index: Index) -> dict[str, str]:
    """Entry of each member → entry of the panel or report that lists it."""
    groups: dict[str, str] = {}
    for item in resources:
        for key in ("hasMember", "result"):
            for reference in dicts(item.resource.get(key)):
                if (name := text_of(reference.get("reference"))) and (member := index.find(name)):
                    groups.setdefault(member.entry, item.entry)
    return groups


def located(data: bytes | Json, file: str) -> list[Located]:
    """The resources of one file, each with its file and entry name; the latest version of each."""
    found: dict[str, Located] = {}
    for position, (resource, full_url) in enumerate(_flatten(_parse(data, file), file)):
        item = Located(resource, file, _entry_name(resource, full_url, position), full_url)
        other = found.get(item.entry)
        if other is None or _version(other.resource) < _version(resource):
            found[item.entry] = item
        elif other.resource != resource and _version(other.resource) == _version(resource):
            name = f"{item.entry}#{position + 1}"
            found[name] = replace(item, entry=name)
        if len(found) > MAX_RESOURCES:
            raise RecordError("trop de ressources dans le dossier", code="too_large", where=file)
    return list(found.values())


def _entry_name(resource: Json, full_url: str | None, position: int) -> str:
    identifier = (
        text_of(resource.get("id")) or (full_url or "").rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    )
    return f"{resource['resourceType']}/{identifier or position + 1}"


def _version(resource: Json) -> tuple[int, str]:
    meta = a_dict(resource.get("meta"))
    version = text_of(meta.get("versionId")) or ""
    number = int(version[:9]) if version.isascii() and version.isdigit() else 0
    return number, text_of(meta.get("lastUpdated")) or ""


def _parse(data: bytes | Json, file: str) -> list[Json]:
    if isinstance(data, dict):
        return [data]
    if len(data) > MAX_BYTES:
        raise RecordError(
            "fichier trop gros : envoyez moins de données à la fois", code="too_large", where=file
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RecordError(
            "le fichier n'est pas en UTF-8 : enregistrez-le en UTF-8", code="encoding", where=file
        ) from None
    if not text.strip():
        raise RecordError("fichier vide", code="empty", where=file)
    try:
        return [_loads(text)]
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and lines[0].rstrip().endswith("}"):
            return _ndjson(lines, file)
        _refuse(error, text, file)
    except RecursionError:
        raise RecordError("contenu trop imbriqué", code="too_deep", where=file) from None
    except ValueError:
        raise RecordError("ce n'est pas du JSON", code="unknown_format", where=file) from None


def _ndjson(lines: list[str], file: str) -> list[Json]:
    resources = []
    for number, line in enumerate(lines, start=1):
        try:
            resources.append(_loads(line))
        except json.JSONDecodeError as error:
            _refuse(error, line, f"{file}:{number}")
        except RecursionError:
            raise RecordError("contenu trop imbriqué", code="too_deep", where=f"{file}:{number}") from None
        except ValueError:
            raise RecordError(
                "ce n'est pas du JSON", code="unknown_format", where=f"{file}:{number}"
            ) from None
    return resources


def _refuse(error: json.JSONDecodeError, text: str, file: str) -> NoReturn:
    if text.lstrip()[:1] in ("{", "[") and error.pos >= len(text.rstrip()) - 1:
        raise RecordError(
            "fichier coupé avant la fin : récupérez-le à nouveau", code="truncated", where=file
        ) from None
    unclosed = error.msg.startswith("Unterminated string")
    raise RecordError(
        "fichier coupé avant la fin : récupérez-le à nouveau"
        if unclosed
        else f"ce n'est pas du JSON (ligne {error.lineno})",
        code="truncated" if unclosed else "unknown_format",
        where=file,
    ) from None


def _not_json(name: str) -> NoReturn:
    raise ValueError(name)


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_constant=_not_json)


def _flatten(roots: Iterable[Any], file: str, depth: int = 0) -> Iterable[tuple[Json, str | None]]:
    """(resource, fullUrl) of everything, with the entries of bundles in place of the bundles."""
    for root in roots:
        if not isinstance(root, dict) or not text_of(root.get("resourceType")):
            raise RecordError(
                "ce JSON n'est pas une ressource FHIR (resourceType absent)",
                code="unknown_format",
                where=file,
            )
        if root["resourceType"] != "Bundle":
            yield root, None
            continue
        if depth >= _MAX_NESTED_BUNDLES:
            raise RecordError("contenu trop imbriqué", code="too_deep", where=file)
        for entry in dicts(root.get("entry")):
            resource = a_dict(entry.get("resource"))
            kind = text_of(resource.get("resourceType"))
            if kind == "Bundle":
                yield from _flatten([resource], file, depth + 1)
            elif kind:
                yield resource, text_of(entry.get("fullUrl"))
