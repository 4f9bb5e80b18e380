"""Entries of a record → the sheet of facts: nothing vanishes, what is not used says why.

Order of checks (each reason is fit to be shown): what the format says → date usable → code known → value readable in
the fact's unit → plausible → agrees with its neighbours → duplicate → fact.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from app.dates import PartialDate
from app.facts.dedupe import Candidate, merge
from app.facts.family import kin_conditions, read_family
from app.facts.kin import KinCondition, of_entries
from app.facts.model import Fact, FactSheet, FactValue, SetAside, UnknownFact
from app.facts.neighbours import disagreements
from app.facts.readings import Reading, names_several, on_side, plain, read
from app.facts.vocabulary import Fact as Definition
from app.facts.vocabulary import Vocabulary, load_vocabulary
from app.records.model import Code, EntryKind, Reason, Record, RecordEntry, Refusal, TreatingDoctor

Match = tuple[Definition, Code, str]
"""A fact, the entry's code that feeds it, and the vocabulary's own code or prefix."""

SECTION_OF_KIND: dict[EntryKind, str] = {
    "condition": "problems", "medication": "medications", "allergy": "allergies", "immunization": "immunizations",
    "family_member": "family", "procedure": "procedures",
}
SECTION_OF_CATEGORY = {"biology": "results", "screening": "results", "imaging": "results", "measures": "measures",
                       "habits": "habits", "pregnancy": "pregnancy"}

_SHOWN_OF_SECTION = {
    "problems": "other_condition", "procedures": "other_procedure", "medications": "other_medication",
    "allergies": "allergy", "immunizations": "other_vaccine", "family": "family_history", "results": "other_result",
}
"""Under which name a section that is present without its content is said to be unknown."""

_SOMEBODY_ELSE = {Reason.OTHER_PATIENT, Reason.OTHER_IDENTITY_DOMAIN, Reason.UNRESOLVED_SUBJECT, Reason.NO_SUBJECT,
                  Reason.NOT_ABOUT_THE_PATIENT}
_OPEN = {
    Reason.UNCONFIRMED, Reason.NOT_FINAL, Reason.NO_RESULT, Reason.MASKED, Reason.CONTRADICTORY, Reason.NO_DATE,
    Reason.IMPLAUSIBLE_VALUE, Reason.SUSPECT_UNIT, Reason.UNIT_NOT_FOR_CODE, Reason.NO_UNIT, Reason.UNTYPED_VALUE,
    Reason.UNKNOWN_MODIFIER, Reason.UNCODED, Reason.FREE_TEXT_ONLY, Reason.UNKNOWN_CODE,
}
"""Reasons after which a fact is not known to be absent: somebody should be asked."""

_DATED_KINDS = {"observation", "answer", "immunization"}
_SUPPORTING_KINDS = {"condition", "procedure", "medication", "allergy", "immunization"}
_NOT_IN_CIM10 = "R69"


def extract(record: Record, as_of: date, vocabulary: Vocabulary | None = None) -> FactSheet:
    """The facts of a record as of a day, what was set aside and why, and what stays unknown."""
    work = _Extraction(record, as_of, vocabulary or load_vocabulary())
    for entry in record.entries:
        work.take(entry)
    work.settle()
    return work.sheet()


@dataclass(slots=True)
class _Extraction:
    record: Record
    as_of: date
    vocabulary: Vocabulary
    candidates: list[Candidate] = field(default_factory=list)
    supports: list[tuple[Definition, RecordEntry]] = field(default_factory=list)
    aside: dict[SetAside, None] = field(default_factory=dict)
    open: dict[str, list[tuple[str, RecordEntry]]] = field(default_factory=dict)
    sections: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    kin: list[tuple[RecordEntry, tuple[KinCondition, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.groups = {entry.part_of for entry in self.record.entries if entry.part_of}

    def take(self, entry: RecordEntry) -> None:
        """Turn one entry into candidates, or say why not."""
        if entry.kind == "family_member":
            self.kin.append((entry, kin_conditions(entry, self.vocabulary)))
        if entry.refusal is not None:
            self._refused(entry, entry.refusal)
            return
        if entry.listed and (section := SECTION_OF_KIND.get(entry.kind)):
            self.sections.add(section)
        if refusal := self._bad_date(entry):
            self._refused(entry, refusal)
        elif entry.kind == "family_member":
            self._family(entry)
        elif entry.kind == "report" and not self._specific(entry):
            self._report(entry)
        elif entry.kind != "other":
            self._coded(entry)

    def _bad_date(self, entry: RecordEntry) -> Refusal | None:
        birth = self.record.subject.birth_date if self.record.subject else None
        if entry.when is not None and entry.when.earliest > self.as_of:
            return Refusal(Reason.FUTURE_DATE, f"Daté du {entry.when}, après le jour de lecture.")
        last = entry.when.latest if entry.when else None
        if last is not None and birth is not None and last < birth.earliest:
            return Refusal(Reason.BEFORE_BIRTH, "Daté d'avant la naissance.")
        if entry.when is None and entry.kind in _DATED_KINDS and not entry.unknown:
            return Refusal(Reason.NO_DATE, "Aucune date : ne peut pas servir à un calendrier.")
        return None

    def _matches(self, entry: RecordEntry) -> list[Match]:
        """Every fact that the entry's codes feed. Shown-only facts, and codes that name several vaccines, give way."""
        found: dict[str, Match] = {}
        for code in entry.codes:
            for definition, pattern in self.vocabulary.find(code.system, code.code, entry.kind):
                found.setdefault(definition.id, (definition, code, pattern))
        specific = [match for match in found.values() if match[2] != "*"]
        named = [match for match in specific if not names_several(*match)]
        return named or specific or list(found.values())[:1]

    def _specific(self, entry: RecordEntry) -> bool:
        return any(pattern != "*" for _, _, pattern in self._matches(entry))

    def _coded(self, entry: RecordEntry) -> None:
        if not entry.codes or (entry.text and all(code.code == _NOT_IN_CIM10 for code in entry.codes)):
            self._uncoded(entry)
            return
        if entry.kind == "condition" and any(_is_family_code(code) for code in entry.codes):
            self._refused(entry, Refusal(
                Reason.NOT_ABOUT_THE_PATIENT, "Code d'antécédent familial : ce n'est pas une maladie de la personne."))
            return
        matches = self._matches(entry)
        if not matches:
            self._refused(entry, _no_match(entry))
        elif entry.unknown is not None:
            self._declared_unknown(entry, matches)
        else:
            self._read(entry, matches)

    def _read(self, entry: RecordEntry, matches: list[Match]) -> None:
        failed: tuple[Reading, list[Match]] | None = None
        used = False
        for definition, code, pattern in matches:
            if not on_side(definition, entry):
                continue
            if entry.when is None and definition.type == "event":
                reading = Reading(reason=Reason.NO_DATE, words="Aucune date : ne peut pas servir à un calendrier.")
            else:
                reading = read(definition, entry, code, pattern, self.as_of)
            if reading.unknown is not None:
                self._note_open(entry, definition, reading.unknown)
                used = True
            elif reading.reason is not None:
                failed = failed or (reading, matches)
            else:
                self._add(definition, entry, reading)
                used = True
        if failed is not None and not used:
            reason = failed[0].reason
            assert reason is not None
            self._refused(entry, Refusal(reason, failed[0].words))

    def _add(self, definition: Definition, entry: RecordEntry, reading: Reading) -> None:
        assert reading.value is not None
        if section := SECTION_OF_CATEGORY.get(definition.category):
            self.sections.add(section)
        details = dict(reading.details)
        when = details.pop("on", None) or entry.when
        if entry.notes:
            details["comment"] = " / ".join(entry.notes)[:500]

        def put(value: FactValue, day: PartialDate | None) -> None:
            fact = Fact(
                definition.id, value, reading.unit, day, entry.author, (entry.source,), reading.as_recorded,
                reading.comparator, entry.date_basis, details,
            )
            self.candidates.append(Candidate(fact, entry, definition))

        if reading.ends is None:
            put(reading.value, when)
        elif reading.ends == "unknown":  # over, nobody says since when: only the present state is certain
            put(reading.value, when)
            put(False, when)
        else:
            if when is not None:
                put(reading.value, when)
            put(False, reading.ends)

    def _uncoded(self, entry: RecordEntry) -> None:
        """Words alone never make a fact; they may support one that is coded elsewhere."""
        if isinstance(entry.value, str) and entry.kind in ("observation", "answer"):
            self._refused(entry, Refusal(Reason.FREE_TEXT_ONLY, "Texte libre : montré, jamais interprété."))
            return
        words = plain(entry.text or "")
        if entry.kind in _SUPPORTING_KINDS and words:
            for definition in self.vocabulary.facts.values():
                if any(plain(text) == words for text in definition.texts):
                    self.supports.append((definition, entry))
                    return
        self._refused(entry, _UNCODED)

    def _family(self, entry: RecordEntry) -> None:
        if entry.unknown is not None:
            why = "Les antécédents de ce parent ne sont pas connus."
            self.open.setdefault("family_history", []).append((why, entry))
            return
        facts, refusals = read_family(entry, self.vocabulary)
        for definition, fact in facts:
            self.candidates.append(Candidate(fact, entry, definition))
        for refusal in refusals:
            self._refused(entry, refusal)

    def _report(self, entry: RecordEntry) -> None:
        """A report whose code proves no act: it groups results, or it is words and pages to be shown."""
        if entry.source.entry in self.groups:
            if entry.when is not None and self._matches(entry):
                self._coded(entry)
        elif entry.notes:
            self._refused(entry, Refusal(Reason.FREE_TEXT_ONLY, "Conclusion en texte libre : montrée, pas codée."))
        elif any(document.source == entry.source for document in self.record.documents):
            self._refused(entry, Refusal(Reason.UNREADABLE_DOCUMENT, "Compte rendu joint, non structuré : listé."))
        else:
            self._refused(entry, Refusal(Reason.NO_RESULT, "Compte rendu sans résultat ni conclusion."))

    def _declared_unknown(self, entry: RecordEntry, matches: list[Match]) -> None:
        for definition, _, _ in matches:
            if on_side(definition, entry):
                self._note_open(entry, definition, "Le dossier dit que ce n'est pas connu.")

    def _refused(self, entry: RecordEntry, refusal: Refusal) -> None:
        self.aside[SetAside(entry.source, refusal.reason, refusal.detail)] = None
        if refusal.reason in _SOMEBODY_ELSE:
            return
        if entry.listed and (section := SECTION_OF_KIND.get(entry.kind)):
            self.sections.add(section)
        prescribed = refusal.reason is Reason.PLANNED_NOT_DONE and entry.kind == "medication"
        if refusal.reason in _OPEN or prescribed:
            for definition, _, pattern in self._matches(entry):
                if pattern != "*" and on_side(definition, entry):
                    self._note_open(entry, definition, refusal.detail)

    def _note_open(self, entry: RecordEntry, definition: Definition, why: str) -> None:
        self.open.setdefault(definition.id, []).append((why, entry))

    def settle(self) -> None:
        """Hold neighbours against each other, then merge what is said twice."""
        for candidate, refusal in disagreements(self.candidates):
            self.candidates = [other for other in self.candidates if other is not candidate]
            self._refused(candidate.entry, refusal)
        merged = merge(self.candidates)
        for candidate in merged.near:
            raw = candidate.fact.as_recorded or "valeur"
            self._refused(candidate.entry, Refusal(
                Reason.NEAR_DUPLICATE, f"{raw} : la même mesure du même jour, déjà connue par ailleurs."))
        self.candidates = merged.kept
        for definition, entry in self.supports:
            self._support(definition, entry)

    def _support(self, definition: Definition, entry: RecordEntry) -> None:
        for candidate in self.candidates:
            known = candidate.definition is definition and candidate.fact.value not in (False, "none")
            if known and candidate.entry.kind == entry.kind:
                candidate.fact = replace(candidate.fact, sources=(*candidate.fact.sources, entry.source))
                return
        self._refused(entry, _UNCODED)
        self._note_open(entry, definition, _UNCODED.detail)

    def _answered_elsewhere(self, facts: dict[str, list[Fact]]) -> None:
        """Who says « not known » of what another source tells is heard too: nothing vanishes."""
        told = {aside.source for aside in self.aside}
        told |= {source for values in facts.values() for fact in values for source in fact.sources}
        for name, notes in self.open.items():
            for why, entry in notes:
                if entry.source not in told and not self._stays_open(name, facts):
                    self.aside[SetAside(entry.source, Reason.NO_RESULT, why)] = None

    def _stays_open(self, name: str, facts: dict[str, list[Fact]]) -> bool:
        """A test told elsewhere is told; of doses each counts, the one of unknown day or name too."""
        return name not in facts or self.vocabulary.facts[name].type == "dose"

    def sheet(self) -> FactSheet:
        facts: dict[str, list[Fact]] = {}
        for candidate in self.candidates:
            facts.setdefault(candidate.fact.id, []).append(candidate.fact)
        self._answered_elsewhere(facts)
        for values in facts.values():
            values.sort(key=lambda fact: fact.date.earliest if fact.date else date.min)
        stated = self.record.sections_stated
        self.sections.update(name for name, state in stated.items() if state in ("listed", "none_known"))
        unknown = [
            UnknownFact(name, notes[0][0], tuple(dict.fromkeys(entry.source for _, entry in notes)))
            for name, notes in self.open.items() if self._stays_open(name, facts)
        ]
        unknown += [
            UnknownFact(_SHOWN_OF_SECTION[name], "La rubrique est présente, son contenu n'est pas disponible.")
            for name, state in stated.items()
            if state not in ("listed", "none_known", "empty") and name in _SHOWN_OF_SECTION
        ]
        return FactSheet(
            self.as_of, self.record.subject, facts, unknown, list(self.aside), list(self.record.documents),
            frozenset(self.sections), kin=of_entries(self.kin), treating=_latest_first(self.record, self.as_of),
        )


def _latest_first(record: Record, as_of: date) -> tuple[TreatingDoctor, ...]:
    """Each doctor once, by the latest document that names them; what is dated after the day says nothing yet."""
    known = [one for one in record.treating if one.date is None or one.date.earliest <= as_of]
    known.sort(key=lambda one: one.date.latest if one.date else date.min, reverse=True)
    found: dict[str, TreatingDoctor] = {}
    for one in known:
        found.setdefault(one.number, one)
    return tuple(found.values())


_UNCODED = Refusal(Reason.UNCODED, "Écrit en toutes lettres, sans code : montré, jamais codé d'office.")


def _is_family_code(code: Code) -> bool:
    return code.system == "cim10" and code.code[:3] in ("Z80", "Z81", "Z82", "Z83", "Z84")


def _no_match(entry: RecordEntry) -> Refusal:
    if isinstance(entry.value, str) and entry.kind in ("observation", "answer"):
        return Refusal(Reason.FREE_TEXT_ONLY, "Texte libre : montré, jamais interprété.")
    return Refusal(Reason.UNKNOWN_CODE, "Code inconnu (local ou sans correspondance).")
