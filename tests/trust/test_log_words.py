from __future__ import annotations

from app.i18n import translator
from app.services.log_words import OUTCOMES, WHAT, entry_words
from app.trust.vocabulary import Outcome, Tag


def test_every_event_has_words() -> None:
    assert set(WHAT) == set(Tag)


def test_every_refusal_has_words_and_nothing_else() -> None:
    assert set(OUTCOMES) == {outcome for outcome in Outcome if not outcome.allows}


def test_a_line_says_who_what_when_and_why() -> None:
    entry = {
        "tag": "citizen:plan:read", "outcome": "refused_no_consent", "by": "you", "purpose": "own_prevention",
        "at": "2026-11-15T08:30:00.000000Z",
    }  # fmt: skip
    shown = entry_words(entry, translator("fr"))
    assert shown["what"] == "Lecture de votre plan"
    assert shown["who"] == "Vous"
    assert shown["when"].startswith("15 nov. 2026")
    assert "09:30" in shown["when"]  # the time in France
    assert shown["outcome"] == "refusé : vous ne l’autorisez pas"


def test_words_to_come_are_shown_as_they_are_kept() -> None:
    entry = {
        "tag": "team:export:make",
        "outcome": "allowed",
        "by": "jalon",
        "purpose": "research",
        "at": "2026-11-15T08:30:00Z",
    }
    shown = entry_words(entry, translator("fr"))
    assert (shown["what"], shown["purpose"], shown["outcome"]) == ("team:export:make", "research", "")
