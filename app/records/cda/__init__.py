"""CDA R2 documents of the French framework (CI-SIS) → record entries."""

from app.records.cda.document import CdaDocument, read_cda, read_document

__all__ = ["CdaDocument", "read_cda", "read_document"]
