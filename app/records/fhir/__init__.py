"""FHIR R4 JSON (a Bundle, one resource, NDJSON) → `Record`: plain dictionaries, tolerant of profiles."""

from app.records.fhir.read import located, read_fhir, read_resources

__all__ = ["located", "read_fhir", "read_resources"]
