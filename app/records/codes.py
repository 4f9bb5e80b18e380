"""One table for the many names of a code system: `http://loinc.org` = `urn:oid:2.16.840.1.113883.6.1` = `loinc`.

Sources: HL7 terminology, ANS (Nomenclatures des objets de santé, SMT), FR Core. `codeSystemName` and displays are
decoration: they are never matched on.
"""

from __future__ import annotations

import re
from functools import lru_cache

_NAMES: dict[str, tuple[str, ...]] = {
    "loinc": ("http://loinc.org", "2.16.840.1.113883.6.1", "TRE_A04-Loinc", "terminologie-loinc"),
    "snomed": ("http://snomed.info/sct", "2.16.840.1.113883.6.96"),
    "cim10": (
        "http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-fr", "2.16.840.1.113883.6.3",
        "terminologie-cim-10", "TRE_R310-CIM10", "TRE_R311-CIM10ATIH", "TRE_R310", "TRE_R311",
    ),
    "cim11": ("2.16.840.1.113883.6.347", "http://id.who.int/icd/release/11/mms", "http://hl7.org/fhir/sid/icd-11"),
    "cimo": ("2.16.840.1.113883.6.43.1", "http://terminology.hl7.org/CodeSystem/icd-o-3"),
    "orpha": ("http://www.orpha.net", "1.2.250.1.213.1.3.1.1", "http://www.orpha.net/ontology/orphanet.owl"),
    "atc": ("http://www.whocc.no/atc", "2.16.840.1.113883.6.73", "terminologie-atc", "TRE_R302"),
    "cis": ("terminologie-bdpm", "1.2.250.1.213.2.3.1", "https://base-donnees-publique.medicaments.gouv.fr"),
    "cip": ("1.2.250.1.213.2.3.2", "terminologie-cip"),
    "ucd": ("1.2.250.1.213.2.3.3", "terminologie-ucd"),
    "ccam": (
        "terminologie-ccam", "1.2.250.1.213.2.5", "1.2.250.1.215.300.1", "1.2.250.1.215.200.3.4",
        "TRE_R306-CCAM", "https://mos.esante.gouv.fr/NOS/CCAM",
    ),
    "nabm": ("1.2.250.1.213.2.6", "terminologie-nabm", "1.2.250.1.215.200.3.3"),
    "ta_asip": ("1.2.250.1.213.1.1.4.322", "terminologie-cisis", "TRE_R308-TAASIP", "TRE_R308"),
    "role": ("2.16.840.1.113883.5.111", "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "TRE_R216-HL7RoleCode",
             "TRE_R216", "http://hl7.org/fhir/v3/RoleCode"),
    "interpretation": (
        "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "2.16.840.1.113883.5.83",
        "http://hl7.org/fhir/v3/ObservationInterpretation", "http://hl7.org/fhir/observation-interpretation",
    ),
    "absent": ("http://terminology.hl7.org/CodeSystem/data-absent-reason", "http://hl7.org/fhir/data-absent-reason"),
    "null": ("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "2.16.840.1.113883.5.1008"),
    "absent_unknown": (
        "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "2.16.840.1.113883.5.1150.1",
    ),
    "yes_no": ("http://terminology.hl7.org/CodeSystem/v2-0136", "2.16.840.1.113883.12.136"),
    "drc": ("1.2.250.1.213.1.1.4.999", "terminologie-drc"),
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
