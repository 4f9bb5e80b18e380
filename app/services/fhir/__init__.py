"""The FHIR R4 façade: what Jalon knows, and what it recommends, for software that speaks FHIR. Read only.

A person's resources are made from their facts each time, through the door, as far as they allow: nothing is kept twice.
`Patient/me` is the signed-in citizen; a doctor's patients have the ids of `/v1/practice/patients`.
"""
