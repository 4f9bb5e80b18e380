"""Easy to read (FALC): which sentences of a citizen's way are easy as they are shown, page by page.

A sentence is easy when it is short, without a word of `hard_words`, and says one thing: no semicolon, no long
parenthesis, at most one negation (`content/easy_to_read.yaml`). This is what a program can check; whether it is
understood, people say.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from babel.messages.catalog import Catalog
from pydantic import Field

from app.content import Strict, content_dir, load_model
from app.i18n.extract import key_of, strings_of, template

EASY = "fr-falc"
"""The variant of French that is easy to read."""
_VALUE = re.compile(r"\{[^}]*\}")
_END = re.compile(r"[.?!:]+(?:\s|$)|\n")
_NEGATION = re.compile(r"\b(?:ne|n’|n')\s?\w|\bni\b|\bsans\b", re.IGNORECASE)


class Source(Strict):
    title: str
    publisher: str
    date: int
    checked: dt.date
    verified: Literal["partly"] | bool


class EasyToRead(Strict):
    """`pages`: address → the templates that make it; `code`: files whose sentences stand on several pages."""

    sources: list[Source] = Field(min_length=1)
    longest_sentence: int = Field(ge=5, le=20)
    hard_words: dict[str, str]
    pages: dict[str, list[str]]
    code: list[str]

    def files(self) -> Iterator[tuple[str, str]]:
        """(page, file of sentences)."""
        for page, templates in self.pages.items():
            for name in templates:
                yield page, f"app/web/templates/{name}.html"
        for name in self.code:
            yield "code", name


@lru_cache(maxsize=1)
def load_easy() -> EasyToRead:
    """Raises ContentError with file, line and remedy."""
    return load_model(content_dir() / "easy_to_read.yaml", EasyToRead)


def why_hard(text: str) -> list[str]:
    """What is not easy in a text, in words for whoever writes it; nothing for an easy one."""
    rules, plain = load_easy(), _VALUE.sub("X", text)
    found = []
    for sentence in (part for part in _END.split(plain) if part.strip()):
        words = [word for word in sentence.split() if any(letter.isalnum() for letter in word)]
        if len(words) > rules.longest_sentence:
            found.append(f"more than {rules.longest_sentence} words: {sentence.strip()[:60]}")
        if len(_NEGATION.findall(sentence)) > 1:
            found.append(f"several negations: {sentence.strip()[:60]}")
    if ";" in plain or re.search(r"\(\S+ \S+ \S+ \S", plain):
        found.append("a semicolon, or a long parenthesis: make sentences of it")
    found += [
        f"{word}…: say « {instead} »" for word, instead in rules.hard_words.items()
        if re.search(rf"\b{word}", plain, re.IGNORECASE)
    ]  # fmt: skip
    return found


def hard_sentences(catalog: Catalog) -> dict[str, list[tuple[str, str]]]:
    """Page → (French sentence, why it is not easy as the variant shows it), for each that is not."""
    of_file: dict[str, set[str]] = {}
    for page, file in load_easy().files():
        of_file.setdefault(file, set()).add(page)
    found: dict[str, list[tuple[str, str]]] = {page: [] for page, _ in load_easy().files()}
    for message in template():
        if not message.id:
            continue
        key = key_of(message.id)
        said = [text for text in strings_of(catalog.get(key)) if text]
        reasons = [reason for text in said or [key] for reason in why_hard(text)]
        for page in {page for where, _ in message.locations for page in of_file.get(where, ())} if reasons else ():
            found[page].append((key, reasons[0]))
    return found


def easy_share(hard: dict[str, list[tuple[str, str]]]) -> dict[str, tuple[int, int]]:
    """Page → how many of its sentences are not easy, of how many."""
    totals = dict.fromkeys(hard, 0)
    pages: dict[str, set[str]] = {}
    for page, file in load_easy().files():
        pages.setdefault(file, set()).add(page)
    for message in template():
        for page in {page for where, _ in message.locations for page in pages.get(where, ())} if message.id else ():
            totals[page] += 1
    return {page: (len(found), totals[page]) for page, found in hard.items()}
