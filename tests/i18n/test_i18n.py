from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.content import content_dir
from app.dates import PartialDate
from app.errors import UsageError
from app.i18n import Translator, languages, translator
from app.i18n.extract import code_sentences, content_sentences, problems, update

CATALOG = """msgid ""
msgstr ""
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Bonjour {who}"
msgstr "Hello {who}"

msgid "{n} an"
msgid_plural "{n} ans"
msgstr[0] "{n} year"
msgstr[1] "{n} years"
"""


def test_every_sentence_has_a_translation() -> None:
    for lang in languages()[1:]:
        assert problems(content_dir() / "locales" / lang / "LC_MESSAGES" / "jalon.po", lang) == []


def test_the_catalogue_is_in_the_form_that_extraction_writes(tmp_path: Path) -> None:
    """A translator's change shows only what changed: no line numbers, no dates, a stable order."""
    for lang in languages()[1:]:
        path = content_dir() / "locales" / lang / "LC_MESSAGES" / "jalon.po"
        copy = tmp_path / "jalon.po"
        copy.write_bytes(path.read_bytes())
        update(copy, lang)
        assert copy.read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def test_sentences_come_from_code_templates_and_content() -> None:
    code = {message if isinstance(message, str) else message[0] for _, message in code_sentences()}
    content = {message for _, message in content_sentences(content_dir())}
    assert {"Ce qui va déjà bien", "{n} an", "noté par un professionnel de santé"} <= code
    assert {"Arrêter de fumer, avec de l'aide", "Fumez-vous ?", "Tabac"} <= content
    assert not any(code.startswith("http") for code in content)


def test_a_missing_translation_and_another_placeholder_are_found(tmp_path: Path) -> None:
    path = tmp_path / "jalon.po"
    head = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n\n'
    path.write_text(head + 'msgid "le {day}"\nmsgstr "on {date}"\n', encoding="utf-8")
    found = problems(path, "en")
    assert "en: not the same {values}: le {day}" in found
    assert any(line.startswith("en: not translated") for line in found)


def test_a_catalogue_is_read_as_text(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "jalon.po").write_text(CATALOG, encoding="utf-8")
    t = Translator("en", tmp_path)
    assert t("Bonjour {who}", who="Ann") == "Hello Ann"
    assert t("Pas traduit") == "Pas traduit"
    assert [t.plural("{n} an", "{n} ans", n) for n in (0, 1, 2)] == ["0 years", "1 year", "2 years"]
    with pytest.raises(UsageError) as error:
        Translator("de", tmp_path)
    assert error.value.code == "language"


def test_french_says_zero_in_the_singular() -> None:
    t = translator("fr")
    assert [t.plural("{n} an", "{n} ans", n) for n in (0, 1, 2)] == ["0 an", "1 an", "2 ans"]


@pytest.mark.parametrize(("lang", "day", "said"), [
    ("fr", "2026-05-01", "le 1er mai 2026"), ("fr", "2026-05-11", "le 11 mai 2026"), ("fr", "2026-05", "en mai 2026"),
    ("fr", "2026", "en 2026"), ("en", "2026-05-01", "on 1 May 2026"), ("en", "2026-05", "in May 2026"),
    ("en", "2026", "in 2026"),
])
def test_dates_are_as_precise_as_they_are_known(lang: str, day: str, said: str) -> None:
    assert translator(lang).on(PartialDate.parse(day)) == said


def test_numbers_follow_the_language() -> None:
    assert translator("fr").number(12345.678) == "12\u202f345,68"
    assert translator("en").number(12345.678) == "12,345.68"
    assert translator("fr").number(7.0) == "7"
    assert translator("fr").number(7.04, 0) == "7"
    assert translator("fr").date(date(2026, 12, 24)) == "24 décembre 2026"
    assert translator("en").list(["a", "b", "c"]) == "a, b and c"
