"""Quality measures: who of a set of patients counts in which population, from FHIR resources and value sets.

A measure is data (`content/guidelines/<country>/measures/*.yaml`): named *events* reduce the resources of a patient,
and populations are criteria over them. How one is written: docs/add-a-guideline.md.
"""
