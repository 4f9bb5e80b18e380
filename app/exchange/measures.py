"""Quality measures of a country as Measure resources, each with its file (and the shared ones) in a Library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from app.exchange.library import attachment
from app.exchange.terms import (
    LANGUAGE,
    PUBLISHER,
    Resource,
    address,
    computer_name,
    extension,
    identifier,
    resource_id,
)
from app.guidelines.pack import PackHead
from app.measures.catalog import Scope, load_catalog
from app.measures.measure import POPULATIONS, Populations, Source

_CODES = "http://terminology.hl7.org/CodeSystem/"
_TYPE = {"coding": [{"system": f"{_CODES}library-type", "code": "logic-library"}]}


def measure_resources(head: PackHead, folder: Path) -> Iterator[Resource]:
    """None for a country without measures."""
    if not (folder / "measures").is_dir():
        return
    shared = sorted((folder / "measures" / "vocabulary").glob("*.yaml"))
    if shared:
        yield _library(head, "measure-vocabulary", head.version, "Vocabulary of measures", shared)
    for scope in load_catalog(folder.name).scopes:
        measure = scope.measure
        yield _measure(head, scope)
        yield _library(head, measure.id, measure.version, measure.name, [scope.path])


def _library(head: PackHead, name: str, version: str, title: str, files: list[Path]) -> Resource:
    return {
        "resourceType": "Library",
        "id": resource_id(head.id, "measure", name),
        "language": "en",
        "url": address("measure-library", head.id, name),
        "version": version,
        "name": computer_name(name),
        "title": title,
        "status": "draft",
        "type": _TYPE,
        "date": head.released.isoformat(),
        "content": [attachment(file) for file in files],
    }


def _measure(head: PackHead, scope: Scope) -> Resource:
    measure = scope.measure
    better = "decrease" if measure.lower_is_better else "increase"
    return {
        "resourceType": "Measure",
        "id": resource_id(head.id, measure.id),
        "language": "en",
        "extension": [extension("doubt", valueString=doubt) for doubt in measure.doubts],
        "url": address("measure", head.id, measure.id),
        "identifier": [identifier("measure", name) for name in (measure.id, *measure.names)],
        "version": measure.version,
        "name": computer_name(measure.id),
        "title": measure.name,
        "status": "draft",
        "date": head.released.isoformat(),
        "jurisdiction": [{"coding": [{"system": "urn:iso:std:iso:3166", "code": head.country}]}],
        "lastReviewDate": measure.last_checked.isoformat(),
        "relatedArtifact": [_citation(source) for source in measure.sources],
        "library": [f"{address('measure-library', head.id, measure.id)}|{measure.version}"],
        "scoring": {"coding": [{"system": f"{_CODES}measure-scoring", "code": "proportion"}]},
        "improvementNotation": {"coding": [{"system": f"{_CODES}measure-improvement-notation", "code": better}]},
        "group": [_group(name, populations) for name, populations in measure.rates.items()],
    }


def _group(name: str, populations: Populations) -> Resource:
    written = {told: getattr(populations, attribute) for attribute, told in POPULATIONS.items()}
    listed = [
        {
            "code": {"coding": [{"system": f"{_CODES}measure-population", "code": told}]},
            "criteria": {"language": LANGUAGE, "expression": yaml.safe_dump(
                criterion.model_dump(mode="json", by_alias=True, exclude_defaults=True), sort_keys=False,
            )},
        }
        for told, criterion in written.items() if criterion is not None
    ]
    return ({"id": resource_id(name)} if name else {}) | {"population": listed}


def _citation(source: Source) -> Resource:
    return {
        "extension": [extension(PUBLISHER, valueString=source.publisher)],
        "type": "citation",
        "label": source.id,
        "display": source.title,
        "document": {"title": source.title, "creation": source.date.isoformat()},
        **({"url": source.url} if source.url else {}),
    }
