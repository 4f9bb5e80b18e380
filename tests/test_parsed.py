"""Parsed content that is kept: the same data, never of another text, never of another's hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.content import load_model, parse_yaml
from app.errors import ContentError
from app.guidelines.model import Guideline
from app.parsed import parsed

TEXT = "since: 2026-02-28\nat: 2026-02-28 10:00:00\nwords: [oui, yes, 1, 1.5, ~]\n"


class Parser:
    """Counts its texts."""

    def __init__(self) -> None:
        self.texts = 0

    def __call__(self, text: str) -> Any:
        self.texts += 1
        return parse_yaml(text, name="a.yaml")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "cache"
    monkeypatch.setenv("JALON_CACHE_DIR", str(found))
    return found


def read(parse: Parser, text: str = TEXT) -> Any:
    return parsed(Path("fr/a.yaml"), text, parse)


def test_the_same_text_is_parsed_once_and_gives_the_same_data(folder: Path) -> None:
    parse = Parser()
    first, second = read(parse), read(parse)
    assert parse.texts == 1
    assert repr(first) == repr(second)
    assert first["since"] == date(2026, 2, 28)


def test_another_text_is_parsed_and_takes_the_place_of_the_first(folder: Path) -> None:
    parse = Parser()
    read(parse)
    assert read(parse, "since: 2020-01-01\n") == {"since": date(2020, 1, 1)}
    assert (parse.texts, len(list(folder.iterdir()))) == (2, 1)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"$day": "2026-02-30"}', b'{"$day": 3}', b"[" * 100_000])
def test_what_cannot_be_read_is_made_again(folder: Path, content: bytes) -> None:
    parse = Parser()
    first = read(parse)
    (entry,) = folder.iterdir()
    entry.write_bytes(content)
    assert (read(parse), read(parse), parse.texts) == (first, first, 2)


@pytest.mark.parametrize("part", ["file", "folder"])
def test_what_others_may_have_written_is_not_read(folder: Path, part: str) -> None:
    parse = Parser()
    first = read(parse)
    (entry,) = folder.iterdir()
    entry.write_text('{"since": "forged"}')
    (entry if part == "file" else folder).chmod(0o777)
    assert (read(parse), parse.texts) == (first, 2)


@pytest.mark.parametrize("text", ["1: one\n", "'$day': 2020-01-01\n", "a: {'$day': '2020-01-01'}\n"])
def test_data_that_would_not_come_back_the_same_is_not_kept(folder: Path, text: str) -> None:
    parse = Parser()
    assert repr(read(parse, text)) == repr(read(parse, text))
    assert parse.texts == 2


def test_no_folder_no_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parse = Parser()
    monkeypatch.setenv("JALON_CACHE_DIR", "")
    assert read(parse) == read(parse)
    monkeypatch.setenv("JALON_CACHE_DIR", "/proc/nowhere")
    assert read(parse) == read(parse)
    assert parse.texts == 4


def test_wrong_content_is_refused_at_its_line_the_second_time_too(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("id: wrong\nversoin: '1'\n")
    for _ in range(2):
        with pytest.raises(ContentError) as refused:
            load_model(path, Guideline)
        assert refused.value.where == "wrong.yaml:2"
