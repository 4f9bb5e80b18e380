"""What the OpenAPI document says beyond what FastAPI sees in the code."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

_BINARY = {"schema": {"type": "string", "format": "binary"}}


class FieldError(BaseModel):
    """One thing wrong: `pointer` (RFC 6901) into the body, or the name of a `parameter`."""

    pointer: str | None = None
    parameter: str | None = None
    detail: str


class Problem(BaseModel):
    """Problem details (RFC 9457). `type` is stable and can be read at that address; words follow the
    language."""

    type: str = Field(examples=["/problems/consent-required"])
    title: str
    status: int
    detail: str
    code: str | None = Field(None, description="More precisely which, in a stable word")
    errors: list[FieldError] | None = None
    changed: list[dict[str, Any]] | None = Field(None, description="What is not any more as it was read")


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


def _json(description: str, **headers: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"type": "object"}}},
        "headers": {
            name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()
        },
    }


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


LANG = _query("lang", "`fr`, `fr-falc` (easy to read) or `en`; by default as Accept-Language says", {"type": "string"})
AS_OF = _query(
    "as_of", "The day of the plan; today in France by default", {"type": "string", "format": "date"}
)
TRACE = _query("trace", "How each recommendation was decided", {"type": "boolean", "default": False})
"""Read by hand (`app.api.caller`): these routes are the ones that are asked most."""

PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: _problem("Not signed in, or the session is over"),
    403: _problem("Consent is missing, or the purpose is refused; nothing was read"),
    422: _problem("Something in the request is wrong; nothing was kept"),
}
CDS_PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: _problem("The call is not signed by a registered client, or its token is not believed"),
    404: _problem("No such service"),
    412: _problem("Data that the service needs were not sent"),
    413: _problem("Too much was sent"),
    422: _problem("Something in the request is wrong, or a resource is about another patient"),
}
def _outcome(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/fhir+json": {"schema": {"type": "object"}}}}


FHIR: dict[int | str, dict[str, Any]] = {
    200: _outcome("The resource, or a searchset"),
    400: _outcome("A search parameter that is not supported, or not understood (OperationOutcome)"),
    401: _outcome("Not signed in (OperationOutcome)"),
    403: _outcome("Not for this caller, purpose or consent; nothing was read (OperationOutcome)"),
    404: _outcome("No such resource here (OperationOutcome)"),
    422: _outcome("Something in the request is wrong (OperationOutcome)"),
}
SUBJECT = _query("subject", "`Patient/me`, or one of a doctor's patients", {"type": "string"})
FHIR_PAGE = [
    _query("_count", "Resources on a page: 50 by default, 200 at most", {"type": "integer", "minimum": 0}),
    _query("_elements", "Only these elements, and the mandatory ones", {"type": "string"}),
]
ABSENT: dict[int | str, dict[str, Any]] = {404: _problem("There is no such thing")}
FORMER_TEXT: dict[int | str, dict[str, Any]] = {
    409: _problem("This is not the text shown any more; nothing was kept")
}
CONFLICT: dict[int | str, dict[str, Any]] = {409: _problem("Where things stand does not allow it; nothing was kept")}
TOO_LARGE = _problem("The body is larger than 1 MB; nothing was kept")
OK: dict[int | str, dict[str, Any]] = {200: _json("Done")}
READING: dict[int | str, dict[str, Any]] = {202: _json("The reading goes on")}
DOWN: dict[int | str, dict[str, Any]] = {503: _problem("The server does not answer")}
NOT_GIVEN: dict[int | str, dict[str, Any]] = {400: _problem("The access was not given, or not asked in this session")}
MADE: dict[int | str, dict[str, Any]] = {201: _json("Made")}
WRONG: dict[int | str, dict[str, Any]] = {422: PROBLEMS[422]}
ETAGGED: dict[int | str, dict[str, Any]] = {
    200: _json("Done", ETag="Entity tag, for If-None-Match and If-Match"),
    304: {"description": "The caller has it already"},
    412: _problem("Changed since it was read"),
}
CONDITIONAL: dict[int | str, dict[str, Any]] = {
    412: _problem("Changed since it was read; `changed` says in what"),
    428: _problem("If-Match is missing"),
}
CALENDAR: dict[int | str, dict[str, Any]] = {
    200: {"description": "An iCalendar file", "content": {"text/calendar": {"schema": {"type": "string"}}}}
}
PAPER: dict[int | str, dict[str, Any]] = {
    200: {"description": "The document", "content": {
        "application/pdf": _BINARY, "application/fhir+json": {"schema": {"type": "object"}},
        "text/plain": {"schema": {"type": "string"}},
    }}
}  # fmt: skip
EXPORT: dict[int | str, dict[str, Any]] = {
    200: {"description": "JSON or CSV", "content": {
        "application/json": {"schema": {"type": "object"}}, "text/csv": {"schema": {"type": "string"}},
    }}
}  # fmt: skip
COPY: dict[int | str, dict[str, Any]] = {
    200: {"description": "The copy", "content": {"application/zip": _BINARY}}
}
PAGED: dict[int | str, dict[str, Any]] = {200: _json("A page", Link="The following page, if there is one")}
RECORD_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: _json("All of it was there already"),
    201: _json("Stored: how many facts, and how many entries were set aside"),
    409: _problem("The document is about another person; nothing was kept"),
    413: _problem("More than 50 MB; nothing was kept"),
    415: _problem("Not a known kind of document; nothing was kept"),
}
RECORD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/fhir+json": {"schema": {"type": "object"}},
            "application/json": {"schema": {"type": "object"}},
            "application/xml": _BINARY,
            "application/zip": _BINARY,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                }
            },
        },
    }
}
