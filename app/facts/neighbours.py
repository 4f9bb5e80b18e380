"""Values of one day that cannot all be true: pressures, lipids, body mass index."""

from __future__ import annotations

from collections.abc import Iterator

from app.facts.dedupe import Candidate
from app.records.model import Reason, Refusal

_INVERTED = Refusal(
    Reason.IMPLAUSIBLE_VALUE, "La pression systolique n'est pas au-dessus de la diastolique : sans doute inversées."
)
_OVER_TOTAL = Refusal(Reason.IMPLAUSIBLE_VALUE, "Fraction du cholestérol plus grande que le total du même jour.")
_TOTAL_IN_GRAMS = Refusal(
    Reason.SUSPECT_UNIT, "Cholestérol total plus petit que le HDL du même jour : peut-être des g/L."
)
_WRONG_INDEX = Refusal(
    Reason.CONTRADICTORY, "L'indice de masse corporelle ne correspond pas au poids et à la taille du même jour."
)
_MARGIN = 0.1
_INDEX_MARGIN = 1.0
_SMALL_TOTAL = 2.3


def disagreements(candidates: list[Candidate]) -> Iterator[tuple[Candidate, Refusal]]:
    """The candidates that their neighbours make impossible, with the reason."""
    yield from _pressures(candidates)
    yield from _lipids(candidates)
    yield from _body_mass(candidates)


def _number(candidate: Candidate) -> float:
    return candidate.fact.value if isinstance(candidate.fact.value, float) else float("nan")


def _pressures(candidates: list[Candidate]) -> Iterator[tuple[Candidate, Refusal]]:
    """Both values of a reading; two loose values of one day and author are one reading."""
    pairs: dict[tuple[str, str, str], dict[str, list[Candidate]]] = {}
    for candidate in candidates:
        if candidate.fact.id in ("systolic_bp", "diastolic_bp"):
            key = (candidate.entry.part_of or "", str(candidate.fact.date), candidate.fact.author)
            pairs.setdefault(key, {}).setdefault(candidate.fact.id, []).append(candidate)
    for found in pairs.values():
        for systolic, diastolic in zip(found.get("systolic_bp", ()), found.get("diastolic_bp", ()), strict=False):
            if _number(systolic) <= _number(diastolic):
                yield systolic, _INVERTED
                yield diastolic, _INVERTED


def _lipids(candidates: list[Candidate]) -> Iterator[tuple[Candidate, Refusal]]:
    """HDL and LDL are parts of the total of the same day."""
    totals: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.fact.id == "total_cholesterol" and candidate.fact.comparator is None:
            totals.setdefault(str(candidate.fact.date), []).append(candidate)
    doubtful: set[int] = set()
    for candidate in candidates:
        if candidate.fact.id not in ("hdl_cholesterol", "ldl_cholesterol") or candidate.fact.comparator:
            continue
        for total in totals.get(str(candidate.fact.date), ()):
            if _number(candidate) <= _number(total) + _MARGIN or id(total) in doubtful:
                continue
            if _number(total) < _SMALL_TOTAL:
                doubtful.add(id(total))
                yield total, _TOTAL_IN_GRAMS
            else:
                yield candidate, _OVER_TOTAL
                break


def _body_mass(candidates: list[Candidate]) -> Iterator[tuple[Candidate, Refusal]]:
    """The index (kg/m2) follows from the weight (kg) and height (cm) of its day: these were measured."""
    days: dict[str, dict[str, list[Candidate]]] = {}
    for candidate in candidates:
        if candidate.fact.id in ("bmi", "weight", "height") and candidate.fact.comparator is None:
            days.setdefault(str(candidate.fact.date), {}).setdefault(candidate.fact.id, []).append(candidate)
    for day, found in days.items():
        if len(day) < len("AAAA-MM-JJ"):
            continue
        squares = [(_number(height) / 100) ** 2 for height in found.get("height", ())]
        indices = [_number(weight) / square for weight in found.get("weight", ()) for square in squares]
        for candidate in found.get("bmi", ()):
            if indices and all(abs(_number(candidate) - index) > _INDEX_MARGIN for index in indices):
                yield candidate, _WRONG_INDEX
