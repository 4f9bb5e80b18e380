"""HTML from templates: one environment, strict about undefined names, everything escaped."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.dates import PartialDate
from app.i18n import Translator, languages
from app.plans.icons import icon_array
from app.plans.words import RELATIONS
from app.web.changes import helps

_HERE = Path(__file__).resolve().parent
STATIC = {
    "jalon.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml", "icon-192.png": "image/png",
    "icon-512.png": "image/png", "offline.js": "text/javascript; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8", "push.js": "text/javascript; charset=utf-8",
}  # fmt: skip
"""Everything that is served as a file; no other name is."""
WORKERS = ("service-worker.js", "push-worker.js")
"""Served at the root by `app.web.offline` and `app.web.reminders`."""

LANGUAGE_NAMES = {"fr": "Français", "fr-falc": "Facile à lire", "en": "English"}

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of every page: no script at all, nothing inline, nothing from elsewhere."""

WITH_KEYS = POLICY + "; script-src 'self'"
"""That of the doctor's pages, which have keys (static/desk.js)."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Language, Accept-Encoding",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page needs: the reader's language and choices of display, who is signed in, where we are, and the form
    token."""

    t: Translator
    here: str
    csrf: str = ""
    demo: bool = False
    signed_in: bool = False
    acting: bool = False
    """For somebody else."""
    helping: bool = False
    """Beside them, for some minutes (`app.trust.helper_codes`)."""
    theme: str = ""
    text_size: str = ""


def page(template: str, frame: Frame, **values: Any) -> str:
    """The HTML of a template."""
    return (
        _environment()
        .get_template(template)
        .render(
            t=frame.t,
            plural=frame.t.plural,
            here=frame.here,
            csrf=frame.csrf,
            demo=frame.demo,
            signed_in=frame.signed_in,
            acting=frame.acting,
            helping=frame.helping,
            theme=frame.theme,
            text_size=frame.text_size,
            languages=languages(),
            language_names=LANGUAGE_NAMES,
            relations=RELATIONS,
            stylesheet=static_address("jalon.css"),
            desk_keys=static_address("desk.js"),
            icon_file=static_address("icon.svg"),
            icon_array=icon_array,
            **values,
        )
    )


@lru_cache(maxsize=64)
def relation_options(t: Translator, chosen: str) -> Markup:
    """The kinds of relatives as options of a list, which stands three times in one question."""
    option = Markup('<option value="{}"{}>{}</option>')
    return Markup("").join(
        option.format(value, Markup(" selected") if value == chosen else "", t(label).capitalize())
        for value, label in RELATIONS.items()
    )


def first_sentence(text: str) -> str:
    """What a card says before its page is opened."""
    return re.split(r"(?<=[.!?]) (?=[A-ZÀ-Ý«])", text, maxsplit=1)[0]


@lru_cache(maxsize=8)
def static_file(name: str) -> bytes:
    """The bytes of a file of `STATIC`. Raises KeyError for any other name."""
    if name not in STATIC and name not in WORKERS:
        raise KeyError(name)
    return (_HERE / "static" / name).read_bytes()


@lru_cache(maxsize=8)
def static_address(name: str) -> str:
    """With a mark of the content, so that browsers may keep the file for ever."""
    return f"/static/{name}?v={hashlib.sha256(static_file(name)).hexdigest()[:12]}"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = lambda text, t: t.date(PartialDate.parse(text))
    environment.filters["first_sentence"] = first_sentence
    drawings = environment.get_template("drawings.html").module
    environment.globals |= {"icon": drawings.icon, "scene": drawings.scene}  # type: ignore[attr-defined]
    environment.globals |= {"helps": helps, "relation_options": relation_options}
    return environment
