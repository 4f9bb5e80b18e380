"""What every reader gives: entries with provenance, before any code is looked up.

A reader (FHIR or CDA) establishes who the record is about, walks the content, and yields one `RecordEntry` for each
statement that could bear on prevention. What the *format itself* says must not be used (refuted, planned, not done,
about somebody else…) is still yielded, with `refusal` set: nothing vanishes. What depends on codes, units,
plausibility or other entries is decided later, in `app.facts.extract`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from app.dates import PartialDate

Adoption = Literal["in", "out", "adopter"]
"""`in`: a child of others, adopted into the family. `out`: a blood relative adopted elsewhere. `adopter`: an adoptive
parent."""

Sex = Literal["female", "male"]

Author = Literal["professional", "citizen", "device", "system", "computed"]
"""Who says so. `system` is an automatic feed (reimbursement history)."""

EntryKind = Literal[
    "observation", "condition", "procedure", "immunization", "family_member", "medication", "allergy", "answer",
    "report", "request", "other",
]

DateBasis = Literal["clinical", "issued", "recorded"]
"""`clinical`: when it happened. `issued`, `recorded`: only when it was published or written down."""


class Reason(StrEnum):
    """Why an entry gives no fact: a closed list that apps rely on."""

    ENTERED_IN_ERROR = "entered_in_error"
    REFUTED = "refuted"
    UNCONFIRMED = "unconfirmed"
    NOT_DONE = "not_done"
    PLANNED_NOT_DONE = "planned_not_done"
    REVOKED = "revoked"
    NOT_FINAL = "not_final"
    NO_RESULT = "no_result"
    NO_CONTENT = "no_content"
    MASKED = "masked"
    CONTRADICTORY = "contradictory"
    OTHER_PATIENT = "other_patient"
    OTHER_IDENTITY_DOMAIN = "other_identity_domain"
    UNRESOLVED_SUBJECT = "unresolved_subject"
    NO_SUBJECT = "no_subject"
    NOT_ABOUT_THE_PATIENT = "not_about_the_patient"
    NOT_A_BLOOD_RELATIVE = "not_a_blood_relative"
    FUTURE_DATE = "future_date"
    BEFORE_BIRTH = "before_birth"
    NO_DATE = "no_date"
    IMPLAUSIBLE_VALUE = "implausible_value"
    SUSPECT_UNIT = "suspect_unit"
    UNIT_NOT_FOR_CODE = "unit_not_for_code"
    NO_UNIT = "no_unit"
    UNTYPED_VALUE = "untyped_value"
    UNKNOWN_CODE = "unknown_code"
    UNCODED = "uncoded"
    UNKNOWN_MODIFIER = "unknown_modifier"
    NEAR_DUPLICATE = "near_duplicate"
    INVALID_DOSE = "invalid_dose"
    FREE_TEXT_ONLY = "free_text_only"
    UNREADABLE_DOCUMENT = "unreadable_document"


@dataclass(frozen=True, slots=True)
class Code:
    """A code whose system is one of the short names of `app.records.codes` (`loinc`, `snomed`, `cim10`, `ccam`,
    `atc`, `cis`, `cip`, `ta_asip`, `nabm`, `role`…), or the original URI when the system is not known."""

    system: str
    code: str
    display: str | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with the unit as written (UCUM or a spelling of it), never converted here. `raw` is shown to people."""

    value: Decimal
    unit: str | None
    comparator: Literal["<", "<=", ">", ">="] | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement stands: the file and, for FHIR, `Observation/ct`; for CDA, a stable path or id."""

    file: str
    entry: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an entry is not used, with a sentence fit to be shown (no name, no identifier)."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Relative:
    """A relative in a family-history entry. `relation` is a name of the case vocabulary (`mother`,
    `maternal_aunt`…) or None when the degree is not known; `conditions` is one item a disease.

    Entries of one file with the same `key` speak of one person.
    """

    relation: str | None
    conditions: tuple[RelativeCondition, ...] = ()
    key: str = ""
    sex: Sex | None = None
    born: PartialDate | None = None
    deceased: bool | None = None
    age_at_death: float | None = None
    adoption: Adoption | None = None


@dataclass(frozen=True, slots=True)
class RelativeCondition:
    """A relative's disease; `onset_low`/`onset_high` bound the age at onset in years (equal when known)."""

    codes: tuple[Code, ...]
    text: str | None = None
    onset_low: float | None = None
    onset_high: float | None = None
    absent: bool = False
    """The record says that this relative does NOT have it."""


Value = Quantity | tuple[Code, ...] | str | bool | PartialDate | None


@dataclass(slots=True)
class RecordEntry:
    """One statement of a record.

    `unknown` says that the record itself declares the value unknown (dataAbsentReason, nullFlavor) and why.
    `identifiers` (system|value) and `lot` serve to recognise the same statement read twice.
    `qualifiers` are codes that sharpen the statement (laterality, interpretation, method, body site…).
    """

    source: Source
    kind: EntryKind
    codes: tuple[Code, ...] = ()
    text: str | None = None
    value: Value = None
    when: PartialDate | None = None
    date_basis: DateBasis = "clinical"
    end: PartialDate | None = None
    author: Author = "professional"
    refusal: Refusal | None = None
    unknown: str | None = None
    identifiers: tuple[str, ...] = ()
    interpretation: tuple[Code, ...] = ()
    qualifiers: tuple[Code, ...] = ()
    relative: Relative | None = None
    lot: str | None = None
    dose_number: int | None = None
    status: str | None = None
    reference_ranges: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    converted_from: Quantity | None = None
    """The original value, where the record says that it was converted (`origin-of-data`)."""
    part_of: str | None = None
    """The entry (same file) that groups this one: a panel, a report, a questionnaire."""
    listed: bool = True
    """False where the statement stands alone (the motive of an examination, the history on a screening sheet): it
    does not make the record hold a list of such things, so that silence on others means nothing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The person whom the record is about. Never written to logs."""

    birth_date: PartialDate | None
    administrative_sex: Literal["male", "female", "unknown"]
    identifiers: tuple[tuple[str, str], ...] = ()
    """(system, value) pairs; systems as `urn:oid:…`."""
    birth_name: str | None = None
    used_name: str | None = None
    given: str | None = None
    deceased: PartialDate | None = None
    reliability: str | None = None
    """How far the sender has established the identity: `QUAL` (qualified), `RECUP`, `VALI`, `PROV`… (FR Core); None
    when it does not say, as in CDA, where only a qualified identity may carry its national number."""

    @property
    def identity_status(self) -> str:
        """Domain of the first national identifier: `production`, `production_nia`, `test`, `demonstration`, `none`."""
        for system, _ in self.identifiers:
            if status := INS_DOMAINS.get(system):
                return status
        return "none"


INS_DOMAINS = {
    "urn:oid:1.2.250.1.213.1.4.8": "production",
    "urn:oid:1.2.250.1.213.1.4.9": "production_nia",
    "urn:oid:1.2.250.1.213.1.4.10": "test",
    "urn:oid:1.2.250.1.213.1.4.11": "demonstration",
}
"""Domains of the national health identity (INS), source: ANS, INS implementation guide."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the record. `readable` is False for a PDF or picture (level 1), `reason` then says why."""

    file: str
    kind: str
    title: str | None = None
    date: PartialDate | None = None
    author: str | None = None
    readable: bool = True
    reason: str | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class TreatingDoctor:
    """The treating doctor (« médecin traitant ») whom a document names: `number` is their RPPS number (11 digits),
    `date` that of the document, or the day since when, if it says so."""

    number: str
    name: str | None
    date: PartialDate | None
    source: Source


@dataclass(slots=True)
class Record:
    """All that was read from one or several files about one person."""

    subject: Subject | None
    entries: list[RecordEntry] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    sections_stated: dict[str, str] = field(default_factory=dict)
    """Sections that a document holds, whether or not they have entries: name (`problems`, `procedures`…) → `listed`,
    `none_known` (it says that there is nothing) or the reason why it is empty (`unavailable`, `not_asked`…)."""
    treating: list[TreatingDoctor] = field(default_factory=list)
    """As the documents name them, in no order: they may disagree, or be out of date."""
