"""Sentences, dates and numbers in the reader's language."""

from __future__ import annotations

import datetime as dt
import gettext
import re
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from app.content import content_dir
from app.dates import PartialDate
from app.errors import UsageError

SOURCE_LANGUAGE = "fr"
VARIANTS = {"fr-falc": "fr"}
"""A variant of a language says some sentences otherwise, and the others as that language: easy to read (FALC)."""
_LOCALES = {"en": "en_GB", **VARIANTS}
"""Where the language alone would give another country's habits (American dates), or is a variant."""


@lru_cache(maxsize=4)
def languages(folder: Path | None = None) -> tuple[str, ...]:
    """French, then the languages that have a catalogue."""
    found = sorted(po.parent.parent.name for po in (folder or content_dir() / "locales").glob("*/LC_MESSAGES/jalon.po"))
    return (SOURCE_LANGUAGE, *(lang for lang in found if lang != SOURCE_LANGUAGE))


@lru_cache(maxsize=32)
def translator(lang: str = SOURCE_LANGUAGE) -> Translator:
    """The translator of a language, read once. Raises UsageError (`language`) when there is no such catalogue."""
    return Translator(lang)


class Translator:
    """`t("Votre plan du {day}", day=…)` gives the sentence in the language, with its values put in."""

    def __init__(self, lang: str = SOURCE_LANGUAGE, folder: Path | None = None) -> None:
        known = languages(folder)
        if lang not in known:
            raise UsageError(f"no such language; there are: {', '.join(known)}", code="language", where="--lang")
        self.lang = lang
        self.tag = VARIANTS.get(lang, lang)
        """As HTML says it."""
        self.is_source = self.tag == SOURCE_LANGUAGE
        self.locale = Locale.parse(_LOCALES.get(lang, lang))
        self.direction = "rtl" if self.locale.text_direction == "rtl" else "ltr"
        """Which way the language is written."""
        self._catalog = _read(lang, folder or content_dir() / "locales")

    def __call__(self, sentence: str, /, **values: Any) -> str:
        text = self._catalog.gettext(sentence)
        return text.format(**values) if values else text

    def plural(self, one: str, many: str, n: int, /, **values: Any) -> str:
        """The form for `n`, which the sentence names `{n}`; French says "0 an", English "0 years"."""
        return self._catalog.ngettext(one, many, n).format(n=self.number(n), **values)

    def number(self, value: float, digits: int = 2) -> str:
        """At most `digits` decimals, with the language's separators."""
        return _number(float(value), digits, str(self.locale))

    def date(self, day: dt.date | PartialDate) -> str:
        """As precise as it is known: `11 mai 2026`, `mai 2026` or `2026`."""
        return _day(day, str(self.locale))

    def on(self, day: dt.date | PartialDate) -> str:
        """The date within a sentence: `le 11 mai 2026`, `en mai 2026`."""
        t = self
        if isinstance(day, PartialDate) and day.exact is None:
            return t("en {month_or_year}", month_or_year=t.date(day))
        return t("le {day}", day=t.date(day))

    def list(self, items: list[str]) -> str:
        """`a, b et c`."""
        t = self
        if len(items) < 2:
            return "".join(items)
        return t("{first} et {last}", first=", ".join(items[:-1]), last=items[-1])

    def series(self, items: Iterable[str]) -> str:
        """`a ; b ; c`, for items that may hold commas; each once."""
        return (" ; " if self.is_source else "; ").join(dict.fromkeys(items))


@lru_cache(maxsize=4096)
def _number(value: float, digits: int, locale: str) -> str:
    return str(format_decimal(value, format="#,##0." + "#" * digits if digits else "#,##0", locale=locale))


@lru_cache(maxsize=4096)
def _day(day: dt.date | PartialDate, locale: str) -> str:
    if isinstance(day, dt.datetime):
        day = day.date()
    precision = day.precision if isinstance(day, PartialDate) else "day"
    first = day.earliest if isinstance(day, PartialDate) else day
    if precision == "year":
        return str(first.year)
    if precision == "month":
        return str(format_date(first, "MMMM y", locale=locale))
    text = str(format_date(first, "long", locale=locale))
    return re.sub(r"^1 ", "1er ", text) if locale.startswith("fr") else text


class _French(gettext.NullTranslations):
    """The source itself: only the plural differs from the default (0 and 1 are singular)."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid2 if n > 1 else msgid1


def _read(lang: str, folder: Path) -> gettext.NullTranslations:
    if lang == SOURCE_LANGUAGE:
        return _French()
    with (folder / lang / "LC_MESSAGES" / "jalon.po").open("rb") as file:
        catalog = read_po(file, locale=VARIANTS.get(lang, lang))
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    made = gettext.GNUTranslations(compiled)
    if VARIANTS.get(lang) == SOURCE_LANGUAGE:
        made.add_fallback(_French())
    return made
