"""A grant cannot be made, copied or sent away."""

from __future__ import annotations

import copy
import pickle

import pytest

from app.guidelines.stops import NOTHING_STOPPED
from app.trust.grant import Grant, GrantError, issue
from app.trust.rules import Decision
from app.trust.vocabulary import Outcome
from tests.trust.world import KEYS, PLAN, World


def test_a_grant_cannot_be_built() -> None:
    with pytest.raises(TypeError):
        Grant(object(), PLAN, None, None, None, KEYS)  # type: ignore[arg-type]


def test_a_refusal_gives_no_grant() -> None:
    with pytest.raises(GrantError):
        issue(PLAN, None, Decision(Outcome.NO_CONSENT, "own_prevention"), None, KEYS, NOTHING_STOPPED)  # type: ignore[arg-type]


async def test_a_grant_cannot_be_copied(world: World) -> None:
    who = await world.sign_in(world.person())

    def copied(grant: Grant) -> None:
        for make in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError):
                make(grant)

    await world.read(who, PLAN, copied)
