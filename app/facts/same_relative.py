"""Is a relative whom the person tells of the one that the record, or another answer, names already?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.facts.dedupe import ONE_OF_A_KIND
from app.facts.model import Fact
from app.records.model import Source


def same_relative(known: Fact, relation: str, details: Mapping[str, Any]) -> bool:
    """Of one disease: there is one mother, whatever the ages told; a sister is the same when the ages at diagnosis may
    be (as in `app.pedigree.build`)."""
    if known.details.get("relation") != relation:
        return False
    return relation in ONE_OF_A_KIND or _may_agree(known.details, details)


def told_again(known: Fact, details: Mapping[str, Any], sources: tuple[Source, ...]) -> Fact:
    """The relative with both sources. What was known stands; an age that only the answer gives completes it. One that
    contradicts it stays where it was told: the family page shows both."""
    completed = dict(known.details)
    if completed.get("onset_low") is None and completed.get("onset_high") is None:
        completed |= {"onset_low": details["onset_low"], "onset_high": details["onset_high"]}
    completed["sex"] = completed.get("sex") or details["sex"]
    new = tuple(source for source in sources if source not in known.sources)
    return replace(known, details=completed, sources=(*known.sources, *new))


def _may_agree(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    lows = [details.get("onset_low") or 0.0 for details in (one, other)]
    highs = [120.0 if details.get("onset_high") is None else details["onset_high"] for details in (one, other)]
    return bool(max(lows) <= min(highs))
