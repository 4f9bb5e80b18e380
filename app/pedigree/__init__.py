"""The family of a person as a pedigree: who is who, drawn, listed in words, and written as FHIR."""
