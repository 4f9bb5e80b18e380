"""The decision, over every combination of role, purpose, act, resource, person and consent."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from app.trust.purposes import load_purposes
from app.trust.rules import Asked, Standing, decide
from app.trust.ties import Scope, Tie
from app.trust.vocabulary import CATEGORIES, ROLES, Act, Outcome, Resource, Tag

PURPOSES = load_purposes()
NAMES = [item.id for item in PURPOSES.purposes] + [item.id for item in PURPOSES.refused] + ["research", ""]
ALL, EMAIL = frozenset(CATEGORIES), frozenset({"email"})

OF_PREVENTION = {"record", "answers", "decisions", "facts", "plan", "explanation", "signals", "questions"}
OF_RIGHTS = {"consents", "access_log", "account", "practices", "delegations", "identity", "donation",
             "devices", "reminders", "signals"}
CONSENTED = {"own_prevention", "upkeep", "doctor_review", "donation", "reminders"}
OPEN = {
    # role, purpose, act, resources
    ("citizen", "own_prevention"): ({"read", "write"}, OF_PREVENTION),
    ("demo", "own_prevention"): ({"read", "write"}, OF_PREVENTION),
    ("citizen", "own_rights"): ({"read", "write"}, OF_RIGHTS),
    ("demo", "own_rights"): ({"read", "write"}, OF_RIGHTS),
    ("professional", "doctor_review"): (
        {"read", "write"}, {"patients", "identity", "facts", "plan", "explanation", "review", "signals"}
    ),
    ("citizen", "right_of_access"): ({"read"}, {"export"}),
    ("demo", "right_of_access"): ({"read"}, {"export"}),
    ("system", "retention"): ({"write"}, {"account"}),
    ("system", "upkeep"): ({"read", "write"}, {"facts"}),
    ("system", "donation"): ({"read"}, {"donated"}),
    ("system", "opt_out_lists"): ({"write"}, {"opt_out"}),
    ("system", "donation_desk"): ({"write"}, {"donation"}),
    ("agent", "donation_desk"): ({"write"}, {"donation"}),
    ("system", "reminders"): ({"read", "write"}, {"facts", "messages"}),
    ("team", "human_guarantee"): ({"read", "write"}, {"stops", "register"}),
    ("team", "campaign_design"): ({"read", "write"}, {"campaigns"}),
    ("system", "quality_reading"): ({"read", "write"}, {"plan", "guarantee"}),
    ("professional", "quality_reading"): ({"read", "write"}, {"guarantee", "board"}),
    ("system", "demonstration"): ({"write"}, {"sample"}),
}
"""All that may ever be allowed: written here a second time, so that opening more takes two hands."""


def ask(
    purpose: str, act: Act, resource: Resource, categories: frozenset[str] = ALL, every: bool = False
) -> Asked:
    return Asked(Tag.PLAN_READ, act, resource, purpose, categories, every)


def standing(
    role: str, *, own: bool = True, sample: bool = True, consented: frozenset[str] = ALL, treating: bool = False,
    gives: bool = False, desk: bool = False,
) -> Standing:
    given = {"own_prevention": consented, "doctor_review": consented, "reminders": EMAIL} if consented else {}
    given |= {"quality_reading": consented} if consented else {}
    tie = Tie("a", treating, desk=desk, board=desk)
    return Standing("a" if own else "b", role, "a", sample, given, tie=tie, gives=gives)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_nothing_is_allowed_beyond_the_list(role: str) -> None:
    for purpose, act, resource, own, sample, consented, treating, gives, desk in product(
        NAMES,
        get_args(Act),
        get_args(Resource),
        (True, False),
        (True, False),
        (ALL, frozenset({"habits"}), frozenset()),
        (True, False),
        (True, False),
        (True, False),
    ):
        stands = standing(
            role, own=own, sample=sample, consented=consented, treating=treating, gives=gives, desk=desk
        )
        decision = decide(ask(purpose, act, resource), stands, PURPOSES)
        acts, resources = OPEN.get((role, purpose), (set(), set()))
        expected = act in acts and resource in resources
        if purpose in {"own_prevention", "own_rights", "right_of_access", "human_guarantee", "campaign_design"}:
            expected = expected and own and (role != "demo" or sample)
        if purpose == "demonstration":
            expected = expected and sample
        if purpose in {"own_prevention", "upkeep"}:
            expected = expected and bool(consented)
        if purpose == "reminders":  # a job writes messages, nothing else
            expected = expected and bool(consented) and (act == "read" or resource == "messages")
        if purpose == "doctor_review" and act == "write":  # a doctor writes their decisions, nothing else
            expected = expected and resource in {"review", "signals"}
        if purpose == "doctor_review":  # a list of the doctor's own, or what a patient of theirs allows
            expected = expected and (own if resource == "patients" else treating and bool(consented))
        if purpose == "quality_reading":  # a reader's own list, or what was given to them of somebody who consents
            expected = expected and (resource == "board" or bool(consented)) and (act == "read" or resource != "plan")
            expected = expected and (desk or role == "system")
        if role == "agent":  # for whoever came with their account number
            expected = expected and desk
        if purpose == "donation":  # whoever did not oppose, and never more than what they let Jalon use
            expected = expected and gives and bool(consented)
        assert decision.outcome.allows is expected, (role, purpose, act, resource, stands)
        if not expected:
            assert decision.categories == frozenset()
        elif purpose in CONSENTED and resource != "patients":
            assert decision.categories == consented


@pytest.mark.parametrize(
    ("purpose", "outcome"),
    [
        ("insurance", Outcome.FORBIDDEN_PURPOSE),
        ("employment", Outcome.FORBIDDEN_PURPOSE),
        ("credit", Outcome.FORBIDDEN_PURPOSE),
        ("advertising", Outcome.FORBIDDEN_PURPOSE),
        ("research", Outcome.UNKNOWN_PURPOSE),
    ],
)
def test_refused_purposes_say_so_whoever_asks(purpose: str, outcome: Outcome) -> None:
    for role in ROLES:
        decision = decide(ask(purpose, "read", "plan"), standing(role), PURPOSES)
        assert decision.outcome is outcome
    assert decision.purpose == ("unknown" if outcome is Outcome.UNKNOWN_PURPOSE else purpose)


def test_with_every_a_single_missing_category_refuses() -> None:
    some = frozenset({"habits", "biology"})
    asked = ask("own_prevention", "write", "answers", some, every=True)
    missing = decide(asked, standing("citizen", consented=frozenset({"habits"})), PURPOSES)
    assert missing.outcome is Outcome.CATEGORY
    assert decide(asked, standing("citizen", consented=some), PURPOSES).outcome is Outcome.ALLOWED


def test_consent_to_another_category_only_is_a_refusal() -> None:
    asked = ask("own_prevention", "read", "facts", frozenset({"biology"}))
    decision = decide(asked, standing("citizen", consented=frozenset({"habits"})), PURPOSES)
    assert decision.outcome is Outcome.CATEGORY


@pytest.mark.parametrize(
    ("wanted", "allowed", "prevention", "outcome", "channels"),
    [
        (EMAIL, EMAIL, ALL, Outcome.ALLOWED, EMAIL),
        (EMAIL, frozenset({"sms"}), ALL, Outcome.CHANNEL, frozenset()),
        (frozenset({"email", "sms"}), EMAIL, ALL, Outcome.ALLOWED, EMAIL),
        (frozenset(), frozenset({"sms", "post"}), ALL, Outcome.ALLOWED, frozenset({"sms", "post"})),
        (EMAIL, frozenset(), ALL, Outcome.NO_CONSENT, frozenset()),
        (EMAIL, EMAIL, frozenset(), Outcome.NO_CONSENT, frozenset()),
    ],
)
def test_a_reminder_needs_its_own_channel_and_rests_on_what_the_plan_may_use(
    wanted: frozenset[str], allowed: frozenset[str], prevention: frozenset[str], outcome: Outcome,
    channels: frozenset[str],
) -> None:  # fmt: skip
    stands = Standing("system", "system", "a", True, {"reminders": allowed, "own_prevention": prevention})
    asked = replace(ask("reminders", "read", "facts"), channels=wanted)
    decision = decide(asked, stands, PURPOSES)
    assert (decision.outcome, decision.channels) == (outcome, channels)
    assert decision.categories == (prevention if outcome.allows else frozenset())


def test_nothing_is_opened_for_another_purpose_than_that_of_what_is_asked() -> None:
    """Own prevention, declared on what is a doctor's, or the reverse: refused, though each would pass by itself."""
    assert decide(ask("own_prevention", "read", "plan"), standing("citizen"), PURPOSES).outcome.allows
    asked = ask("doctor_review", "read", "plan")
    assert decide(asked, standing("citizen"), PURPOSES, "own_prevention").outcome is Outcome.ACT


@pytest.mark.parametrize("resource", sorted(get_args(Resource)))
@pytest.mark.parametrize("act", sorted(get_args(Act)))
def test_a_delegate_reaches_what_the_scope_says_and_nothing_else(act: Act, resource: Resource) -> None:
    scope = Scope(frozenset({"habits"}), frozenset({("read", "plan"), ("write", "consents")}))
    for purpose in NAMES:
        given = {"own_prevention": ALL, "doctor_review": ALL}
        stands = Standing("b", "delegate", "a", True, given, tie=Tie("a", delegate=True, scope=scope))
        decision = decide(ask(purpose, act, resource), stands, PURPOSES)
        wanted = {("own_prevention", "read", "plan"), ("own_rights", "write", "consents")}
        assert decision.outcome.allows is ((purpose, act, resource) in wanted), (purpose, act, resource)
        assert not decision.outcome.allows or purpose == "own_rights" or decision.categories == {"habits"}
        over = replace(stands, tie=Tie("a", delegate=True))
        assert not decide(ask(purpose, act, resource), over, PURPOSES).outcome.allows
