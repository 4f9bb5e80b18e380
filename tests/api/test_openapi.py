"""The published contract is what the code serves."""

from __future__ import annotations

import yaml

from app.api.openapi import FILE, contract, text


def test_the_file_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run: python -m app.api.openapi"


def test_every_operation_is_described_and_every_reference_resolves() -> None:
    document = contract()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (method, path)
            if path.startswith("/v1/me"):
                assert operation["security"], (method, path)
                assert "401" in operation["responses"], (method, path)
    references = {
        line.split("'")[1].rpartition("/")[2]
        for line in yaml.safe_dump(document).splitlines()
        if "$ref:" in line
    }
    assert references <= set(document["components"]["schemas"])
