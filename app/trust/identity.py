"""Is this record about the person who is signed in?

The national identity (INS) is a number in a domain, with strict traits. The same digits in another domain
prove nothing; a name and a birth date alone prove nothing either (source: ANS, référentiel INS).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from typing import Literal

from app.records.model import INS_DOMAINS, Subject

Match = Literal["same", "other", "not_proven"]
QUALIFIED = frozenset({"QUAL", None})
"""Statuses of an identity whose number proves something; one that says nothing had to be qualified to carry a
number."""


def accepted(subject: Subject, domains: Set[str]) -> bool:
    """True when every national identifier of the record is of a domain that this deployment accepts; a record
    without any needs the domain `none` to be accepted."""
    found = {INS_DOMAINS[system] for system, _ in subject.identifiers if system in INS_DOMAINS} or {"none"}
    return found <= domains


def compare(known: Subject, sent: Subject) -> Match:
    """`other` as soon as a number of the same domain or a strict trait differs; `same` when a national number
    is shared between identities that are qualified and no trait differs, or when all four traits are known and
    agree."""
    ours, theirs = _numbers(known), _numbers(sent)
    common = ours.keys() & theirs.keys()
    traits = [_birth(known, sent), _sex(known, sent), _name(known, sent), _given(known, sent)]
    if any(ours[domain] != theirs[domain] for domain in common) or False in traits:
        return "other"
    proven = common and {known.reliability, sent.reliability} <= QUALIFIED
    return "same" if proven or all(traits) else "not_proven"


def _numbers(subject: Subject) -> dict[str, frozenset[str]]:
    """Domain → numbers. A person may carry a former number beside the current one; sets must then agree."""
    found: dict[str, set[str]] = {}
    for system, value in subject.identifiers:
        if system in INS_DOMAINS:
            found.setdefault(system, set()).add(re.sub(r"\s", "", value).upper())
    return {system: frozenset(values) for system, values in found.items()}


def _birth(a: Subject, b: Subject) -> bool | None:
    if a.birth_date is None or b.birth_date is None:
        return None
    if a.birth_date.exact and b.birth_date.exact:
        return a.birth_date == b.birth_date
    overlap = a.birth_date.earliest <= b.birth_date.latest and b.birth_date.earliest <= a.birth_date.latest
    return None if overlap else False


def _sex(a: Subject, b: Subject) -> bool | None:
    if "unknown" in (a.administrative_sex, b.administrative_sex):
        return None
    return a.administrative_sex == b.administrative_sex


def _name(a: Subject, b: Subject) -> bool | None:
    if not a.birth_name or not b.birth_name:
        return None
    ours, theirs = _letters(a.birth_name), _letters(b.birth_name)
    return ours == theirs if ours or theirs else None


def _given(a: Subject, b: Subject) -> bool | None:
    """First names are often cut to the first one: the shorter list must begin the longer."""
    if not a.given or not b.given:
        return None
    ours, theirs = _letters(a.given), _letters(b.given)
    shortest = min(len(ours), len(theirs))
    return bool(shortest) and ours[:shortest] == theirs[:shortest] if ours or theirs else None


def _letters(name: str) -> list[str]:
    """Words in capitals without accents, of any script: « Jean-Noël » and « JEAN NOEL » are the same. What is no letter
    (an emoji, a mark of direction) says nothing."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.upper()) if not unicodedata.combining(c))
    return re.findall(r"[^\W\d_]+", plain)
