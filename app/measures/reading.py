"""Files of patients: case files, FHIR Bundles, NDJSON, Parquet; each gives `Case`s, one at a time.

A line, row or file is a case (`{"id", "bundle", …}`), a Bundle of one patient, or (NDJSON and Parquet) a single
resource: those of a patient are then put together by the reference to the patient that they carry. A Parquet file has
them as JSON texts in its column `resource`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from app.errors import RecordError
from app.records.limits import check_json_depth, check_size

Json = dict[str, Any]
REFERENCES = ("subject", "patient", "beneficiary")
"""Elements by which a resource says whose it is."""
_FILES = (".json", ".ndjson", ".jsonl", ".parquet")
_COLUMN = "resource"


class Case(NamedTuple):
    """One patient: resources, and what a case file says of the period and the expected populations."""

    name: str
    resources: list[Json]
    period: tuple[str, str] | None = None
    expected: dict[str, Any] | None = None


def read_json(path: Path) -> Iterator[Any]:
    """The JSON values of a file: one, or one a line. Raises RecordError that says where."""
    try:
        if path.suffix.lower() in (".ndjson", ".jsonl"):
            yield from _lines(path)
            return
        if path.suffix.lower() == ".parquet":
            yield from _rows(path)
            return
        data = path.read_bytes()
    except OSError:
        raise RecordError("cannot be read", code="not_found", where=path.name) from None
    check_size(data, path.name)
    check_json_depth(data, path.name)
    yield _parse(data, path.name)


def _lines(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                where = f"{path.name}:{number}"
                check_size(line, where)
                check_json_depth(line, where)
                yield _parse(line, where)


def _rows(path: Path) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            if _COLUMN not in file.schema_arrow.names or not pa.types.is_string(file.schema_arrow.field(_COLUMN).type):
                raise RecordError(f"no column `{_COLUMN}` of JSON texts; give columns made by jalon as their folder "
                                  "(--engine duckdb)", code="unknown_format", where=path.name)  # fmt: skip
            texts = (text for rows in file.iter_batches(1000, columns=[_COLUMN]) for text in rows.column(0).to_pylist())
            for number, text in enumerate(texts, 1):
                if text is not None:
                    where, data = f"{path.name}:{number}", text.encode()
                    check_size(data, where)
                    check_json_depth(data, where)
                    yield _parse(data, where)
    except pa.ArrowInvalid:
        raise RecordError("not a Parquet file that can be read", code="unknown_format", where=path.name) from None


def _parse(data: bytes, where: str) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RecordError(f"byte {error.start} is not UTF-8", code="encoding", where=where) from None
    except json.JSONDecodeError as error:
        raise RecordError(f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})", code="truncated",
                          where=where) from None
    except RecursionError:
        raise RecordError("JSON nested too deep", code="too_deep", where=where) from None


def read_cases(paths: list[Path]) -> Iterator[Case]:
    """Every patient of the files, and of the files of these kinds in the folders. Raises RecordError."""
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in _FILES)
        for file in inside if path.is_dir() else [path]:
            yield from _cases_of(file)


def _cases_of(path: Path) -> Iterator[Case]:
    loose: dict[str, list[Json]] = {}
    for number, data in enumerate(read_json(path), 1):
        where = f"{path.name}:{number}" if path.suffix.lower() != ".json" else path.name
        if not isinstance(data, dict):
            raise RecordError("expected a case or a FHIR resource (an object)", code="unknown_format", where=where)
        kind = data.get("resourceType")
        if "bundle" in data or kind == "Bundle":
            yield as_case(data, where)
        elif isinstance(kind, str):
            if (patient := owner(data)) is not None:
                loose.setdefault(patient, []).append(data)
        else:
            raise RecordError("neither a case nor a FHIR resource", code="unknown_format", where=where)
    for resources in loose.values():
        yield case_of(resources, path.name)


def as_case(data: Json, where: str) -> Case:
    """A case file or a Bundle. Raises RecordError."""
    bundle = data.get("bundle", data)
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise RecordError("`bundle` is not a FHIR Bundle", code="unknown_format", where=where)
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RecordError("Bundle.entry is not a list of objects", code="unknown_format", where=where)
    case = case_of([entry["resource"] for entry in entries if isinstance(entry.get("resource"), dict)], where)
    period, expected = data.get("period"), data.get("expected")
    return case._replace(
        name=data["id"] if "bundle" in data and isinstance(data.get("id"), str) else case.name,
        period=(period[0], period[1]) if isinstance(period, list) and len(period) == 2 else None,
        expected=expected if isinstance(expected, dict) else None,
    )


def case_of(resources: list[Json], where: str) -> Case:
    """Resources of exactly one patient. Raises RecordError `no_patient`, `several_patients`."""
    patients = [resource for resource in resources if resource.get("resourceType") == "Patient"]
    if not patients:
        raise RecordError("no Patient resource", code="no_patient", where=where)
    if len(patients) > 1:
        raise RecordError(f"{len(patients)} Patient resources: give one Bundle a patient", code="several_patients",
                          where=where)
    name = patients[0].get("id")
    return Case(name if isinstance(name, str) else where, resources)


def owner(resource: Json) -> str | None:
    """The id of the patient whose resource this is; None when it does not say."""
    if resource.get("resourceType") == "Patient":
        found = resource.get("id")
        return found if isinstance(found, str) else None
    for name in REFERENCES:
        reference = resource.get(name)
        if isinstance(reference, dict) and isinstance(text := reference.get("reference"), str):
            return text.rpartition("/")[2].removeprefix("urn:uuid:")
    return None
