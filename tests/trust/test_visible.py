"""What granted categories let through, and what is presumed of the rest: nothing."""

from __future__ import annotations

from datetime import date

import pytest

from app.facts.model import SetAside, UnknownFact
from app.facts.vocabulary import load_vocabulary
from app.records.model import Document, Reason, Source, TreatingDoctor
from app.trust.visible import presume_nothing, visible, visible_answers
from app.trust.vocabulary import CATEGORIES
from tests.trust.world import a_sheet

VOCABULARY = load_vocabulary()


def full_sheet() -> object:
    sheet = a_sheet()
    sheet.unknown = [
        UnknownFact("alcohol_drinks_per_week", "non demandé"),
        UnknownFact("ldl_cholesterol", "masqué"),
    ]
    sheet.set_aside = [SetAside(Source("a.json", "Observation/2"), Reason.NO_DATE, "sans date")]
    sheet.documents = [Document("b.xml", "CR-BIO", "Biologie")]
    sheet.treating = (TreatingDoctor("10101234567", "Luc TEST-SORBIER", None, Source("b.xml", "participant[1]")),)
    return sheet


def test_with_every_category_the_sheet_is_whole() -> None:
    sheet = full_sheet()
    assert visible(sheet, frozenset(CATEGORIES), VOCABULARY) == sheet  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", CATEGORIES)
def test_without_one_category_nothing_of_it_is_left(missing: str) -> None:
    granted = frozenset(CATEGORIES) - {missing}
    shown = visible(full_sheet(), granted, VOCABULARY)  # type: ignore[arg-type]
    for name in (*shown.facts, *(item.id for item in shown.unknown)):
        assert VOCABULARY.facts[name].category != missing
    assert shown.set_aside == []
    assert shown.documents == []
    assert shown.sections == frozenset()
    assert (shown.subject is None) is (missing == "identity")
    assert bool(shown.treating) is (missing != "identity")


def test_what_is_withheld_is_unknown_whether_or_not_it_is_there() -> None:
    granted = frozenset({"habits"})
    empty = a_sheet()
    empty.facts = {}
    hidden = [
        {
            item.id
            for item in presume_nothing(visible(sheet, granted, VOCABULARY), granted, VOCABULARY).unknown
        }
        for sheet in (a_sheet(), empty)
    ]
    assert hidden[0] == hidden[1]
    assert {name for name, fact in VOCABULARY.facts.items() if fact.category != "habits"} == hidden[0]


def test_answers_are_filtered_alike() -> None:
    answers = {
        "tobacco_status": {"value": "never"},
        "ldl_cholesterol": {"value": 3},
        "gone_since": {"value": 1},
    }
    assert set(visible_answers(answers, frozenset({"habits"}), VOCABULARY)) == {"tobacco_status"}
    assert set(visible_answers(answers, frozenset(CATEGORIES), VOCABULARY)) == set(answers)


def test_the_sheet_keeps_its_day() -> None:
    assert visible(a_sheet(), frozenset({"habits"}), VOCABULARY).as_of == date(2026, 11, 24)
