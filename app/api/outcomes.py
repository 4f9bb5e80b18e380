"""Problems of /fhir as OperationOutcome: the same words, in the form that FHIR clients read."""

from __future__ import annotations

from typing import Any

_CODES = {400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 409: "conflict",
          412: "conflict", 413: "too-long", 422: "invalid", 500: "exception", 503: "transient"}  # fmt: skip
MEDIA_TYPE = "application/fhir+json"


def wanted(path: str) -> bool:
    return path == "/fhir" or path.startswith("/fhir/")


def outcome(problem: dict[str, Any]) -> dict[str, Any]:
    """One issue, or one for each thing that is wrong."""
    unsupported = problem.get("code") == "fhir_not_supported"
    code = "not-supported" if unsupported else _CODES.get(problem["status"], "processing")
    told = [str(one.get("detail", "")) for one in problem.get("errors", ())] or [problem["detail"]]
    kind = {"system": "urn:jalon:problem", "code": problem["type"].rpartition("/")[2]}
    details = {"text": problem["title"], "coding": [kind]}
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "details": details, "diagnostics": text} for text in told],
    }
