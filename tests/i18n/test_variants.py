"""Easy to read (FALC) as a variant of French, languages from right to left, coverage, and the pseudo-language."""

from __future__ import annotations

from pathlib import Path

from app.content import content_dir
from app.i18n import Translator, languages, translator
from app.i18n.extract import coverage, problems, read_catalog, update
from app.i18n.pseudo import LANG, pseudo, write

FALC = content_dir() / "locales" / "fr-falc" / "LC_MESSAGES" / "jalon.po"
LONGEST_SENTENCE = 18
"""Words: easy-to-read French has short sentences (the European rules say one idea a sentence)."""


def test_a_variant_says_the_rest_as_its_language() -> None:
    t = translator("fr-falc")
    assert t("Ensuite") == "À faire après"
    assert t("Une phrase que personne n’a simplifiée") == "Une phrase que personne n’a simplifiée"
    assert [t.plural("{n} an", "{n} ans", n) for n in (0, 1, 2)] == ["0 an", "1 an", "2 ans"]
    assert (t.tag, t.is_source, t.direction) == ("fr", True, "ltr")
    assert languages()[0] == "fr"


def test_easy_to_read_sentences_are_short() -> None:
    for message in read_catalog(FALC, "fr-falc"):
        if message.id:
            for sentence in str(message.string).replace("?", ".").replace("!", ".").replace(":", ".").split("."):
                assert len(sentence.split()) <= LONGEST_SENTENCE, message.string


def test_a_variant_holds_only_what_it_says_otherwise(tmp_path: Path) -> None:
    assert problems(FALC, "fr-falc") == []
    copy = tmp_path / "jalon.po"
    copy.write_bytes(FALC.read_bytes())
    update(copy, "fr-falc")
    assert copy.read_text(encoding="utf-8") == FALC.read_text(encoding="utf-8")


def test_coverage_counts_each_part(tmp_path: Path) -> None:
    done, total = coverage(FALC, "fr-falc")["app/web"]
    assert 0 < done < total
    assert coverage(tmp_path / "none.po", "de")["app/web"] == (0, total)
    assert coverage(write(tmp_path), LANG)["app/web"] == (total, total)


def test_the_pseudo_language_keeps_values_and_goes_from_right_to_left(tmp_path: Path) -> None:
    assert "{day}" in pseudo("Plan du {day}")
    assert not any(letter.isascii() and letter.isalpha() for letter in pseudo("Quelques dixièmes"))
    path = write(tmp_path)
    assert problems(path, LANG) == []
    t = Translator(LANG, tmp_path)
    assert t.direction == "rtl"
    assert t.plural("{n} an", "{n} ans", 3).startswith("3 ")
