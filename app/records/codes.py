"""Code systems have many names: each is brought to one short name before any look-up.

The original spelling is kept where it is not known. Names of systems in documents (`codeSystemName`) are decoration
and are never read. Sources: HL7 OID registry, ANS terminology server (SMT), Interop'Santé FR Core.
"""

from __future__ import annotations

_OF_SHORT_NAME: dict[str, tuple[str, ...]] = {
    "loinc": (
        "http://loinc.org",
        "2.16.840.1.113883.6.1",
        "https://mos.esante.gouv.fr/NOS/TRE_A04-Loinc/FHIR/TRE-A04-Loinc",
    ),
    "snomed": ("http://snomed.info/sct", "2.16.840.1.113883.6.96"),
    "cim10": (
        "https://smt.esante.gouv.fr/terminologie-cim-10",
        "http://hl7.org/fhir/sid/icd-10",
        "http://hl7.org/fhir/sid/icd-10-fr",
        "2.16.840.1.113883.6.3",
        "https://mos.esante.gouv.fr/NOS/TRE_R310-Cim10/FHIR/TRE-R310-Cim10",
        "https://mos.esante.gouv.fr/NOS/TRE_R311-Cim10ATIH/FHIR/TRE-R311-Cim10ATIH",
        "https://smt.esante.gouv.fr/terminologie-cim-10-atih",
    ),
    "cim11": (
        "2.16.840.1.113883.6.347",
        "http://id.who.int/icd/release/11/mms",
        "https://smt.esante.gouv.fr/terminologie-cim11-mms",
    ),
    "cimo": ("2.16.840.1.113883.6.43.1", "http://terminology.hl7.org/CodeSystem/icd-o-3"),
    "icpc2": ("2.16.840.1.113883.6.139", "http://hl7.org/fhir/sid/icpc-2"),
    "drc": ("1.2.250.1.213.2.9", "https://smt.esante.gouv.fr/terminologie-drc"),
    "orpha": ("1.2.250.1.213.2.49", "1.2.250.1.213.2.49.1", "https://smt.esante.gouv.fr/terminologie-orphanet"),
    "atc": (
        "http://www.whocc.no/atc",
        "2.16.840.1.113883.6.73",
        "https://smt.esante.gouv.fr/terminologie-atc",
        "1.2.250.1.215.200.1.2.1",
        "1.2.250.1.215.200.1.2.2",
    ),
    "ccam": (
        "https://smt.esante.gouv.fr/terminologie-ccam",
        "1.2.250.1.213.2.5",
        "1.2.250.1.215.300.1",
        "1.2.250.1.215.200.3.4",
        "https://mos.esante.gouv.fr/NOS/TRE_R26-CCAM/FHIR/TRE-R26-CCAM",
    ),
    "ngap": ("1.2.250.1.215.200.3.3",),
    "nabm": ("1.2.250.1.213.2.7", "1.2.250.1.215.200.4.1", "https://smt.esante.gouv.fr/terminologie-nabm"),
    "cis": ("https://smt.esante.gouv.fr/terminologie-bdpm", "1.2.250.1.213.2.3.1"),
    "cip": ("1.2.250.1.213.2.3.2", "1.2.250.1.215.200.1.1.1", "https://smt.esante.gouv.fr/terminologie-cip"),
    "ta_asip": (
        "1.2.250.1.213.1.1.4.322",
        "https://smt.esante.gouv.fr/fhir/CodeSystem/terminologie-cisis",
        "https://smt.esante.gouv.fr/terminologie-cisis",
        "https://mos.esante.gouv.fr/NOS/TRE_R308-TAASIP/FHIR/TRE-R308-TAASIP",
    ),
    "role": (
        "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
        "http://hl7.org/fhir/v3/RoleCode",
        "2.16.840.1.113883.5.111",
        "https://mos.esante.gouv.fr/NOS/TRE_R216-HL7RoleCode/FHIR/TRE-R216-HL7RoleCode",
    ),
    "act_code": ("http://terminology.hl7.org/CodeSystem/v3-ActCode", "2.16.840.1.113883.5.4"),
    "interpretation": (
        "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
        "http://hl7.org/fhir/v2/0078",
        "2.16.840.1.113883.5.83",
    ),
    "gender": (
        "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender",
        "http://hl7.org/fhir/administrative-gender",
        "2.16.840.1.113883.5.1",
    ),
    "dicom": ("http://dicom.nema.org/resources/ontology/DCM", "1.2.840.10008.2.16.4"),
    "ucum": ("http://unitsofmeasure.org", "2.16.840.1.113883.6.8"),
    "route": (
        "https://smt.esante.gouv.fr/terminologie-standardterms",
        "http://standardterms.edqm.eu",
        "0.4.0.127.0.16.1.1.2.1",
    ),
    "cog": ("https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM", "1.2.250.1.213.2.12"),
}

_SHORT = {name.lower(): short for short, names in _OF_SHORT_NAME.items() for name in names}


def short_name(uri_or_oid: str) -> str:
    """The short name of a code system given as URI, OID or `urn:oid:…`; the text itself when it is not known."""
    bare = uri_or_oid.strip()
    key = bare.lower().removeprefix("urn:oid:").split("|", 1)[0].rstrip("/")
    return _SHORT.get(key, bare)
