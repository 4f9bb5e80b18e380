"""A language that nobody speaks, to see a layout before there is a translator: every sentence in Hebrew letters, a
third longer, written from right to left. `python -m app.i18n pseudo FOLDER` writes it; it is never part of content.

What stays in Latin letters on a page was not marked for translation.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from babel.messages.catalog import Catalog

from app.i18n.extract import as_po, template

LANG = "he"
"""Right to left, with Latin digits."""
_HEBREW = "אבגדהוזחטיכלמנסעפצקרשתםןץף"
_PART = re.compile(r"(\{[^}]*\})")


def pseudo(sentence: str) -> str:
    """The sentence with its `{values}` kept."""
    parts = _PART.split(sentence)
    letters = sum(len(part) for part in parts[::2])
    return "".join(part if n % 2 else _letters(part) for n, part in enumerate(parts)) + " ששששש" * (letters // 18)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFD", text)
    return "".join(
        _HEBREW[(ord(letter.lower()) - 97) % 26] if letter.isascii() and letter.isalpha() else letter
        for letter in plain
        if not unicodedata.combining(letter)
    )


def write(folder: Path) -> Path:
    """`FOLDER/he/LC_MESSAGES/jalon.po`, complete."""
    made = Catalog(locale=LANG, project="jalon", fuzzy=False)
    for message in template():
        if message.id:
            many = not isinstance(message.id, str)
            strings = (pseudo(message.id[-1]),) * made.num_plurals if many else pseudo(str(message.id))
            made.add(message.id, strings, locations=message.locations)
    path = folder / LANG / "LC_MESSAGES" / "jalon.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_po(made))
    return path
