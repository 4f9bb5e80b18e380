"""Whose record is it, and is this statement about that person?

Identity is checked before any content is read. The same digits in two identity domains prove nothing; names and
birth dates are never joined on.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, cast

from app.errors import RecordError
from app.records.fhir.references import Index, Located, contained, logical
from app.records.fhir.values import Json, a_dict, date_of, dicts, text_of
from app.records.model import INS_DOMAINS, Reason, Refusal, Subject

Identifier = tuple[str, str]

_SUBJECT_KEYS = ("subject", "patient", "for")
_WITHOUT_KEY = 13
"""Characters of a national number before its two-digit key, which some systems leave out."""

_DETAILS = {
    Reason.NO_SUBJECT: "La ressource ne dit pas de qui elle parle.",
    Reason.UNRESOLVED_SUBJECT: "La personne désignée n'est pas dans le dossier.",
    Reason.OTHER_PATIENT: "Concerne une autre personne.",
    Reason.OTHER_IDENTITY_DOMAIN: "Identité donnée dans un autre domaine : rien ne prouve qu'il s'agit de vous.",
    Reason.NOT_ABOUT_THE_PATIENT: "Ne parle pas de vous (fœtus, don, matériel, groupe…).",
}


def refusal(reason: Reason) -> Refusal:
    return Refusal(reason, _DETAILS[reason])


def identifiers(patient: Json) -> tuple[Identifier, ...]:
    """(system, value) pairs, national identity first, OIDs as `urn:oid:…`, digits without spaces."""
    pairs = [
        normal(system, value)
        for item in dicts(patient.get("identifier"))
        if (system := text_of(item.get("system"))) and (value := text_of(item.get("value")))
    ]
    return tuple(sorted(pairs, key=lambda pair: pair[0] not in INS_DOMAINS))


def normal(system: str, value: str) -> Identifier:
    if system[:1].isdigit():
        system = f"urn:oid:{system}"
    return system, value.replace(" ", "") if system in INS_DOMAINS else value


@dataclass(slots=True)
class Person:
    """The Patient resources that are one person: linked, or with one national identity in one domain."""

    patients: list[Located]
    pairs: frozenset[Identifier]

    def subject(self) -> Subject:
        """Their traits, from the active resource."""
        ordered = sorted(self.patients, key=lambda located: located.resource.get("active") is False)
        patient = ordered[0].resource
        sex = patient.get("gender")
        names = {text_of(name.get("use")): name for name in reversed(list(dicts(patient.get("name"))))}
        birth = names.get("official") or next(iter(names.values()), {})
        used = names.get("usual") or {}
        given = birth.get("given")
        pairs = dict.fromkeys(pair for located in ordered for pair in identifiers(located.resource))
        return Subject(
            birth_date=date_of(patient.get("birthDate")),
            administrative_sex=cast(Literal["male", "female"], sex)
            if sex in ("male", "female")
            else "unknown",
            identifiers=tuple(sorted(pairs, key=lambda pair: pair[0] not in INS_DOMAINS)),
            birth_name=text_of(birth.get("family")),
            used_name=text_of(used.get("family")),
            given=text_of(given[0]) if isinstance(given, list) and given else None,
            deceased=date_of(patient.get("deceasedDateTime")),
            reliability=_reliability(patient),
        )


def _reliability(patient: Json) -> str | None:
    """The status of the identity (FR Core, `fr-core-identity-reliability`)."""
    for extension in dicts(patient.get("extension")):
        if str(extension.get("url", "")).endswith("/fr-core-identity-reliability"):
            for part in dicts(extension.get("extension")):
                if part.get("url") == "identityStatus":
                    return text_of(a_dict(part.get("valueCoding")).get("code"))
    return None


class Identity:
    """The person of the record, against whom each statement is held."""

    def __init__(self, resources: list[Located], index: Index) -> None:
        self._index = index
        patients = [item for item in resources if item.type == "Patient"]
        self.people = _people(patients or _contained_patients(resources), index)
        self._person_of = {id(item.resource): person for person in self.people for item in person.patients}
        self._cache: dict[str, Refusal | None] = {}
        self.main: Person | None = self._main(resources)
        self.pairs = self.main.pairs if self.main else self._logical_identity(resources)

    def subject(self) -> Subject | None:
        if self.main:
            return self.main.subject()
        if self.pairs:
            return Subject(
                birth_date=None, administrative_sex="unknown", identifiers=tuple(sorted(self.pairs))
            )
        return None

    def check(self, resource: Json) -> Refusal | None:
        """None when the resource is about the person of the record, else why not."""
        reference = subject_of(resource)
        if reference is None:
            return refusal(Reason.NO_SUBJECT)
        literal = text_of(reference.get("reference"))
        if literal is None or literal.startswith("#"):
            return self._check_reference(reference, resource)
        key = f"{literal} {logical(reference)}" if "identifier" in reference else literal
        if key not in self._cache:
            self._cache[key] = self._check_reference(reference, resource)
        return self._cache[key]

    def check_patient(self, patient: Json) -> Refusal | None:
        """Whether a Patient resource is the person of the record."""
        if (person := self._person_of.get(id(patient))) is not None and person is self.main:
            return None
        return self._check_pairs(identifiers(patient), unknown=Reason.OTHER_PATIENT)

    def check_identifiers(self, pairs: tuple[Identifier, ...]) -> Refusal | None:
        """Whether a document's identifiers are those of the person of the record."""
        return self._check_pairs(pairs, unknown=Reason.UNRESOLVED_SUBJECT)

    def _check_reference(self, reference: Json, resource: Json) -> Refusal | None:
        target = self._index.resolve(reference, resource)
        if target is not None:
            if target.get("resourceType") != "Patient":
                return refusal(Reason.NOT_ABOUT_THE_PATIENT)
            if id(target) in self._person_of:
                return self.check_patient(target)
            return self._check_pairs(identifiers(target), unknown=Reason.UNRESOLVED_SUBJECT)
        if pair := logical(reference):
            return self._check_pairs((normal(*pair),), unknown=Reason.UNRESOLVED_SUBJECT)
        if self._index.type_of(reference, resource) in ("Group", "Device", "Location"):
            return refusal(Reason.NOT_ABOUT_THE_PATIENT)
        return refusal(Reason.UNRESOLVED_SUBJECT)

    def _check_pairs(self, pairs: tuple[Identifier, ...], *, unknown: Reason) -> Refusal | None:
        if not self.pairs.isdisjoint(pairs):
            return None
        ours = {(system, value[:_WITHOUT_KEY]) for system, value in self.pairs if system in INS_DOMAINS}
        theirs = {(system, value[:_WITHOUT_KEY]) for system, value in pairs if system in INS_DOMAINS}
        if ours & theirs:
            return None  # one of the two is written without its key
        if {system for system, _ in ours} & {system for system, _ in theirs}:
            return refusal(Reason.OTHER_PATIENT)
        if {number for _, number in ours} & {number for _, number in theirs}:
            return refusal(Reason.OTHER_IDENTITY_DOMAIN)
        if any(not person.pairs.isdisjoint(pairs) for person in self.people if person is not self.main):
            return refusal(Reason.OTHER_PATIENT)
        if ours and theirs and unknown is not Reason.OTHER_PATIENT:
            return refusal(Reason.OTHER_IDENTITY_DOMAIN)
        return refusal(unknown)

    def _main(self, resources: list[Located]) -> Person | None:
        if len(self.people) <= 1:
            return self.people[0] if self.people else None
        for located in resources:
            if located.type == "Composition" and (person := self._person(located.resource)):
                return person
        counts = Counter(
            id(person)
            for located in resources
            if located.type != "Patient" and (person := self._person(located.resource))
        )
        ranked = counts.most_common(2)
        if not ranked or (len(ranked) == 2 and ranked[1][1] * 2 >= ranked[0][1]):
            raise RecordError(
                "le fichier parle de plusieurs personnes : envoyez le dossier d'une seule",
                code="several_patients",
                where=resources[0].file,
            )
        return next(person for person in self.people if id(person) == ranked[0][0])

    def _person(self, resource: Json) -> Person | None:
        reference = subject_of(resource) or {}
        target = self._index.resolve(reference, resource)
        if target is not None:
            return self._person_of.get(id(target))
        pair = logical(reference)
        return next((person for person in self.people if pair and normal(*pair) in person.pairs), None)

    def _logical_identity(self, resources: list[Located]) -> frozenset[Identifier]:
        """Without a Patient: the one national identity that every reference by identifier names."""
        pairs = {
            normal(*pair)
            for located in resources
            if (reference := subject_of(located.resource)) and (pair := logical(reference))
        }
        national = {pair for pair in pairs if pair[0] in INS_DOMAINS}
        if len(national) > 1:
            raise RecordError(
                "le fichier parle de plusieurs personnes : envoyez le dossier d'une seule",
                code="several_patients",
                where=resources[0].file,
            )
        return frozenset(national)


def subject_of(resource: Json) -> Json | None:
    """The Reference to the person, under whichever name the resource type gives it."""
    for key in _SUBJECT_KEYS:
        if key not in resource:
            continue
        reference = a_dict(resource.get(key))
        if reference and (logical(reference) or text_of(reference.get("reference"))):
            return reference
    for participant in dicts(resource.get("participant")):  # of an Appointment
        actor = a_dict(participant.get("actor"))
        if (text_of(actor.get("reference")) or "").startswith("Patient/") or actor.get("type") == "Patient":
            return actor
    return None


def _contained_patients(resources: list[Located]) -> list[Located]:
    """Where no Patient stands by itself: those that travel inside the statements about them."""
    return [
        Located(patient, item.file, item.entry)
        for item in resources
        if (name := text_of((subject_of(item.resource) or {}).get("reference"))) and name.startswith("#")
        if (patient := contained(item.resource, name[1:])) and patient.get("resourceType") == "Patient"
    ]


def _people(patients: list[Located], index: Index) -> list[Person]:
    """Groups of Patient resources: joined by `link` or by one national identity in one domain."""
    links = _links(patients, index)
    people: list[Person] = []
    for located in patients:
        merged = Person([located], frozenset(identifiers(located.resource)))
        national = {pair for pair in merged.pairs if pair[0] in INS_DOMAINS}
        linked = links.get(id(located.resource), set())
        for person in list(people):
            same = not national.isdisjoint(person.pairs)
            if same or any(id(other.resource) in linked for other in person.patients):
                people.remove(person)
                merged = Person([*person.patients, *merged.patients], merged.pairs | person.pairs)
        people.append(merged)
    return people


def _links(patients: list[Located], index: Index) -> dict[int, set[int]]:
    """Which Patient resources replace each other, both ways."""
    links: dict[int, set[int]] = {}
    for located in patients:
        for link in dicts(located.resource.get("link")):
            other = index.resolve(a_dict(link.get("other")), located.resource)
            if other is not None and link.get("type") in ("replaced-by", "replaces"):
                links.setdefault(id(located.resource), set()).add(id(other))
                links.setdefault(id(other), set()).add(id(located.resource))
    return links
