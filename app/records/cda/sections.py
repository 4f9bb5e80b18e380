"""Sections of a CDA body: which kind, under which path, with which words.

A section is recognised by its French OID, its IHE OID or its LOINC code, whichever is there; sections nest.
One that matches nothing is `other`: its entries are read by the general rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.records.cda.xml import V3, Element, attribute, child, children, template_ids, words

Kind = Literal[
    "problems",
    "history",
    "reason",
    "procedures",
    "allergies",
    "medications",
    "immunizations",
    "family",
    "habits",
    "measures",
    "pregnancy",
    "newborn",
    "results",
    "laboratory",
    "plan",
    "attachments",
    "administrative",
    "other",
]

_FR = "1.2.250.1.213.1.1.2."
_IHE = "1.3.6.1.4.1.19376.1."

_SECTIONS: dict[Kind, tuple[str, ...]] = {
    "problems": ("11450-4", "72135-7", _FR + "132", _IHE + "5.3.1.3.6"),
    "history": ("11348-0", "11329-0", _FR + "134", _IHE + "5.3.1.3.8"),
    "reason": ("42349-1", _FR + "127", _FR + "128", _IHE + "5.3.1.3.1"),
    "procedures": ("47519-4", "29554-3", _FR + "136", _FR + "118", _IHE + "5.3.1.3.11", _IHE + "5.3.1.3.12"),
    "allergies": ("48765-2", _FR + "137", _IHE + "5.3.1.3.13"),
    "medications": (
        "10160-0",
        "18610-6",
        "10183-2",
        "60590-7",
        _FR + "143",
        _FR + "145",
        _FR + "146",
        _FR + "236",
        _IHE + "5.3.1.3.19",
        _IHE + "5.3.1.3.21",
        _IHE + "5.3.1.3.22",
    ),
    "immunizations": ("11369-6", _FR + "147", _IHE + "5.3.1.3.23"),
    "family": ("10157-6", _FR + "139", _IHE + "5.3.1.3.14", _IHE + "5.3.1.3.15"),
    "habits": ("29762-2", _FR + "141", _IHE + "5.3.1.3.16"),
    "measures": ("8716-3", _FR + "75", _IHE + "5.3.1.3.25"),
    "pregnancy": ("10162-6", _FR + "77", _IHE + "5.3.1.1.5.3.4"),
    "newborn": ("57075-4", _FR + "124", _IHE + "5.3.1.1.21.2.4"),
    "results": ("30954-2", _FR + "150", _FR + "151", _FR + "244", _IHE + "5.3.1.3.27", _IHE + "5.3.1.3.28"),
    "laboratory": (_FR + "70", _FR + "71", _IHE + "3.3.2.1", _IHE + "3.3.2.2"),
    "plan": ("18776-5", _FR + "158", _IHE + "5.3.1.3.36"),
    "attachments": ("55107-7", "55108-5", "101792-0", _FR + "37", _FR + "243", _FR + "60"),
    "administrative": (
        "48768-6",
        "33557-0",
        "35510-7",
        "121181",
        "GEN-168",
        "GEN-369",
        _FR + "79",
        _FR + "35",
        _FR + "66",
        _FR + "250",
    ),
}

_KIND_OF = {mark: kind for kind, marks in _SECTIONS.items() for mark in marks}

OWN_COPY = {"55108-5", _FR + "243"}
"""« Copie du document »: the document's own PDF, not another document."""

STATED_AS: dict[Kind, str] = {
    "problems": "problems",
    "history": "problems",
    "procedures": "procedures",
    "allergies": "allergies",
    "medications": "medications",
    "immunizations": "immunizations",
    "family": "family",
    "habits": "habits",
    "measures": "measures",
    "results": "results",
    "laboratory": "results",
}
"""Names under which a record says that it holds such a section."""


@dataclass(frozen=True, slots=True)
class Section:
    """`kinds` holds the kind of each enclosing section, outermost first; `kind` is the section's own."""

    element: Element
    kind: Kind
    kinds: tuple[Kind, ...]
    path: str
    title: str
    marks: frozenset[str]

    @property
    def entries(self) -> list[Element]:
        return self.element.findall(V3 + "entry")

    @property
    def narrative(self) -> str | None:
        return words(child(self.element, "text"), 2000)


def kind_of(marks: frozenset[str]) -> Kind:
    """French OIDs decide over IHE ones, these over the code."""
    for prefix in (_FR, _IHE, ""):
        found = {_KIND_OF[mark] for mark in marks if mark.startswith(prefix) and mark in _KIND_OF}
        if found:
            return sorted(found)[0]
    return "other"


def sections(body: Element) -> Iterator[Section]:
    """Every section below a `structuredBody`, in document order."""
    yield from _walk(body, "", ())


def _walk(parent: Element, above: str, kinds: tuple[Kind, ...]) -> Iterator[Section]:
    seen: dict[str, int] = {}
    for element in children(parent, "component/section"):
        code = child(element, "code")
        label = attribute(code, "code") or "section"
        seen[label] = seen.get(label, 0) + 1
        number = f"[{seen[label]}]" if seen[label] > 1 else ""
        path = f"{above}{label}{number}"
        marks = frozenset({*template_ids(element), label})
        kind = kind_of(marks)
        title = words(child(element, "title"), 120) or attribute(code, "displayName") or label
        yield Section(element, kind, (*kinds, kind), path, title, marks)
        yield from _walk(element, path + "/", (*kinds, kind))
