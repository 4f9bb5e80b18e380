"""How hard the citizen's sentences are to read: the measured ease (French Flesch, Kandel and Moles 1958; 60 and more is
plain, 0 is hard) is printed, and does not fall below what it is."""

from __future__ import annotations

import pytest
import textstat

from app.content import content_dir
from app.i18n.extract import content_sentences, read_catalog

FLOORS = {"content/results": 80.0, "content/guidelines/fr": 70.0, "content/procedures.yaml": 80.0}
"""Part of the content → the least ease of all its sentences together, somewhat below what it is."""


def ease(sentences: list[str]) -> float:
    textstat.set_lang("fr")
    ended = (one if one[-1] in ".?!" else f"{one}." for one in dict.fromkeys(sentences) if len(one.split()) >= 5)
    return float(textstat.flesch_reading_ease(" ".join(ended)))


@pytest.mark.parametrize("part", FLOORS)
def test_content_stays_readable(part: str, record_property: pytest.RecordProperty) -> None:
    sentences = [said for where, said in content_sentences(content_dir()) if where.startswith(part)]
    measured = ease(sentences)
    record_property("reading_ease", measured)
    print(f"{part}: {len(sentences)} sentences, reading ease {measured:.0f}")
    assert measured >= FLOORS[part]


def test_easy_to_read_is_easier() -> None:
    path = content_dir() / "locales" / "fr-falc" / "LC_MESSAGES" / "jalon.po"
    pairs = [(str(m.id), str(m.string)) for m in read_catalog(path, "fr-falc") if m.id and len(str(m.id).split()) >= 5]
    plain, easy = ease([before for before, _ in pairs]), ease([after for _, after in pairs])
    print(f"easy to read: reading ease {easy:.0f}, against {plain:.0f} for the same sentences")
    assert easy > plain
