"""Collect every sentence shown to people, from code, templates and content, into the catalogues.

A sentence of content is named by its place (`wording.title` of a guideline…), so that a new file is picked up without
any list of sentences; codes, sources and engineering notes are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_from_file
from babel.messages.pofile import read_po, write_po

from app.content import content_dir, read_yaml
from app.i18n.translator import VARIANTS

KEYWORDS: dict[str, Any] = {"t": None, "_": None, "N_": None, "plural": (1, 2)}
_APP = Path(__file__).resolve().parent.parent

SHOWN = frozenset({
    "title", "why", "action", "where", "cost", "text", "strong", "label", "help", "absence_because", "consequence",
    "summary", "meaning", "limits", "advice", "hours", "prepare", "duration", "pain", "afterwards",
})
"""Keys whose text is shown to people, wherever they stand in content."""

SHOWN_VALUES = frozenset({"choices", "words"})
"""Keys of a mapping from a code word to the words shown."""

HIDDEN_UNDER = frozenset({
    "sources", "codes", "value_codes", "value_texts", "doubts", "when", "definitions", "schedule", "texts",
})
"""Keys below which nothing is a sentence for people (titles of publications stay in their own language)."""

FOLDERS = (
    "guidelines", "vocabulary", "purposes", "words", "nudges", "messages", "places", "donation",
    "projects", "results",
)
"""Not `campaigns`: their messages are written in each language, with its own checks."""


def content_sentences(folder: Path) -> Iterator[tuple[str, str]]:
    """(file, sentence) for everything shown in the content folder, in the order of the files."""
    for name in FOLDERS:
        for path in sorted((folder / name).rglob("*.yaml")):
            for sentence in _walk(read_yaml(path)):
                yield f"content/{path.relative_to(folder)}", sentence
    for path in sorted(folder.glob("*.yaml")):
        for sentence in _walk(read_yaml(path)):
            yield f"content/{path.name}", sentence


def _walk(data: Any) -> Iterator[str]:
    if isinstance(data, list):
        for item in data:
            yield from _walk(item)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in HIDDEN_UNDER:
                continue
            if key in SHOWN and isinstance(value, str):
                yield value
            elif key in SHOWN_VALUES and isinstance(value, dict):
                yield from (words for words in value.values() if isinstance(words, str))
            else:
                yield from _walk(value)


def code_sentences(folder: Path = _APP) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """(file, sentence) for `t("…")`, `N_("…")` and `plural("…", "…", n)` in Python and Jinja files."""
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html"), *folder.rglob("*.txt.j2")]):
        where = f"app/{path.relative_to(folder)}"
        if path.suffix == ".py":
            messages = extract_from_file("python", path, keywords=KEYWORDS)
        else:
            with path.open("rb") as file:
                messages = list(extract("jinja2.ext:babel_extract", file, keywords=KEYWORDS))
        for _line, message, _comments, _context in messages:
            if message:
                yield where, message


def template(folder: Path | None = None) -> Catalog:
    """Every sentence, without translation."""
    catalog = Catalog(project="jalon", fuzzy=False)
    for where, sentence in [*code_sentences(), *content_sentences(folder or content_dir())]:
        catalog.add(sentence, locations=[(where, None)])  # type: ignore[list-item]
    return catalog


def read_catalog(path: Path, lang: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=VARIANTS.get(lang, lang), project="jalon", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=VARIANTS.get(lang, lang))


def update(path: Path, lang: str) -> Catalog:
    """Bring a catalogue up to date: translations are kept, new sentences are empty, those gone are dropped. A variant
    holds only what it says otherwise."""
    old, fresh = read_catalog(path, lang), template()
    new = Catalog(locale=VARIANTS.get(lang, lang), project="jalon", fuzzy=False)
    for message in fresh:
        if message.id:
            before = old.get(key_of(message.id))
            if lang in VARIANTS and not (before and strings_of(before)):
                continue  # said as the language itself says it
            new.add(message.id, before.string if before else None, locations=message.locations)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_po(new))
    return new


def as_po(catalog: Catalog) -> bytes:
    """Stable text: sorted by file, no line numbers, no dates (a change shows only what changed)."""
    out = BytesIO()
    write_po(out, catalog, width=110, sort_by_file=True, include_lineno=False, omit_header=True)
    header = (
        f'msgid ""\nmsgstr ""\n"Project-Id-Version: jalon\\n"\n"Language: {catalog.locale_identifier}\\n"\n'
        f'"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    return header.encode() + out.getvalue()


def problems(path: Path, lang: str) -> list[str]:
    """What a translator must still do: one line a sentence (missing, or with other `{values}` than the French)."""
    catalog, found = read_catalog(path, lang), []
    for message in template():
        if not message.id:
            continue
        key = key_of(message.id)
        strings = strings_of(catalog.get(key))
        if not strings or not all(strings):
            if lang in VARIANTS:
                continue
            found.append(f"{lang}: not translated: {key}")
        elif any(_fields(text) != _fields(key) for text in strings):
            found.append(f"{lang}: not the same {{values}}: {key}")
    return found


def coverage(path: Path, lang: str) -> dict[str, tuple[int, int]]:
    """How many sentences of each part (a package of the code, a folder of the content) are said in the language, of how
    many."""
    catalog, found = read_catalog(path, lang), dict[str, tuple[int, int]]()
    for message in template():
        if not message.id:
            continue
        strings = strings_of(catalog.get(key_of(message.id)))
        said = bool(strings) and all(strings)
        for part in {"/".join(Path(where).parts[:2]) for where, _ in message.locations}:
            done, all_ = found.get(part, (0, 0))
            found[part] = (done + said, all_ + 1)
    return dict(sorted(found.items()))


def key_of(message_id: str | list[str] | tuple[str, ...]) -> str:
    """The sentence by which a catalogue is asked (of a plural, its first form)."""
    return message_id if isinstance(message_id, str) else message_id[0]


def strings_of(message: Message | None) -> list[str]:
    """What a catalogue says, every form; nothing when it says nothing."""
    if message is None or not message.string:
        return []
    return [message.string] if isinstance(message.string, str) else [text or "" for text in message.string]


def _fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)[^}]*\}", text))
