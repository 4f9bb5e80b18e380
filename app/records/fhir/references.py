"""Where a reference leads: fullUrl, `Type/id`, contained resources and logical identifiers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from app.records.fhir.values import Json, a_dict, dicts, text_of


@dataclass(frozen=True, slots=True)
class Located:
    """A resource with the file and the name under which people find it (`Observation/ct`)."""

    resource: Json
    file: str
    entry: str
    full_url: str | None = None

    @property
    def type(self) -> str:
        return self.resource["resourceType"]  # type: ignore[no-any-return]  # checked when it was located


@dataclass(slots=True)
class Index:
    """Every resource of what is read together, by each of its names."""

    by_name: dict[str, Located] = field(default_factory=dict)

    @classmethod
    def of(cls, resources: list[Located]) -> Index:
        index = cls()
        for located in resources:
            identifier = text_of(located.resource.get("id"))
            if identifier:
                index.by_name.setdefault(f"{located.type}/{identifier}", located)
            if located.full_url:
                index.by_name.setdefault(located.full_url, located)
            if located.type == "Questionnaire" and (canonical := text_of(located.resource.get("url"))):
                index.by_name.setdefault(canonical, located)
        return index

    def find(self, reference: str) -> Located | None:
        """The resource of a literal reference; a version (`/_history/2`) is ignored."""
        return self.by_name.get(reference.split("/_history/", 1)[0])

    def resolve(self, reference: Json, within: Json) -> Json | None:
        """The resource that a Reference element names, also among the contained ones."""
        literal = text_of(reference.get("reference"))
        if literal is None:
            return None
        if literal.startswith("#"):
            return contained(within, literal[1:])
        found = self.find(literal)
        return found.resource if found else None

    def type_of(self, reference: Json, within: Json) -> str | None:
        """The resource type that a Reference points to, as far as it can be known."""
        if resolved := self.resolve(reference, within):
            return text_of(resolved.get("resourceType"))
        if declared := text_of(reference.get("type")):
            return declared.rsplit("/", 1)[-1]
        parts = (text_of(reference.get("reference")) or "").split("/_history/", 1)[0].split("/")
        return parts[-2] if len(parts) >= 2 else None


def contained(within: Json, identifier: str) -> Json | None:
    return next((item for item in dicts(within.get("contained")) if item.get("id") == identifier), None)


_CONDITIONAL = re.compile(r"Patient\?identifier=([^&]+)\Z")


def logical(reference: Json) -> tuple[str, str] | None:
    """The (system, value) of a reference by identifier, or of a conditional one (`Patient?identifier=system|value`)."""
    identifier = a_dict(reference.get("identifier"))
    system, value = text_of(identifier.get("system")), text_of(identifier.get("value"))
    if not (system and value) and (match := _CONDITIONAL.match(text_of(reference.get("reference")) or "")):
        system, _, value = unquote(match.group(1)).partition("|")
    return (system, value) if system and value else None
