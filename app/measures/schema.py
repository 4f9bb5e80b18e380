"""The JSON Schema of a measure file, for editors. Names of value sets, events… are checked by `jalon measures lint`."""

from __future__ import annotations

import json
from typing import Any

from app.measures.measure import Measure


def measure_schema() -> dict[str, Any]:
    """Draft 2020-12."""
    schema = Measure.model_json_schema(by_alias=True, mode="validation")
    for section in schema["properties"].values():
        if "patternProperties" in section:
            section["additionalProperties"] = False  # a name of another form is no name
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """As it is kept in `content/guidelines/measure.schema.json`."""
    return json.dumps(measure_schema(), ensure_ascii=False, indent=1) + "\n"
