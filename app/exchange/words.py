"""French texts with their translations, and texts that carry a source."""

from __future__ import annotations

from collections.abc import Iterator

from app.exchange.terms import Resource, extension, extensions
from app.guidelines.model import Statement
from app.i18n.translator import SOURCE_LANGUAGE, languages, translator

_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def said(element: str, text: str) -> Resource:
    """`{element: text}`, with `_element` when there are translations."""
    found = [
        {
            "url": _TRANSLATION,
            "extension": [{"url": "lang", "valueCode": lang}, {"url": "content", "valueString": other}],
        }
        for lang, other in _others(text)
    ]
    return {element: text, f"_{element}": {"extension": found}} if found else {element: text}


def told(name: str, text: str) -> Resource:
    """An extension with a text, one part a language (some validators know no translation within an extension)."""
    spoken = [(SOURCE_LANGUAGE, text), *_others(text)]
    return extension(name, extension=[{"url": lang, "valueString": words} for lang, words in spoken])


def statement(name: str, stated: Statement) -> Resource:
    """Benefit or harm: the sentence, its source, and whether it was read there."""
    return extension(name, extension=[
        told("text", stated.text),
        extension("source", valueCode=stated.source),
        extension("verified", valueCode=stated.verified),
    ])


def french(written: Resource) -> str:
    """The text of what `told` wrote."""
    return next(str(one["valueString"]) for one in written["extension"] if one["url"] == SOURCE_LANGUAGE)


def stated(written: Resource) -> Statement:
    """What `statement` wrote."""
    text, source, verified = (next(extensions(written, name)) for name in ("text", "source", "verified"))
    return Statement(text=french(text), source=source["valueCode"], verified=verified["valueCode"])


def translations(element: Resource, name: str) -> dict[str, str]:
    """Language → text of what `said` wrote, without the source language."""
    found = element.get(f"_{name}", {}).get("extension", ())
    pairs = ({part["url"]: part for part in one["extension"]} for one in found)
    return {pair["lang"]["valueCode"]: pair["content"]["valueString"] for pair in pairs}


def _others(text: str) -> Iterator[tuple[str, str]]:
    for lang in languages():
        if lang != SOURCE_LANGUAGE and (other := translator(lang)(text)) != text:
            yield lang, other
