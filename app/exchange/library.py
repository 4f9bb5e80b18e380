"""Libraries: the files of the pack themselves, so that nothing is lost, and what they need to know of a person."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha1
from pathlib import Path

from app.content import content_dir
from app.exchange.actions import period_of, status_of
from app.exchange.plan_definition import citation, library_of
from app.exchange.requirements import data_requirements, parameters
from app.exchange.terms import Resource, address, computer_name, identifier, resource_id, version_of
from app.exchange.words import said
from app.facts.vocabulary import Vocabulary
from app.guidelines.model import Guideline
from app.guidelines.pack import Pack, PackHead

_TYPE = "http://terminology.hl7.org/CodeSystem/library-type"


def guideline_library(guideline: Guideline, head: PackHead, file: Path, vocabulary: Vocabulary) -> Resource:
    """The guideline's file; FHIR's data requirements of the facts that it reads."""
    return {
        "resourceType": "Library",
        "id": resource_id(head.id, guideline.id, guideline.effective_from.isoformat()),
        "language": "fr",
        "url": address("library", head.id, guideline.id),
        "identifier": [identifier("guideline", guideline.id)],
        "version": version_of(guideline, head),
        "name": computer_name(guideline.id),
        **said("title", guideline.wording.title),
        "status": status_of(guideline, head),
        "type": {"coding": [{"system": _TYPE, "code": "logic-library"}]},
        "date": head.released.isoformat(),
        "lastReviewDate": guideline.last_checked.isoformat(),
        "effectivePeriod": period_of(guideline),
        "relatedArtifact": [
            *(citation(source) for source in guideline.sources),
            {"type": "depends-on", "resource": vocabulary_address(head)},
        ],
        "parameter": parameters(guideline, vocabulary),
        "dataRequirement": data_requirements(guideline, vocabulary),
        "content": [attachment(file)],
    }


def vocabulary_address(head: PackHead) -> str:
    return f"{address('vocabulary', head.id)}|{head.version}"


def vocabulary_library(head: PackHead, vocabulary: Vocabulary, files: list[Path]) -> Resource:
    """Facts, their codes, units, questions: what the names in criteria mean."""
    return {
        "resourceType": "Library",
        "id": resource_id(head.id, "vocabulary"),
        "language": "fr",
        "url": address("vocabulary", head.id),
        "identifier": [identifier("digest", vocabulary.digest)],
        "version": head.version,
        "name": "Vocabulary",
        **said("title", "Vocabulaire des faits"),
        "status": "active",
        "type": {"coding": [{"system": _TYPE, "code": "model-definition"}]},
        "date": head.released.isoformat(),
        "content": [attachment(file) for file in files],
    }


def pack_library(pack: Pack, file: Path) -> Resource:
    """The pack: its name, version and digest, and the list of its guidelines."""
    head = pack.head
    plans = [f"{address('guideline', head.id, one.id)}|{version_of(one, head)}" for one in pack.guidelines]
    libraries = [library_of(one, head) for one in pack.guidelines]
    return {
        "resourceType": "Library",
        "id": resource_id(head.id, "pack"),
        "language": "fr",
        "url": address("pack", head.id),
        "identifier": [identifier("pack", head.id), identifier("digest", pack.digest)],
        "version": head.version,
        "name": computer_name(f"{head.id}_pack"),
        **said("title", head.title),
        "status": "active",
        "type": {"coding": [{"system": _TYPE, "code": "asset-collection"}]},
        "date": head.released.isoformat(),
        "jurisdiction": [{"coding": [{"system": "urn:iso:std:iso:3166", "code": head.country}]}],
        "relatedArtifact": [
            *({"type": "composed-of", "resource": one} for one in (*plans, *libraries)),
            {"type": "depends-on", "resource": vocabulary_address(head)},
        ],
        "content": [attachment(file)],
    }


def attachment(file: Path) -> Resource:
    """A file as it is, with its place in `content/`; FHIR's own digest is a SHA-1, against accidents only."""
    data = file.read_bytes()
    return {
        "contentType": "application/yaml",
        "title": file.relative_to(content_dir()).as_posix(),
        "size": len(data),
        "hash": b64encode(sha1(data, usedforsecurity=False).digest()).decode(),
        "data": b64encode(data).decode(),
    }
