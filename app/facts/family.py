"""A relative's entry → one family fact a disease, and what cannot be used of it."""

from __future__ import annotations

from typing import Any

from app.facts.kin import KinCondition
from app.facts.model import Fact
from app.facts.vocabulary import Fact as Definition
from app.facts.vocabulary import Vocabulary
from app.records.model import Reason, RecordEntry, Refusal, RelativeCondition
from app.records.relatives import KINSHIPS, Kinship

_NOT_AFFECTED = Refusal(Reason.REFUTED, "Le dossier dit que ce parent n'a pas cette maladie.")
_UNCODED = Refusal(Reason.UNCODED, "Maladie écrite en toutes lettres, sans code.")
_UNKNOWN_CODE = Refusal(Reason.UNKNOWN_CODE, "Code de maladie inconnu.")
_ONSET = Refusal(Reason.IMPLAUSIBLE_VALUE, "Âge au diagnostic impossible.")
_NOTHING = Refusal(Reason.NO_CONTENT, "Parent cité sans aucune maladie.")
_UNCERTAIN = {"D48.6": "Tumeur du sein de nature incertaine : à confirmer."}


def read_family(
    entry: RecordEntry, vocabulary: Vocabulary
) -> tuple[list[tuple[Definition, Fact]], list[Refusal]]:
    """Facts of the diseases that are coded; the value is the relation (`mother`…, `unknown` when not told)."""
    facts: list[tuple[Definition, Fact]] = []
    refusals: list[Refusal] = []
    if entry.relative is None or not entry.relative.conditions:
        return facts, [_NOTHING]
    kinship = KINSHIPS.get(entry.relative.relation or "")
    for condition in entry.relative.conditions:
        found = _definitions(condition, vocabulary)
        refusal = _refusal(condition, found)
        if refusal is not None:
            refusals.append(refusal)
            continue
        for definition in found:
            details = _details(kinship, entry, condition)
            value = kinship.relation if kinship else "unknown"
            facts.append((definition, Fact(definition.id, value, None, None, entry.author, (entry.source,),
                                           condition.text, details=details)))
    return facts, refusals


def kin_conditions(entry: RecordEntry, vocabulary: Vocabulary) -> tuple[KinCondition, ...]:
    """The entry's diseases, those that no fact holds and those that the relative does not have included."""
    found = []
    for condition in entry.relative.conditions if entry.relative else ():
        names = [definition.id.removeprefix("family_") for definition in _definitions(condition, vocabulary)]
        ages = _refusal(condition, _definitions(condition, vocabulary)) is not _ONSET
        for name in names or (None,):
            found.append(KinCondition(
                name, condition.text, condition.codes, condition.onset_low if ages else None,
                condition.onset_high if ages else None, condition.absent,
            ))
    return tuple(found)


def _refusal(condition: RelativeCondition, found: list[Definition]) -> Refusal | None:
    if condition.absent:
        return _NOT_AFFECTED
    if not condition.codes:
        return _UNCODED
    if not found:
        return _UNKNOWN_CODE
    ages = [age for age in (condition.onset_low, condition.onset_high) if age is not None]
    if any(not 0 <= age <= 120 for age in ages) or (len(ages) == 2 and ages[0] > ages[1]):
        return _ONSET
    return None


def _definitions(condition: RelativeCondition, vocabulary: Vocabulary) -> list[Definition]:
    found: dict[str, tuple[Definition, str]] = {}
    for code in condition.codes:
        for definition, pattern in vocabulary.find(code.system, code.code, "family_member"):
            found.setdefault(definition.id, (definition, pattern))
    specific = [definition for definition, pattern in found.values() if pattern != "*"]
    return specific or [definition for definition, _ in found.values()][:1]


def _details(kinship: Kinship | None, entry: RecordEntry, condition: RelativeCondition) -> dict[str, Any]:
    details: dict[str, Any] = {
        "relation": kinship.relation if kinship else None,
        "degree": kinship.degree if kinship else None,
        "side": kinship.side if kinship else None,
        "sex": kinship.sex if kinship else None,
        "onset_low": condition.onset_low,
        "onset_high": condition.onset_high,
    }
    if words := next((_UNCERTAIN[code.code] for code in condition.codes if code.code in _UNCERTAIN), None):
        details["note"] = words
    return details
