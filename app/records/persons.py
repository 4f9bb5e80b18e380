"""Are two documents about the same person? Never joined on name and birth date alone.

The same number in the same identity domain, or the same local number of one issuer, with strict traits that do not
contradict it. The same digits in two national domains prove nothing. Source: ANS, INS implementation guide.
"""

from __future__ import annotations

from app.records.model import INS_DOMAINS, Reason, Refusal, Subject

_NIR_WITHOUT_KEY = 13


def same_person(one: Subject, other: Subject) -> bool:
    """Whether identifiers prove it and traits allow it. Names may disagree: typing errors are common there."""
    if _traits_contradict(one, other):
        return False
    mine, theirs = _national(one), _national(other)
    if mine and theirs:
        return bool(mine & theirs)
    return not set(one.identifiers).isdisjoint(other.identifiers)


def why_another(person: Subject, main: Subject) -> Refusal:
    """Why a document is not taken as the main person's."""
    mine = {number for _, number in _national(main)}
    theirs = {number for _, number in _national(person)}
    if mine & theirs and not _traits_contradict(person, main):
        return Refusal(
            Reason.OTHER_IDENTITY_DOMAIN,
            "Identité donnée dans un autre domaine : rien ne prouve qu'il s'agit de la même personne.",
        )
    return Refusal(Reason.OTHER_PATIENT, "Document d'une autre personne : mis de côté en entier.")


def merged(one: Subject, other: Subject) -> Subject:
    """The first subject, with what only the second one knows."""
    identifiers = dict.fromkeys((*one.identifiers, *other.identifiers))
    return Subject(
        birth_date=one.birth_date or other.birth_date,
        administrative_sex=one.administrative_sex
        if one.administrative_sex != "unknown"
        else other.administrative_sex,
        identifiers=tuple(sorted(identifiers, key=lambda pair: pair[0] not in INS_DOMAINS)),
        birth_name=one.birth_name or other.birth_name,
        used_name=one.used_name or other.used_name,
        given=one.given or other.given,
        deceased=one.deceased or other.deceased,
    )


def _national(subject: Subject) -> set[tuple[str, str]]:
    """National identifiers, without the key that some systems leave out."""
    return {
        (system, value.replace(" ", "")[:_NIR_WITHOUT_KEY])
        for system, value in subject.identifiers
        if system in INS_DOMAINS
    }


def _traits_contradict(one: Subject, other: Subject) -> bool:
    a, b = one.birth_date, other.birth_date
    if a and b and (a.latest < b.earliest or b.latest < a.earliest):
        return True
    return {one.administrative_sex, other.administrative_sex} == {"male", "female"}
