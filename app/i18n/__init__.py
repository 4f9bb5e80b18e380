"""Languages: French is the language of the source, every other one is a gettext catalogue of `content/locales`.

The French sentence is the key (`msgid`). Catalogues are read as text (`.po`), so that a translator's change needs no
build step, and kept in memory. A sentence without translation is shown in French rather than hidden.
"""

from __future__ import annotations

from app.i18n.translator import Translator, languages, translator

__all__ = ["N_", "Translator", "languages", "translator"]


def N_(sentence: str) -> str:
    """Mark a constant sentence for the catalogue; it is translated where it is shown."""
    return sentence
