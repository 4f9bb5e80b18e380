"""`python -m app.api.openapi` writes openapi/jalon.yaml, the published contract (a test holds it to the
code)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from app.api.app import create_app
from app.api.documented import ABSENT, PROBLEMS, TOO_LARGE, FieldError, Problem
from app.api.examples import EXAMPLES
from app.api.shapes import SHAPES
from app.api.shapes import schemas as shapes
from app.settings import from_environment

FILE = Path(__file__).resolve().parents[2] / "openapi" / "jalon.yaml"


def contract() -> dict[str, Any]:
    """The OpenAPI document of the API (the pages are not part of it), demo routes included."""
    app = create_app(from_environment({}, demo=True), pages=False)
    document = app.openapi()
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for model in (FieldError, Problem):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    schemas |= shapes()
    components["securitySchemes"] = {
        "session": {"type": "http", "scheme": "bearer"},
        "accessToken": {
            "type": "http", "scheme": "bearer", "bearerFormat": "at+jwt",
            "description": "RFC 9068, scopes `jalon:read` and `jalon:write`; bound to a key or not (DPoP, RFC 9449)",
        },
        "cookie": {"type": "apiKey", "in": "cookie", "name": "jalon_session"},
    }
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                operation["responses"]["422"] = PROBLEMS[422]
            if "{" in path:
                operation["responses"].setdefault("404", ABSENT[404])
            if "requestBody" in operation:
                operation["responses"].setdefault("413", TOO_LARGE)
            if (example := EXAMPLES.get(operation["operationId"])) is not None:
                operation["requestBody"]["content"]["application/json"]["example"] = example
            if operation["operationId"] in SHAPES:
                _shape(operation)
            if path.startswith(("/v1/me", "/v1/session")):
                operation["security"] = [{"session": []}, {"accessToken": []}, {"cookie": []}]
    return document


def _shape(operation: dict[str, Any]) -> None:
    """Say what the answer is made of."""
    status, shape = SHAPES[operation["operationId"]]
    content = {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}
    operation["responses"][status] = {**operation["responses"][status], "content": {"application/json": content}}


def text() -> str:
    return yaml.safe_dump(contract(), allow_unicode=True, sort_keys=False, width=110)


def main() -> None:
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")
    print(FILE)


if __name__ == "__main__":
    main()
