"""Vaccinations, drugs and dispensings.

A vaccine bought is not a vaccine given, a prescription is an intention. Sources: CI-SIS entries 45
(vaccination), 42 (treatment), 44 and 204 (supply); volet CNAM-HR 2021.01.
"""

from __future__ import annotations

from app.dates import PartialDate
from app.records.cda.context import PLANNED, STATES, Context, dated, make, refusal_of, status_of
from app.records.cda.datatypes import codes, effective_time, interval
from app.records.cda.xml import V3, Element, attribute, child, children, statements, template_ids, words
from app.records.model import Code, Reason, Refusal

_VACCINATION = {f"1.2.250.1.213.1.1.3.{n}" for n in ("45", "47")} | {"1.3.6.1.4.1.19376.1.5.3.1.4.12"}
_DOSE_RANK = "30973-2"
_BOUGHT = Refusal(Reason.UNCONFIRMED, "Vaccin remboursé : rien ne dit qu'il a été injecté.")


def read_substance(statement: Element, context: Context, path: str) -> None:
    """A `substanceAdministration`: a vaccine dose, or a drug taken."""
    if template_ids(statement) & _VACCINATION or context.section.kind == "immunizations":
        _read_vaccination(statement, context, path)
    else:
        _read_drug(statement, context, path)


def _read_vaccination(statement: Element, context: Context, path: str) -> None:
    product = child(statement, "consumable/manufacturedProduct/manufacturedMaterial")
    found, text = _product(product, context)
    when = dated(effective_time(statement), context, recorded=False)
    refusal = refusal_of(statement, context) or _intention(context)
    bought = _dispensed(statement)
    if refusal is None and not when and (bought or context.author == "system"):
        refusal, when = _BOUGHT, {"when": bought, "date_basis": "issued"}
    make(
        "immunization", statement, path, context,
        codes=found,
        text=text,
        refusal=refusal,
        qualifiers=codes(child(statement, "code")),
        lot=words(child(product, "lotNumberText"), 40) if product is not None else None,
        dose_number=_rank(statement),
        notes=_reactions(statement),
        status=status_of(statement),
        **when,
    )  # fmt: skip


def _read_drug(statement: Element, context: Context, path: str) -> None:
    product = child(statement, "consumable/manufacturedProduct/manufacturedMaterial")
    found, text = _product(product, context)
    when = dated(effective_time(statement), context, recorded=False)
    bought = _dispensed(statement)
    if not when and bought:
        when = {"when": bought, "date_basis": "issued"}
    make(
        "medication", statement, path, context,
        codes=found,
        text=text,
        refusal=refusal_of(statement, context, allowed=STATES) or _intention(context),
        status="dispensed" if bought else status_of(statement),
        **when,
    )  # fmt: skip


def read_supply(statement: Element, context: Context, path: str) -> None:
    """A drug handed over at the pharmacy, or a device."""
    product = child(statement, "product/manufacturedProduct/manufacturedMaterial")
    when = dated(effective_time(statement), context, recorded=True)
    refusal = refusal_of(statement, context, allowed=STATES) or _intention(context)
    if product is not None:
        found, text = _product(product, context)
        empty = None if found or text else Refusal(Reason.NO_CONTENT, "Produit non précisé.")
        make(
            "medication", statement, path, context,
            codes=found, text=text, refusal=refusal or empty, status="dispensed", **when,
        )  # fmt: skip
        return
    device = child(statement, "participant/participantRole/playingDevice/code")
    make("other", statement, path, context, codes=codes(device), refusal=refusal, **when)


def _product(material: Element | None, context: Context) -> tuple[tuple[Code, ...], str | None]:
    """Codes and name of a product; the reimbursement feed writes codes as translations only."""
    if material is None:
        return (), None
    code = child(material, "code")
    found = codes(code)
    text = words(child(material, "name"), 200) or context.narrative.of(child(material, "code/originalText"))
    return found, text or next((c.display for c in found if c.display), None)


def _dispensed(statement: Element) -> PartialDate | None:
    """The day of the dispensing that a statement rests on (`supply/performer/time`)."""
    for supply in children(statement, "entryRelationship/supply"):
        time = child(supply, "performer/time")
        if time is not None and (found := interval(time).best):
            return found
    return None


def _rank(statement: Element) -> int | None:
    for link in statement.iterchildren(V3 + "entryRelationship"):
        for inner in statements(link):
            if attribute(child(inner, "code"), "code") == _DOSE_RANK:
                value = attribute(child(inner, "value"), "value") or ""
                return int(value) if value.isascii() and value.isdigit() and len(value) < 3 else None
    return None


def _reactions(statement: Element) -> tuple[str, ...]:
    """Reactions after a dose are told with it; they are not diseases of a problem list."""
    found = (
        attribute(child(inner, "value"), "displayName") or attribute(child(inner, "value"), "code")
        for inner in children(statement, "entryRelationship[@typeCode='CAUS']/observation")
    )
    return tuple(f"Réaction signalée : {text}" for text in found if text)


def _intention(context: Context) -> Refusal | None:
    volet = context.header.volet
    return PLANNED if volet and volet.intention else None
