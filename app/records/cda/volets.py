"""Which document is it? CI-SIS volets by template OID, never by file name or title.

The document `code` does not tell the volet (18748-4 is any imaging report and also the breast-screening
sheet), so it only names documents whose volet is not known. Source: CI-SIS volets of 2021-2025, ANS.
"""

from __future__ import annotations

from dataclasses import dataclass

_VOLET = "1.2.250.1.213.1.1.1."
LEVEL_1 = "1.3.6.1.4.1.19376.1.2.20"
"""IHE XDS-SD: the body is a PDF, a text or a picture."""


@dataclass(frozen=True, slots=True)
class Volet:
    """`intention`: requests and prescriptions, where nothing has been done yet. `summary`: a doctor's synthesis, whose
    list of problems is meant to be whole."""

    name: str
    intention: bool = False
    summary: bool = False


_BY_SUFFIX: dict[str, Volet] = {
    "55": Volet("CR-BIO"),
    "59": Volet("TROD"),
    "27": Volet("D2LM-FIN"),
    "28": Volet("D2LM-FIDD"),
    "45": Volet("CR-IMG"),
    "51": Volet("IPS-FR", summary=True),
    "13": Volet("VSM", summary=True),
    "46": Volet("VAC-NOTE"),
    "37": Volet("VAC-HIST"),
    "36": Volet("CNAM-HR"),
    "5": Volet("CSE"),
    "5.1": Volet("CSE-CS8"),
    "5.2": Volet("CSE-CS9"),
    "5.3": Volet("CSE-CS24"),
    "29": Volet("LDL-SES"),
    "21": Volet("LDL-EES"),
    "26": Volet("CANCER-PPS"),
    "8": Volet("CANCER-FRCP"),
    "32": Volet("CR-GM"),
    "12.4": Volet("OBP-SCM"),
    "12.2": Volet("OBP-SNM"),
    "30": Volet("SDM-MR"),
    "22": Volet("DLU", summary=True),
    "2.1.1": Volet("F-PRC-AVK"),
    "39": Volet("eP-MED-DM", intention=True),
    "54": Volet("eDISP-MED"),
    "47": Volet("DA-IMG", intention=True),
    "38": Volet("TLM-DA", intention=True),
}

_OTHERS: dict[str, Volet] = {
    "1.3.6.1.4.1.19376.1.3.3": Volet("CR-BIO"),
    "1.2.840.10008.9.1": Volet("CR-IMG"),
    "2.16.840.1.113883.10.22.1.1": Volet("IPS", summary=True),
    "1.3.6.1.4.1.19376.1.5.3.1.1.18.1.2": Volet("VAC"),
}
"""International templates, for documents that name no French volet."""


def volet_of(templates: set[str]) -> Volet | None:
    """The volet of a document's templates (the most specific one), None when none is known."""
    suffixes = [t.removeprefix(_VOLET) for t in templates if t.startswith(_VOLET)]
    known = sorted((s for s in suffixes if s in _BY_SUFFIX), key=lambda s: (s.count("."), s))
    if known:
        return _BY_SUFFIX[known[-1]]
    return next((volet for oid, volet in _OTHERS.items() if oid in templates), None)
