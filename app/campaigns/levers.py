"""What a lever adds: the effect that counts, drawn from its interval, on the local base, and never above the cap.

Levers are not multiplied: without a trial of the combination one effect counts, the harmful one if there is one. At
national scale a trial at that scale counts; where none was read, the journal's gain shrinks. A harm never shrinks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.campaigns.effects import Effect, Effects, Scale
from app.campaigns.model import ProgrammeId
from app.errors import UsageError

_Z = 1.959964


@dataclass(frozen=True)
class Counted:
    """The effect that counts (None: no lever), how much of it, and the levers that are not added to it."""

    effect: Effect | None
    shrink: float
    left_out: tuple[str, ...]

    @property
    def harms(self) -> bool:
        return self.effect is not None and _harms(self.effect)


def counted(
    levers: Sequence[str], programme: ProgrammeId, scale: Scale, effects: Effects, base: float
) -> Counted | None:
    """None: no lever of these has an effect that was read at this scale. Raises UsageError for a lever without any."""
    if not levers:
        return Counted(None, 1.0, ())
    choices: list[tuple[float, Effect, float]] = []
    for lever in levers:
        here, journal = effects.of(lever, programme, scale), effects.of(lever, programme, "journal")
        if here is None and journal is None and effects.of(lever, programme, "national") is None:
            raise UsageError(f"no effect of {lever} is known for {programme}", code="campaign_lever")
        found = here or (journal if scale == "national" else None)
        if found is not None:
            shrink = 1.0 if here is not None or _harms(found) else effects.rules.shrink
            middle = float(gain(found, np.array([found.value]), np.array([base]), effects)[0, 0])
            choices.append((middle * shrink, found, shrink))
    if not choices:
        return None
    worst, best = min(choices, key=lambda one: one[0]), max(choices, key=lambda one: one[0])
    _, effect, shrink = worst if worst[0] < 0 else best
    return Counted(effect, shrink, tuple(one for one in levers if one != effect.id))


def _harms(effect: Effect) -> bool:
    return effect.value < (0 if effect.measure == "points" else 1)


def draw_effect(effect: Effect, draws: int, random: np.random.Generator) -> NDArray[Any]:
    """The effect as it may be: normal (a difference) or normal on the log scale (a ratio), as wide as its interval."""
    if effect.measure == "points":
        return random.normal(effect.value, (effect.high - effect.low) / (2 * _Z), draws)
    width = (np.log(effect.high) - np.log(effect.low)) / (2 * _Z)
    return np.exp(random.normal(np.log(effect.value), width, draws))


def gain(effect: Effect, drawn: NDArray[Any], base: NDArray[Any], effects: Effects) -> NDArray[Any]:
    """By draw (rows) and group (columns): what the effect adds to the base; `base` is by group, or by both."""
    values = drawn[:, None]
    if effect.measure == "points":
        added = np.broadcast_to(values, np.broadcast_shapes(values.shape, base.shape))
    elif effect.measure == "relative_risk":
        added = base * (values - 1)
    else:
        odds = values * base / (1 - base)
        added = odds / (1 + odds) - base
    most = np.minimum(effects.rules.most_points, 1 - base)
    clipped: NDArray[Any] = np.clip(added, -base, most)
    return clipped
