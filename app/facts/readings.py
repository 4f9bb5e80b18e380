"""One entry under one fact of the vocabulary → its value, or why it gives none. One function a type of fact."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from app.dates import PartialDate
from app.facts.model import FactValue
from app.facts.plausible import judge
from app.facts.units import UnitError, convert, rounded
from app.facts.vocabulary import Fact
from app.records.model import Code, Quantity, Reason, RecordEntry

_INTERPRETATIONS = {
    "POS": "positive", "DET": "positive", "RR": "positive", "WR": "positive", "R": "positive", "HX": "abnormal",
    "NEG": "negative", "ND": "negative", "NR": "negative", "N": "normal", "A": "abnormal", "AA": "abnormal",
    "H": "abnormal", "L": "abnormal", "HH": "abnormal", "LL": "abnormal", "HU": "abnormal", "LU": "abnormal",
}
_RESULTS = {
    "snomed": {
        "260385009": "negative", "10828004": "positive", "260415000": "negative", "260373001": "positive",
        "131194007": "negative", "11214006": "positive",
        "1269497006": "positive", "77851000146104": "negative", "17621005": "normal", "263654008": "abnormal",
        "2667000": "negative", "52101004": "positive", "125154007": "unanalysable", "373121007": "unanalysable",
        "82334004": "unanalysable", "419984006": "unanalysable",
    },
    "loinc": {"LA6576-8": "positive", "LA6577-6": "negative", "LA6626-1": "normal", "LA6882-0": "abnormal",
              "LA15256-1": "unanalysable"},
    "interpretation": _INTERPRETATIONS,
}
"""Result codes that mean the same under every test."""

_RESULT_WORDS = {
    "négatif": "negative", "negatif": "negative", "négative": "negative", "negative": "negative",
    "non détecté": "negative", "not detected": "negative", "absence": "negative",
    "positif": "positive", "positive": "positive", "détecté": "positive", "detected": "positive",
    "présence": "positive", "normal": "normal", "normale": "normal", "anormal": "abnormal", "anormale": "abnormal",
    "ininterprétable": "unanalysable", "non analysable": "unanalysable", "non interprétable": "unanalysable",
}
_NEIGHBOURS = {"negative": "normal", "positive": "abnormal", "normal": "negative", "abnormal": "positive"}
"""A test said normal where the vocabulary says negative, and the other way round."""

_YES_NO = {
    "snomed": {"373066001": True, "373067005": False, "52101004": True, "2667000": False},
    "loinc": {"LA33-6": True, "LA32-8": False},
    "yes_no": {"Y": True, "N": False},
}
_IN_WORDS = "Le nombre est écrit dans un texte : il n'est pas repris sans vous."
_WRITTEN_NUMBER = re.compile(r"\s*[<>≤≥=~]*\s*\d+([.,/]\d+)*\s*\S{0,20}\s*")
_SIDES = {"24028007": "right", "73056007": "right", "7771000": "left", "80248007": "left",
          "51440002": "both", "63762007": "both"}


@dataclass(slots=True)
class Reading:
    """What an entry says under a fact: a value, a declared unknown, or a reason for setting it aside."""

    value: FactValue | None = None
    unit: str | None = None
    comparator: Literal["<", "<=", ">", ">="] | None = None
    as_recorded: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    reason: Reason | None = None
    words: str = ""
    unknown: str | None = None
    ends: PartialDate | Literal["unknown"] | None = None
    """For a state that is over: when it ended."""


def refuse(reason: Reason, words: str) -> Reading:
    return Reading(reason=reason, words=words)


_TWO_RESULTS = refuse(Reason.CONTRADICTORY, "Le résultat porte deux codes qui se contredisent.")


def read(fact: Fact, entry: RecordEntry, matched: Code, pattern: str, as_of: date) -> Reading:
    """The reading of `entry` under `fact`; `matched` is its code that the vocabulary knows, as `pattern`."""
    if fact.not_with and any(code.code in fact.not_with.get(code.system, ()) for code in entry.qualifiers):
        return refuse(Reason.CONTRADICTORY, "Le code et les circonstances de la mesure se contredisent.")
    return _READERS[fact.type](fact, entry, matched, pattern, as_of)


def on_side(fact: Fact, entry: RecordEntry) -> bool:
    """Whether the entry speaks of the fact's side of the body."""
    if fact.side is None:
        return True
    sides = {_SIDES[code.code] for code in entry.qualifiers if code.code in _SIDES}
    return not sides if fact.side == "none" else bool(sides & {fact.side, "both"})


def plain(words: str) -> str:
    """Words to compare: lower case, one space between words, no final full stop."""
    return " ".join(unicodedata.normalize("NFC", words).casefold().split()).rstrip(".")


def _quantity(fact: Fact, entry: RecordEntry, matched: Code, pattern: str, as_of: date) -> Reading:
    value = entry.value
    if isinstance(value, str):
        return refuse(Reason.UNTYPED_VALUE, _IN_WORDS)
    if not isinstance(value, Quantity):
        return refuse(Reason.NO_RESULT, "Pas de valeur chiffrée.")
    try:
        number = convert(value.value, value.unit, fact)
    except UnitError:
        if not value.unit:
            return refuse(Reason.NO_UNIT, f"{value.raw} sans unité : la valeur ne peut pas être comprise.")
        return refuse(Reason.UNIT_NOT_FOR_CODE, f"{value.raw} : cette unité ne va pas avec cette mesure.")
    if ambiguous := _ambiguous(fact, matched, pattern, value):
        return ambiguous
    if original := _disagrees(fact, entry, number):
        return original
    verdict = judge(fact, value, number, entry.reference_ranges)
    if verdict.reason is not None:
        return refuse(verdict.reason, verdict.words or "")
    details = {"note": verdict.words} if verdict.words else {}
    return Reading(rounded(number), fact.unit, value.comparator, value.raw or None, details)


def _ambiguous(fact: Fact, matched: Code, pattern: str, value: Quantity) -> Reading | None:
    """A code and unit that are used for two things (`{pack}/a`: packs a year, or pack-years)."""
    codes = fact.codes.get(matched.system)
    if fact.ambiguous_up_to is None or not isinstance(codes, dict) or codes.get(pattern) != "ambiguous":
        return None
    if value.unit == fact.unit or value.value > Decimal(str(fact.ambiguous_up_to)):
        return None
    return refuse(Reason.SUSPECT_UNIT, f"{value.raw} : l'unité peut vouloir dire deux choses.")


def _disagrees(fact: Fact, entry: RecordEntry, number: Decimal) -> Reading | None:
    """A value that the sender converted must agree with its original within 1 %."""
    original = entry.converted_from
    if original is None or original.unit is None:
        return None
    try:
        ours = convert(original.value, original.unit, fact)
    except UnitError:
        return None
    if abs(ours - number) <= abs(ours) / 100:
        return None
    shown = entry.value.raw if isinstance(entry.value, Quantity) else ""
    return refuse(Reason.SUSPECT_UNIT, f"{shown} ne correspond pas à l'original ({original.raw}).")


def _words(fact: Fact, codes: tuple[Code, ...], tables: dict[str, dict[str, str]]) -> set[str]:
    """The vocabulary's words for a coded result: one, unless its codings say different things."""
    words = (
        fact.value_codes.get(code.system, {}).get(code.code) or tables.get(code.system, {}).get(code.code)
        for code in codes
    )
    return {fitted for word in words if word and (fitted := _fit(fact, word))}


def _fit(fact: Fact, word: str) -> str | None:
    if not fact.values or word in fact.values:
        return word
    neighbour = _NEIGHBOURS.get(word)
    return neighbour if neighbour in fact.values else None


def _codes(value: object) -> tuple[Code, ...]:
    return value if isinstance(value, tuple) else ()


def _says_unknown(fact: Fact, value: object) -> bool:
    codes = _codes(value)
    return any(code.code in fact.value_unknown.get(code.system, ()) for code in codes)


def _coded(fact: Fact, entry: RecordEntry, matched: Code, pattern: str, as_of: date) -> Reading:
    if entry.kind in ("condition", "procedure"):
        codes = fact.codes.get(matched.system)
        word = codes.get(pattern) if isinstance(codes, dict) else None
        return Reading(word) if word in fact.values else refuse(Reason.UNKNOWN_CODE, "Code sans valeur connue.")
    value = entry.value
    if _says_unknown(fact, value):
        return Reading(unknown="Le dossier dit que ce n'est pas connu.")
    if isinstance(value, bool):
        value = "oui" if value else "non"
    if isinstance(value, Quantity):
        value = f"{value.value.normalize():f}"
    if isinstance(value, str):
        word = {plain(text): word for text, word in fact.value_texts.items()}.get(plain(value))
        as_written = value
    else:
        words = _words(fact, _codes(value), {})
        if len(words) > 1:
            return _TWO_RESULTS
        word = next(iter(words), None)
        as_written = next((code.display or code.code for code in _codes(value)), "")
    if word is None:
        free = isinstance(value, str)
        return refuse(Reason.FREE_TEXT_ONLY if free else Reason.UNKNOWN_CODE,
                      "Le résultat est un texte libre." if free else "Le code du résultat n'est pas connu.")
    return Reading(word, as_recorded=as_written or None)


def _boolean(fact: Fact, entry: RecordEntry, matched: Code, pattern: str, as_of: date) -> Reading:
    if entry.kind in ("condition", "procedure", "medication"):
        reading = Reading(True)
        if not fact.lasting and entry.kind != "procedure":
            reading.ends = _ended(entry, as_of)
        return reading
    value = entry.value
    if _says_unknown(fact, value):
        return Reading(unknown="Le dossier dit que ce n'est pas connu.")
    if isinstance(value, bool):
        return Reading(value)
    if isinstance(value, tuple):
        words = _words(fact, value, {})
        if len(words) > 1:
            return _TWO_RESULTS
        if words:
            return Reading(words == {"true"})
        for code in value:
            if (said := _YES_NO.get(code.system, {}).get(code.code)) is not None:
                return Reading(said)
        return refuse(Reason.UNKNOWN_CODE, "Le code de la réponse n'est pas connu.")
    return refuse(Reason.FREE_TEXT_ONLY, "La réponse est un texte libre.")


def _ended(entry: RecordEntry, as_of: date) -> PartialDate | Literal["unknown"] | None:
    """When a state ended, as far as the record says; inactive or in remission is not over."""
    if entry.end is not None and entry.end.earliest <= as_of:
        return entry.end
    return "unknown" if entry.status in ("resolved", "stopped", "completed") and entry.end is None else None


def _event(fact: Fact, entry: RecordEntry, matched: Code, pattern: str, as_of: date) -> Reading:
    """An act done, with its result where there is one. The laboratory's reading decides, no threshold is applied."""
    value = entry.value
    if isinstance(value, bool):
        return Reading("done") if value else Reading(False)
    if entry.kind == "answer" and isinstance(value, PartialDate):
        return Reading("done", details={"on": value})
    said = {word for code in entry.interpretation
            if (word := _INTERPRETATIONS.get(code.code)) and (word := _fit(fact, word))}
    result: str | None = None
    if isinstance(value, tuple):
        results = _words(fact, value, _RESULTS)
        if len(results) > 1:
            return _TWO_RESULTS
        result = next(iter(results), None)
        if result is None and entry.kind == "observation":
            return refuse(Reason.UNKNOWN_CODE, "Le code du résultat n'est pas connu.")
    elif isinstance(value, str):
        words = {plain(text): word for text, word in fact.value_texts.items()}
        common = _RESULT_WORDS.get(plain(value))
        result = words.get(plain(value)) or (_fit(fact, common) if common else None)
        if result is None:
            return refuse(Reason.FREE_TEXT_ONLY, "Le résultat est un texte libre.")
    if len(said | ({result} if result else set())) > 1:
        return refuse(Reason.CONTRADICTORY, "Le résultat et son interprétation se contredisent.")
    if _is_part(fact, matched, pattern) and (result or next(iter(said), None)) != "positive":
        return refuse(Reason.NO_RESULT, "Une partie seulement du test : négative, elle ne dit rien du reste.")
    raw = value.raw if isinstance(value, Quantity) else None
    return Reading(result or next(iter(said), None) or "done", as_recorded=raw)


def _is_part(fact: Fact, matched: Code, pattern: str) -> bool:
    """A code for some of what a test looks for (one type of HPV), commented `part`: only a positive result counts."""
    codes = fact.codes.get(matched.system)
    return isinstance(codes, dict) and codes.get(pattern) == "part"


def names_several(fact: Fact, matched: Code, pattern: str) -> bool:
    """A code for a class of vaccines (ATC level 4), commented `ambiguous`: which of them was given is not said."""
    codes = fact.codes.get(matched.system)
    return fact.type == "dose" and isinstance(codes, dict) and codes.get(pattern) == "ambiguous"


def _dose(fact: Fact, entry: RecordEntry, matched: Code, pattern: str, as_of: date) -> Reading:
    if names_several(fact, matched, pattern):
        return Reading(unknown="Un vaccin est noté sous un code qui en désigne plusieurs : lequel est à demander.")
    details: dict[str, Any] = {}
    if entry.lot:
        details["lot"] = entry.lot
    if entry.dose_number:
        details["dose_number"] = entry.dose_number
    return Reading("dose", details=details)


def _date(fact: Fact, entry: RecordEntry, matched: Code, pattern: str, as_of: date) -> Reading:
    if not isinstance(entry.value, PartialDate):
        return refuse(Reason.UNTYPED_VALUE, "La date est écrite dans un texte : elle n'est pas reprise sans vous.")
    if not fact.future_allowed and entry.value.earliest > as_of:
        return refuse(Reason.IMPLAUSIBLE_VALUE, "Date à venir, alors que la chose est passée.")
    return Reading(entry.value)


def _text(fact: Fact, entry: RecordEntry, matched: Code, pattern: str, as_of: date) -> Reading:
    """Shown only: the words of the code, and for a result its number with the unit as recorded."""
    value = entry.value
    details = {"code": f"{matched.system} {matched.code}"}
    if entry.kind in ("observation", "answer") and (words := matched.display or entry.text):
        details["words"] = words
    if isinstance(value, Quantity):
        if not value.unit:
            return refuse(Reason.NO_UNIT, f"{value.raw} sans unité : la valeur ne peut pas être comprise.")
        return Reading(rounded(value.value), value.unit, value.comparator, value.raw or None, details)
    if isinstance(value, str) and entry.kind in ("observation", "answer"):
        if _WRITTEN_NUMBER.fullmatch(value):
            return refuse(Reason.UNTYPED_VALUE, _IN_WORDS)
        return refuse(Reason.FREE_TEXT_ONLY, "Texte libre : montré, jamais interprété.")
    if isinstance(value, PartialDate | bool):
        return Reading(value, details=details)
    shown = value[0] if isinstance(value, tuple) and value and entry.kind == "observation" else matched
    return Reading(shown.display or entry.text or shown.code, details=details)


_READERS: dict[str, Callable[[Fact, RecordEntry, Code, str, date], Reading]] = {
    "quantity": _quantity, "coded": _coded, "boolean": _boolean, "event": _event, "dose": _dose, "date": _date,
    "text": _text,
}
