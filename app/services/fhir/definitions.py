"""The pack's own resources (PlanDefinition, ActivityDefinition, Library), made once for each pack in use."""

from __future__ import annotations

from functools import lru_cache

from app.exchange.export import export_bundle
from app.exchange.terms import Resource, version_of
from app.guidelines.pack import Pack
from app.guidelines.stops import Stops
from app.i18n import translator
from app.plans.stop_words import suspended

TYPES = ("PlanDefinition", "ActivityDefinition", "Library")


def definitions(country: str, digest: str) -> dict[str, list[Resource]]:
    """Type → resources, in the order of the pack. `digest` says which pack: another one is exported again."""
    return _made(country, digest)


def with_stops(found: list[Resource], pack: Pack, stops: Stops) -> list[Resource]:
    """The same, those of a stopped guideline as `retired` (FHIR knows no pause), with the reason in `description`."""
    stopped = {
        (one.id, version_of(one, pack.head)): stop
        for one in pack.guidelines if (stop := stops.of_guideline(one)) is not None
    }
    return [
        one if (stop := stopped.get(_about(one))) is None
        else {**one, "status": "retired", "description": suspended(stop, translator("fr"))}
        for one in found
    ]  # fmt: skip


def _about(resource: Resource) -> tuple[str, str]:
    """The guideline that a definition is part of, and its version."""
    named = resource["identifier"][0]["value"] if "identifier" in resource else resource["code"]["coding"][0]["code"]
    return named, resource["version"]


@lru_cache(maxsize=2)
def _made(country: str, _digest: str) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {name: [] for name in TYPES}
    for entry in export_bundle(country)["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] in found:
            found[resource["resourceType"]].append(resource)
    return found
