"""Easy to read (FALC): every sentence of a citizen's way is easy, page by page, and what is checked can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.content import content_dir
from app.facts.vocabulary import load_vocabulary
from app.i18n import translator
from app.i18n.easy import EASY, easy_share, hard_sentences, load_easy, why_hard
from app.i18n.extract import content_sentences, read_catalog, strings_of

CATALOG = content_dir() / "locales" / EASY / "LC_MESSAGES" / "jalon.po"
HARD = hard_sentences(read_catalog(CATALOG, EASY))
SHARES = easy_share(HARD)
SENTENCES = list(content_sentences(content_dir()))
VALIDATED = "content/vocabulary/questionnaires.yaml"
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("page", HARD)
def test_every_sentence_of_the_page_is_easy(page: str) -> None:
    """One that is not is said otherwise in the variant: `python -m app.i18n easy` lists them, with what is hard."""
    hard, total = SHARES[page]
    print(f"{page}: {total - hard} of {total} sentences are easy")
    assert HARD[page] == []


@pytest.mark.parametrize("text", [
    "Ce rendez-vous doit être pris par vos soins au moins trois semaines avant la date prévue pour l’examen.",
    "Voici la provenance.", "Un dossier ; une personne.", "Ne venez pas si vous ne savez pas.",
    "Un âge (celui que vous aviez ce jour-là) suffit.",
])  # fmt: skip
def test_what_is_hard_is_told(text: str) -> None:
    assert why_hard(text)


def test_what_is_easy_is_not_told() -> None:
    assert why_hard("Prenez rendez-vous. C’est gratuit. Vous n’avez rien à payer le {day}.") == []


def test_each_file_named_exists_and_has_sentences() -> None:
    assert all(total for _, total in SHARES.values()), SHARES
    for _, file in load_easy().files():
        assert (ROOT / file).is_file(), file


def test_the_variant_is_not_a_copy() -> None:
    t, french = translator(EASY), translator("fr")
    catalog = read_catalog(CATALOG, EASY)
    said = [str(message.id) for message in catalog if message.id and isinstance(message.id, str)]
    assert len(said) > 200
    assert all(t(sentence) != french(sentence) for sentence in said)


def test_all_that_content_says_is_easy_but_validated_questionnaires() -> None:
    """Whatever a recommendation, a calculation or an examination may have to say, also in rare situations."""
    catalog = read_catalog(CATALOG, EASY)
    hard = {
        said for where, said in SENTENCES if where != VALIDATED
        for text in strings_of(catalog.get(said)) or [said] if why_hard(text)
    }  # fmt: skip
    assert hard - {said for where, said in SENTENCES if where == VALIDATED} == set()


def test_every_question_is_easy_but_those_of_validated_questionnaires() -> None:
    """The words of PHQ, GAD, AUDIT… were validated as they are: said otherwise, their scores would mean nothing."""
    catalog = read_catalog(CATALOG, EASY)
    validated = {said for where, said in SENTENCES if where == VALIDATED}
    hard = []
    for fact in load_vocabulary().facts.values():
        asked = fact.question
        for text in (asked.text, asked.help, *asked.choices.values()) if asked else ():
            said = strings_of(catalog.get(text)) or [text] if text else []
            hard += [text for one in said if text not in validated and why_hard(one)]
    assert hard == []
