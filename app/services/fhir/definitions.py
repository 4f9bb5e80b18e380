"""The pack's own resources (PlanDefinition, ActivityDefinition, Library), made once for each pack in use."""

from __future__ import annotations

from functools import lru_cache

from app.exchange.export import export_bundle
from app.exchange.terms import Resource

TYPES = ("PlanDefinition", "ActivityDefinition", "Library")


def definitions(country: str, digest: str) -> dict[str, list[Resource]]:
    """Type → resources, in the order of the pack. `digest` says which pack: another one is exported again."""
    return _made(country, digest)


@lru_cache(maxsize=2)
def _made(country: str, _digest: str) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {name: [] for name in TYPES}
    for entry in export_bundle(country)["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] in found:
            found[resource["resourceType"]].append(resource)
    return found
