"""Addresses and identifiers of the resources: the same guideline always has the same ones.

Nobody publishes these resources at an address of the Web, so canonical addresses are URNs. FHIR has no element for
some of what a guideline says (was it read at its source? what is not known?): extensions `urn:jalon:fhir:…` hold it.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from app.guidelines.model import Guideline
from app.guidelines.pack import PackHead

Resource = dict[str, Any]

LANGUAGE = "text/x.jalon+yaml"
"""Of expressions: criteria and schedules in the language of docs/add-a-guideline.md. It is not CQL."""

_ROOT = "urn:jalon"
_EXTENSION = f"{_ROOT}:fhir:"
PUBLISHER = "source-publisher"


def extension(name: str, **value: Any) -> Resource:
    """`extension("verified", valueCode="partly")`, or with `extension=[…]` inside."""
    return {"url": _EXTENSION + name, **value}


def extensions(element: Resource, name: str) -> Iterator[Resource]:
    return (one for one in element.get("extension", ()) if one["url"] == _EXTENSION + name)


def system(name: str) -> str:
    """A code system or a namespace of identifiers of our own."""
    return f"{_ROOT}:{name}"


def coded(name: str, code: str, text: str | None = None) -> Resource:
    concept: Resource = {"coding": [{"system": system(name), "code": code}]}
    return concept | {"text": text} if text else concept


def identifier(name: str, value: str) -> Resource:
    return {"system": system(name), "value": value}


def address(kind: str, *parts: str) -> str:
    """`urn:jalon:guideline:fr:breast_cancer_screening`; all versions share it."""
    return ":".join((_ROOT, kind, *parts))


def version_of(guideline: Guideline, head: PackHead) -> str:
    """`2026-04-01_2026.11`: the day from which the rule holds, and the pack in which it is written so."""
    return f"{guideline.effective_from}_{head.version}"


def resource_id(*parts: str) -> str:
    """A FHIR id: letters, digits, `-` and `.`, 64 at most (the end of a longer one becomes a digest)."""
    text = ".".join(parts).replace("_", "-")
    return text if len(text) <= 64 else f"{text[:51]}.{sha256(text.encode()).hexdigest()[:12]}"


def computer_name(text: str) -> str:
    """`breast_cancer_screening` → `BreastCancerScreening`."""
    return "".join(part.capitalize() for part in text.replace("-", "_").split("_"))
