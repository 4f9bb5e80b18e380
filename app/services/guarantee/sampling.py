"""A stratified random sample that anybody who has the seed draws again: a pure function.

Each unit has a number made of the seed and its own name; the units with the smallest numbers of a stratum are drawn. So
a draw does not depend on the order of what it is drawn from, and one stratum changes nothing in another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import NamedTuple


class Stratum(NamedTuple):
    """A guideline (its version) and the track that answers; the status, where no track does."""

    guideline: str
    version: str
    track: str


Frame = Mapping[Stratum, Collection[str]]
"""Stratum → the units that it holds."""


def allocate(sizes: Mapping[Stratum, int], size: int, at_least: int) -> dict[Stratum, int]:
    """How many of each stratum: `at_least` (all of it, where it is smaller), then in proportion to its size (largest
    remainders), until `size`. The whole may be larger than `size` for the small ones to be kept."""
    found = {stratum: min(count, at_least) for stratum, count in sizes.items() if count}
    left = size - sum(found.values())
    room = {stratum: sizes[stratum] - found[stratum] for stratum in found}
    whole = sum(room.values())
    if left <= 0 or not whole:
        return found
    left = min(left, whole)
    shares = {stratum: left * room[stratum] / whole for stratum in found}
    for stratum, share in shares.items():
        found[stratum] += int(share)
    missing = left - sum(int(share) for share in shares.values())
    for stratum in sorted(shares, key=lambda one: (-(shares[one] % 1), one))[:missing]:
        found[stratum] += 1
    return found


def draw(frame: Frame, seed: str, size: int, at_least: int) -> dict[Stratum, list[str]]:
    """The units drawn of each stratum, in the order of their numbers."""
    wanted = allocate({stratum: len(units) for stratum, units in frame.items()}, size, at_least)
    return {
        stratum: sorted(set(frame[stratum]), key=lambda unit: _number(seed, stratum, unit))[:count]
        for stratum, count in sorted(wanted.items())
    }


def digest(frame: Frame, seed: str) -> str:
    """`sha256:…` of what was drawn from: who holds the seed and the same frame finds it again."""
    lines = sorted(_number(seed, stratum, unit) for stratum, units in frame.items() for unit in units)
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _number(seed: str, stratum: Stratum, unit: str) -> str:
    return hashlib.sha256("\0".join((seed, *stratum, unit)).encode()).hexdigest()
