"""What clients generated from the contract rely on: names that stay, and every answer announced."""

from __future__ import annotations

from app.api.openapi import contract


def test_operation_ids_are_stable_names_and_unique() -> None:
    """Generated clients are named after them: a function's name, without path or method in it."""
    ids = [one["operationId"] for operations in contract()["paths"].values() for one in operations.values()]
    assert len(ids) == len(set(ids)), sorted(name for name in ids if ids.count(name) > 1)
    assert all(name.isidentifier() and "_v1_" not in name for name in ids)


def test_no_answer_is_left_open() -> None:
    """Each status is announced by itself (tests/api/test_fuzz.py holds the service to it), problems as RFC 9457 or
    as FHIR's OperationOutcome."""
    for path, operations in contract()["paths"].items():
        for method, operation in operations.items():
            for status, answer in operation["responses"].items():
                assert status.isdecimal(), (method, path, status)
                if int(status) >= 400 and path != "/readyz":
                    kind = "application/fhir+json" if path.startswith("/fhir/") else "application/problem+json"
                    assert list(answer["content"]) == [kind], (method, path, status)
