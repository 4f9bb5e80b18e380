"""The pack for other software: FHIR R4 resources, and the way back."""
