"""One table for the many names of a code system: `http://loinc.org` = `urn:oid:2.16.840.1.113883.6.1` = `loinc`.

Sources: HL7 terminology, ANS (Nomenclatures des objets de santé, SMT), FR Core. `codeSystemName` and displays are
decoration: they are never matched on.
"""

from __future__ import annotations

import re
from functools import lru_cache

NATIONAL_PROFESSIONALS = "1.2.250.1.71.4.2.1"
"""The domain of professionals' national numbers: a digit for the register (8: RPPS), then the number."""
RPPS = "https://rpps.esante.gouv.fr"

_NAMES: dict[str, tuple[str, ...]] = {
    "loinc": ("http://loinc.org", "2.16.840.1.113883.6.1", "TRE_A04-Loinc", "terminologie-loinc"),
    "snomed": ("http://snomed.info/sct", "2.16.840.1.113883.6.96"),
    "cim10": (
        "terminologie-cim-10",
        "http://hl7.org/fhir/sid/icd-10",
        "http://hl7.org/fhir/sid/icd-10-fr",
        "2.16.840.1.113883.6.3",
        "TRE_R310-Cim10",
        "TRE_R311-Cim10ATIH",
        "terminologie-cim-10-atih",
        "TRE_R310",
        "TRE_R311",
    ),
    "cim11": (
        "2.16.840.1.113883.6.347",
        "http://id.who.int/icd/release/11/mms",
        "terminologie-cim11-mms",
        "http://hl7.org/fhir/sid/icd-11",
    ),
    "cimo": ("2.16.840.1.113883.6.43.1", "http://terminology.hl7.org/CodeSystem/icd-o-3"),
    "icpc2": ("2.16.840.1.113883.6.139", "http://hl7.org/fhir/sid/icpc-2"),
    "drc": ("1.2.250.1.213.2.9", "terminologie-drc"),
    "orpha": (
        "1.2.250.1.213.2.49",
        "1.2.250.1.213.2.49.1",
        "terminologie-orphanet",
        "http://www.orpha.net",
    ),
    "atc": (
        "http://www.whocc.no/atc",
        "2.16.840.1.113883.6.73",
        "terminologie-atc",
        "1.2.250.1.215.200.1.2.1",
        "1.2.250.1.215.200.1.2.2",
        "TRE_R302",
    ),
    "ccam": (
        "terminologie-ccam",
        "1.2.250.1.213.2.5",
        "1.2.250.1.215.300.1",
        "1.2.250.1.215.200.3.4",
        "TRE_R26-CCAM",
        "TRE_R306-CCAM",
        "CCAM",
    ),
    "ngap": ("1.2.250.1.215.200.3.3",),
    "nabm": ("1.2.250.1.213.2.7", "1.2.250.1.215.200.4.1", "terminologie-nabm", "1.2.250.1.213.2.6"),
    "cis": (
        "terminologie-bdpm",
        "1.2.250.1.213.2.3.1",
        "https://base-donnees-publique.medicaments.gouv.fr",
    ),
    "cvx": ("http://hl7.org/fhir/sid/cvx", "2.16.840.1.113883.12.292"),
    "cip": ("1.2.250.1.213.2.3.2", "1.2.250.1.215.200.1.1.1", "terminologie-cip"),
    "ta_asip": ("1.2.250.1.213.1.1.4.322", "terminologie-cisis", "TRE_R308-TAASIP", "TRE_R308"),
    "role": (
        "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
        "http://hl7.org/fhir/v3/RoleCode",
        "2.16.840.1.113883.5.111",
        "TRE_R216-HL7RoleCode",
        "TRE_R216",
    ),
    "act_code": ("http://terminology.hl7.org/CodeSystem/v3-ActCode", "2.16.840.1.113883.5.4"),
    "interpretation": (
        "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
        "http://hl7.org/fhir/v2/0078",
        "2.16.840.1.113883.5.83",
        "http://hl7.org/fhir/v3/ObservationInterpretation",
        "http://hl7.org/fhir/observation-interpretation",
    ),
    "gender": (
        "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender",
        "http://hl7.org/fhir/administrative-gender",
        "2.16.840.1.113883.5.1",
    ),
    "dicom": ("http://dicom.nema.org/resources/ontology/DCM", "1.2.840.10008.2.16.4"),
    "ucum": ("http://unitsofmeasure.org", "2.16.840.1.113883.6.8"),
    "route": ("terminologie-standardterms", "http://standardterms.edqm.eu", "0.4.0.127.0.16.1.1.2.1"),
    "cog": ("TRE_R13-CommuneOM", "1.2.250.1.213.2.12"),
    "ucd": ("1.2.250.1.213.2.3.3", "terminologie-ucd"),
    "absent": (
        "http://terminology.hl7.org/CodeSystem/data-absent-reason",
        "http://hl7.org/fhir/data-absent-reason",
    ),
    "null": ("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "2.16.840.1.113883.5.1008"),
    "absent_unknown": (
        "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips",
        "2.16.840.1.113883.5.1150.1",
    ),
    "yes_no": ("http://terminology.hl7.org/CodeSystem/v2-0136", "2.16.840.1.113883.12.136"),
}


def _key(system: str) -> str:
    """A spelling-proof form: no version, no trailing slash, no `urn:oid:`, no http/https difference, lower case."""
    text = system.strip().split("|", 1)[0].rstrip("/").lower().removeprefix("urn:oid:")
    return re.sub(r"^https?://", "", text)


_SHORT = {_key(alias): name for name, aliases in _NAMES.items() for alias in aliases}
_SHORT |= {name: name for name in _NAMES}


@lru_cache(maxsize=2048)
def short_name(system: str) -> str:
    """The short name of a code system, or the given URI when it is not a known one.

    ANS publishes the same list under `https://mos.esante.gouv.fr/NOS/<list>/FHIR/<list>`, `https://smt.esante.gouv.fr/
    <list>` and `…/fhir/CodeSystem/<list>`: the list's own name decides.
    """
    key = _key(system)
    if name := _SHORT.get(key):
        return name
    if "esante.gouv.fr" in key:
        for part in reversed(key.split("/")):
            if name := _SHORT.get(part) or _SHORT.get(part.replace("tre-", "tre_", 1)):
                return name
    return system


def address_of(short: str) -> str | None:
    """The address to write for a code system, given by its short name: the published one, else its OID."""
    names = _NAMES.get(short, ())
    oids = (f"urn:oid:{name}" for name in names if name[:2] in ("0.", "1.", "2."))
    return next((name for name in names if name.startswith("http")), None) or next(oids, None)


@lru_cache(maxsize=8192)
def plain_code(system: str, code: str) -> str:
    """A code in the one spelling that the vocabulary uses. `system` is a short name.

    CIM-10 gets its dot and capital (`e119` → `E11.9`) and loses the ATIH `+`, the dagger and star; CCAM loses the
    activity and phase that may follow its seven characters.
    """
    code = code.strip()
    if system == "cim10":
        code = code.upper().rstrip("+*†")
        return f"{code[:3]}.{code[3:]}" if len(code) > 3 and code[3] != "." else code
    if system == "ccam":
        match = re.match(r"[A-Z]{4}\d{3}", code.upper())
        return match.group() if match else code
    if system == "atc":
        return code.upper()
    return code


def rpps_of(number: str) -> str | None:
    """The RPPS number (11 digits) of a professional's national number, or as it is; None for another register."""
    found = re.fullmatch(r"8?(\d{11})", number.replace(" ", ""))
    return found[1] if found else None
