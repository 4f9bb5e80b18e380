"""What holds for everybody: the evaluator answers, changes nothing, ignores the future, and asks only what helps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import event, given, settings

from app.facts.derive import DERIVED
from app.facts.model import Fact, FactSheet
from app.facts.reads import Reads
from app.guidelines import criteria as c
from app.guidelines import logic, silent
from app.guidelines import rules as one_guideline
from app.guidelines.check import criteria_of, names_used
from app.guidelines.evaluate import Answers, answers_for, evaluate
from app.guidelines.model import Status
from app.guidelines.pack import Pack
from app.guidelines.recommendation import Recommendation, Step
from app.guidelines.suppose.possible import possible_answers
from app.guidelines.suppose.world import supposing
from tests.guidelines.people import PACK, VOCABULARY, sheets

SETTINGS = settings(max_examples=150, derandomize=True, deadline=None)
SETTLED = {Status.OVERDUE: Status.DUE, Status.DUE_SOON: Status.UP_TO_DATE}


def answers(sheet: FactSheet) -> list[Recommendation]:
    return evaluate(PACK, sheet)


def said(found: Recommendation) -> tuple[object, ...]:
    return (found.id, found.status, found.track and found.track.id, found.due_from, found.last_done, found.unknown)


@SETTINGS
@given(sheets())
def test_everybody_has_an_answer_and_the_sheet_is_left_as_it_was(sheet: FactSheet) -> None:
    before = sheet.to_json()
    found = answers(sheet)
    assert [one.id for one in found] == [guideline.id for guideline in PACK.on(sheet.as_of)]
    for one in found:
        event(one.status.value)
        assert one.trace_json()
    assert sheet.to_json() == before
    assert [said(one) for one in answers(sheet)] == [said(one) for one in found]


@SETTINGS
@given(sheets())
def test_a_question_is_asked_exactly_when_there_is_no_answer(sheet: FactSheet) -> None:
    for one in answers(sheet):
        assert bool(one.unknown) == (one.status is Status.ASK), said(one)
        assert all(name == "birth_date" or name in VOCABULARY.facts for name in one.unknown)
        assert len(set(one.unknown)) == len(one.unknown)


@SETTINGS
@given(sheets())
def test_what_happens_after_the_day_does_not_count(sheet: FactSheet) -> None:
    past = {
        name: [fact for fact in facts if fact.date is None or fact.date.earliest <= sheet.as_of]
        for name, facts in sheet.facts.items()
    }
    held = replace(sheet, facts={name: facts for name, facts in past.items() if facts})
    assert [said(one) for one in answers(held)] == [said(one) for one in answers(sheet)]


@SETTINGS
@given(sheets())
def test_to_say_no_where_no_was_presumed_changes_nothing(sheet: FactSheet) -> None:
    found = answers(sheet)
    spoken = {name: list(facts) for name, facts in sheet.facts.items()}
    for name in {name for one in found for name in one.assumed}:
        no = "none" if "none" in VOCABULARY.facts[name].values else False
        spoken[name] = [*spoken.get(name, ()), Fact(name, no, date=None, author="citizen")]
    assert [said(one) for one in answers(replace(sheet, facts=spoken))] == [said(one) for one in found]


@SETTINGS
@given(sheets())
def test_an_answer_given_in_spite_of_an_unknown_holds_whatever_it_was(sheet: FactSheet) -> None:
    """Where the answer was certain without a fact, neither yes nor no to it asks anything else of the person."""
    for one in answers(sheet):
        if one.status is Status.ASK:
            continue
        for name in _unknown_yes_no(one, sheet):
            for value in (True, False):
                others = [item for item in sheet.unknown if item.id != name]
                known = replace(sheet, facts={**sheet.facts, name: [Fact(name, value)]}, unknown=others)
                (again,) = evaluate(PACK, known, only=[one.id])
                assert SETTLED.get(again.status, again.status) == SETTLED.get(one.status, one.status), (name, value)


def _unknown_yes_no(found: Recommendation, sheet: FactSheet) -> set[str]:
    """Yes/no facts that nobody spoke of and that left a criterion undecided, unless another criterion gives their
    silence a meaning."""
    undecided: set[str] = set()
    presumed: set[str] = set()

    def walk(step: Step) -> None:
        for child in step.steps:
            walk(child)
        if isinstance(step.criterion, c.FactIs) and VOCABULARY.facts.get(step.criterion.fact):
            if step.truth is None and VOCABULARY.facts[step.criterion.fact].type == "boolean":
                undecided.add(step.criterion.fact)
            if step.criterion.if_missing is not None:
                presumed.add(step.criterion.fact)

    for looked in found.trace:
        walk(looked.step)
    return undecided - presumed - sheet.facts.keys()


@settings(max_examples=40, derandomize=True, deadline=None)
@given(sheets())
def test_the_facts_used_are_those_that_matter(sheet: FactSheet) -> None:
    """Each is read by the guideline's criteria (or by those whose answers it reads), and no other one changes the
    answer."""
    evaluated = answers_for(PACK, sheet)
    for name in list(evaluated.book.rules):
        found, read = evaluated[name], reads_of(evaluated, name)
        used = set(found.facts_used)
        assert used - {"birth_date"} <= read, f"{name} uses {used - read}"
        compared = evaluated.book.rules[name].compared(VOCABULARY)
        free = [fact for fact in compared if fact not in used and fact not in DERIVED and not sets_others(fact)]
        for fact in free[:6]:
            for supposed in possible_answers(fact, [compared[fact]], sheet, VOCABULARY)[:3]:
                world = supposing(evaluated.book, evaluated.reader, supposed)
                assert world is None or outcome(world[name]) == outcome(found), (name, fact)


def sets_others(fact: str) -> bool:
    """An answer that settles other facts too changes more than this one."""
    question = VOCABULARY.facts[fact].question if fact in VOCABULARY.facts else None
    return question is not None and bool(question.sets)


def outcome(found: Recommendation) -> tuple[object, ...]:
    return (found.status, found.track and found.track.id, found.due_from, found.last_done, found.earliest)


def reads_of(evaluated: Answers, guideline: str) -> set[str]:
    """Everything that the criteria name, with what it is computed from, here and in the guidelines that they read."""
    rules, found = evaluated.book.rules[guideline], set[str]()
    for used in names_used(rules.guideline):
        if used.kind == "fact":
            found.add(evaluated.reader.base(used.name))
            reads = Reads(evaluated.reader.facts)
            reads.get(used.name)
            found.update(reads.seen)
        elif used.kind == "risk":
            found.update(evaluated.reader.estimates.reads(used.name))
    others = [one.guideline for _, one in criteria_of(rules.guideline) if isinstance(one, c.GuidelineIs)]
    for other in [*others, *(name for name, _ in evaluated.book.superseders.get(guideline, ()))]:
        found |= reads_of(evaluated, other)
    return found


@settings(max_examples=150, derandomize=True, deadline=None)
@given(sheets())
def test_what_is_kept_for_the_silent_changes_no_answer(sheet: FactSheet) -> None:
    """`app.guidelines.silent` against the same criteria read without it."""
    assert [told(one) for one in evaluate(UNKEPT, sheet)] == [told(one) for one in answers(sheet)]


def told(found: Recommendation) -> tuple[object, ...]:
    return (*said(found), found.assumed, found.trace_json())


class _NothingKept(silent.Silent[object]):
    def of(self, reader: object) -> None:
        return None


def _without_memory() -> Pack:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logic, "once_for_the_silent", lambda decide, limits: decide)
        patch.setattr(one_guideline, "Silent", _NothingKept)
        return Pack(PACK.head, PACK.guidelines, PACK.digest)


UNKEPT = _without_memory()
