"""Reading shared records: FHIR R4, CDA R2 (CI-SIS), IHE_XDM archives, folders → RecordEntry."""
