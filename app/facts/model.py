"""Facts: what is known of a person, each with value, unit, date, author and source; and what is not known.

Three kinds of "no value" are kept apart:
- *unknown*: the record or the person says that it is not known (`FactSheet.unknown`);
- *absent*: nothing speaks of it (no fact at all), which is unknown unless the vocabulary says otherwise;
- *stale*: the latest value is older than the vocabulary's `fresh_for`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from app.dates import PartialDate
from app.facts.kin import Kin
from app.records.model import Author, Document, Reason, Source, Subject, TreatingDoctor

FactValue = float | str | bool | PartialDate
"""Numbers are in the vocabulary's canonical unit; words are the vocabulary's own (`former`, `positive`, `dose`…)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated statement about the person, in the words of the vocabulary."""

    id: str
    value: FactValue
    unit: str | None = None
    date: PartialDate | None = None
    author: Author = "professional"
    sources: tuple[Source, ...] = ()
    as_recorded: str | None = None
    comparator: Literal["<", "<=", ">", ">="] | None = None
    basis: str = "clinical"
    details: Mapping[str, Any] = field(default_factory=dict)
    """More, by type of fact: `lot`, `dose_number`; for family: `relation`, `degree`, `side`, `onset_low`,
    `onset_high`; for pairs: `diastolic`; `note` for a sentence to show; `conflicts_with` for entries that disagree."""

    def to_json(self) -> dict[str, Any]:
        value = str(self.value) if isinstance(self.value, PartialDate) else self.value
        out: dict[str, Any] = {
            "id": self.id, "value": value, "unit": self.unit, "date": str(self.date) if self.date else None,
            "date_precision": self.date.precision if self.date else None, "author": self.author,
            "as_recorded": self.as_recorded, "sources": [{"file": s.file, "entry": s.entry} for s in self.sources],
        }
        if self.comparator:
            out["comparator"] = self.comparator
        if self.details:
            out["details"] = dict(self.details)
        return out


@dataclass(frozen=True, slots=True)
class UnknownFact:
    """The record (or the person) says that this is not known."""

    id: str
    why: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class SetAside:
    """An entry that gave no fact, with the reason and a sentence fit to be shown."""

    source: Source
    reason: Reason
    detail: str


@dataclass(slots=True)
class FactSheet:
    """Everything known of one person on a day.

    `facts` maps a fact id to its values, oldest first. `sections` names the kinds of content that the record does hold
    (`problems`, `medications`, `family`, `immunizations`…): the vocabulary may presume that a serious disease which no
    problem list mentions is absent, and says so to the reader. `complete` is True for guideline cases, and for nobody
    in particular (what is recommended at an age): what is not said is answered "no" or "none" (numbers and dates stay
    unknown).
    """

    as_of: date
    subject: Subject | None
    facts: dict[str, list[Fact]] = field(default_factory=dict)
    unknown: list[UnknownFact] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    sections: frozenset[str] = frozenset()
    complete: bool = False
    kin: tuple[Kin, ...] = ()
    """Relatives as people (`app.pedigree`); what guidelines count of them is in `facts`."""
    treating: tuple[TreatingDoctor, ...] = ()
    """The treating doctors whom the record names, the latest document first, each once. No guideline looks at them."""

    def all(self) -> list[Fact]:
        return [fact for values in self.facts.values() for fact in values]

    def to_json(self) -> dict[str, Any]:
        """The JSON of `jalon facts` (see docs/contracts in the README); identifiers' values are not repeated."""
        subject = self.subject
        return {
            "as_of": self.as_of.isoformat(),
            "subject": None if subject is None else {
                "birth_date": str(subject.birth_date) if subject.birth_date else None,
                "administrative_sex": subject.administrative_sex,
                "identifier": {
                    "system": subject.identifiers[0][0] if subject.identifiers else None,
                    "status": subject.identity_status,
                },
            },
            "facts": [fact.to_json() for fact in self.all()],
            "unknown": [
                {"id": u.id, "why": u.why, "sources": [{"file": s.file, "entry": s.entry} for s in u.sources]}
                for u in self.unknown
            ],
            "set_aside": [
                {"file": a.source.file, "entry": a.source.entry, "reason": a.reason.value, "detail": a.detail}
                for a in self.set_aside
            ],
            "documents": [
                {"file": d.file, "kind": d.kind, "title": d.title, "date": str(d.date) if d.date else None,
                 "readable": d.readable}
                for d in self.documents
            ],
        }

    def digest(self) -> str:
        """`sha256:…` of the facts, the key (with day, pack and language) under which a plan may be cached."""
        text = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
