"""Problems, history and allergies: what the person has or had, since when, and how sure that is.

Dates are those of the inner observation (onset, end); the outer act only says when it was written down.
"""

from __future__ import annotations

from typing import Any

from app.records.cda.context import STATES, Context, dated, make, refusal_of
from app.records.cda.datatypes import codes, effective_time, qualifiers
from app.records.cda.observations import REPORTED_BY_PATIENT
from app.records.cda.xml import V3, Element, attribute, child, children, statements
from app.records.model import Code, Reason, RecordEntry, Refusal, Relative, RelativeCondition

CLINICAL_STATUS, CERTAINTY = "33999-4", "66455-7"
MODIFIERS = {CLINICAL_STATUS, CERTAINTY, "11323-3", "SEV", "82606-5", "30973-2"}
MODIFIER_TEMPLATES = {f"1.2.250.1.213.1.1.3.{n}" for n in ("29", "30", "31", "82", "171", "172")}

_STATUS_WORDS = {
    "55561003": "active", "73425007": "inactive", "413322009": "resolved", "90734009": "active",
    "7087005": "recurrence", "277022003": "remission",
}  # fmt: skip
"""SNOMED CT words for a clinical status, in those of FHIR."""
_DOUBT = {
    "refuted": Refusal(Reason.REFUTED, "Le document dit que ce diagnostic est écarté."),
    "entered-in-error": Refusal(Reason.ENTERED_IN_ERROR, "Saisi par erreur."),
    **dict.fromkeys(
        ("unconfirmed", "provisional", "differential"),
        Refusal(Reason.UNCONFIRMED, "Le document dit que ce diagnostic n'est pas confirmé."),
    ),
}
NONE_KNOWN = {
    "no-known-problems": "none_known",
    "no-problem-info": "unavailable",
    "160245001": "none_known",
}
"""Codes of IPS (absent or unknown) and SNOMED CT that stand for an empty list of problems."""
_MASKED = Refusal(Reason.MASKED, "Valeur masquée par son auteur.")


def read_problem(statement: Element, context: Context, path: str) -> None:
    """A problem observation → a condition, or a family history when its code says so (CIM-10 Z80 to Z84)."""
    value = child(statement, "value")
    found = codes(value)
    sites = [c for site in children(statement, "targetSiteCode") for c in (*codes(site), *qualifiers(site))]
    if found and found[0].system == "cimo":
        found = (*found, *(c for c in sites if c.system == "cim10"))  # morphology needs its site
    text = context.narrative.of(child(value, "originalText")) if value is not None else None
    text = text or attribute(value, "displayName")
    if state := next((s for c in found if (s := NONE_KNOWN.get(c.code))), None):
        context.out.stated["problems"] = state
        make("other", statement, path, context, codes=found, text=text)
        return
    more = _state(statement, context)
    masked = _MASKED if attribute(value, "nullFlavor") == "MSK" else None
    refusal = refusal_of(statement, context, allowed=STATES) or _DOUBT.get(
        _modifier(statement, CERTAINTY) or ""
    )
    refusal = refusal or masked or _not_a_diagnosis(context) or _empty(found, text)
    by_patient = attribute(child(statement, "code"), "code") == REPORTED_BY_PATIENT
    make(
        "family_member" if _is_family(found) else "condition", statement, path, context,
        codes=found,
        text=text or context.narrative.of(child(statement, "text")),
        qualifiers=(*qualifiers(value), *sites),
        refusal=refusal,
        relative=Relative(None, (RelativeCondition(found, text),)) if _is_family(found) else None,
        author="citizen" if by_patient else context.author,
        listed=context.listed,
        **more,
    )  # fmt: skip


def read_allergy(statement: Element, context: Context, path: str) -> RecordEntry:
    """An allergy; the substance (a participant) is the code, the reaction type its qualifier."""
    substance = child(statement, "participant/participantRole/playingEntity")
    of_substance = codes(child(substance, "code")) if substance is not None else ()
    value = child(statement, "value")
    text = attribute(child(substance, "code"), "displayName") if substance is not None else None
    text = text or (context.narrative.of(child(value, "originalText")) if value is not None else None)
    found = of_substance or codes(value)
    refusal = refusal_of(statement, context, allowed=STATES) or _DOUBT.get(
        _modifier(statement, CERTAINTY) or ""
    )
    return make(
        "allergy", statement, path, context,
        codes=found,
        text=text or context.narrative.of(child(statement, "text")),
        qualifiers=codes(child(statement, "code")),
        refusal=refusal or _empty(found, text),
        **_state(statement, context),
    )  # fmt: skip


def _state(statement: Element, context: Context) -> dict[str, Any]:
    word = _modifier(statement, CLINICAL_STATUS)
    status = _STATUS_WORDS.get(word, word) if word else None
    return {**dated(effective_time(statement), context, recorded=True), "status": status}


def _modifier(statement: Element, wanted: str) -> str | None:
    """The value of a nested observation that sharpens a problem (status, certainty)."""
    for link in statement.iterchildren(V3 + "entryRelationship"):
        for inner in statements(link):
            if attribute(child(inner, "code"), "code") == wanted:
                return attribute(child(inner, "value"), "code")
    return None


def _is_family(found: tuple[Code, ...]) -> bool:
    return any(c.system == "cim10" and "Z80" <= c.code[:3] <= "Z84" for c in found)


def _not_a_diagnosis(context: Context) -> Refusal | None:
    if context.section.kind != "reason":
        return None
    return Refusal(Reason.UNCONFIRMED, "Le motif de l'examen, pas un diagnostic.")


def _empty(found: tuple[Code, ...], text: str | None) -> Refusal | None:
    if found:
        return None
    if text:
        return Refusal(Reason.FREE_TEXT_ONLY, "En texte libre, non codé.")
    return Refusal(Reason.NO_CONTENT, "Ni code ni texte.")
