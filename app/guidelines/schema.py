"""The JSON Schema of a guideline file, for editors: keys with their meaning, and the names of facts that exist."""

from __future__ import annotations

import json
from typing import Any

from app.facts.vocabulary import Vocabulary, load_vocabulary
from app.guidelines.check import what_it_holds
from app.guidelines.estimates import MODELS
from app.guidelines.model import Guideline

_DAYS = {
    "FactIs": ("after", "later_than", "before"), "Age": ("at",), "InSeason": ("at",), "After": ("after",),
    "Until": ("after",), "Defer": ("until",), "Never": ("date_of",), "Schedule": ("season_event",),
    "Milestones": ("event",),
}
"""Keys that name a day (or several)."""


def guideline_schema(vocabulary: Vocabulary | None = None) -> dict[str, Any]:
    """Draft 2020-12."""
    vocabulary = vocabulary or load_vocabulary()
    schema = Guideline.model_json_schema(by_alias=True)
    shapes: dict[str, Any] = schema["$defs"]
    names = sorted([*vocabulary.facts, *vocabulary.reductions])
    holds = {name: what_it_holds(name, vocabulary) for name in names}
    shapes["NameOfFact"] = {"enum": names}
    shapes["NameOfDay"] = {"enum": [name for name in names if holds[name] == "a day"]}
    shapes["NameOfDays"] = {"enum": [name for name in names if holds[name] == "all its days"]}
    _name(shapes, "FactIs", "fact", "NameOfFact")
    for shape, keys in _DAYS.items():
        for key in keys:
            _name(shapes, shape, key, "NameOfDay")
    _name(shapes, "Doses", "event", "NameOfDays")
    _enum(shapes["Symptom"]["properties"]["symptom"]["items"], names, "symptom_")
    _enum(shapes["Relatives"]["properties"]["condition"]["items"], names, "family_")
    _or_alone(shapes["Relatives"]["properties"]["condition"])
    shapes["Risk"]["properties"]["risk"]["enum"] = list(MODELS)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """As it is kept in `content/guidelines/schema.json`."""
    return json.dumps(guideline_schema(), ensure_ascii=False, indent=1) + "\n"


def _name(shapes: dict[str, Any], shape: str, key: str, names: str) -> None:
    """The texts of this key are names of this kind."""
    reference = {"$ref": f"#/$defs/{names}"}
    found = shapes[shape]["properties"][key]
    if found.get("type") == "array":
        found["items"] = reference
        _or_alone(found)
    elif "anyOf" in found:
        found["anyOf"] = [reference if one.get("type") == "string" else one for one in found["anyOf"]]
    else:
        del found["type"]
        found.update(reference)


def _or_alone(found: dict[str, Any]) -> None:
    """A list of one may be written without brackets."""
    listed = {key: found.pop(key) for key in ("type", "items", "minItems") if key in found}
    found["anyOf"] = [listed, listed["items"]]


def _enum(items: dict[str, Any], names: list[str], prefix: str) -> None:
    items["enum"] = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
