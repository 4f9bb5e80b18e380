"""The facts of a record as text, for `jalon facts`."""

from __future__ import annotations

from collections.abc import Iterator

from app.facts.model import FactSheet
from app.i18n import Translator
from app.plans.essential import RankedFact
from app.plans.text import Line, heading, paragraph
from app.plans.words import Words


def facts_lines(sheet: FactSheet, t: Translator, facts: list[RankedFact], *, everything: bool = True) -> list[Line]:
    """What is known, the essential first, what is said to be unknown, and what was set aside with the reason. Without
    `everything`, the facts that are not essential are only counted."""
    return list(_lines(sheet, t, facts, everything=everything))


def _lines(sheet: FactSheet, t: Translator, facts: list[RankedFact], *, everything: bool) -> Iterator[Line]:
    words = Words(sheet, t, entries=True)
    yield "title", t("Ce que dit le dossier, lu le {day}", day=t.date(sheet.as_of))
    # both pressures make one sentence
    essential = dict.fromkeys(words.fact(one.fact) for one in facts if one.essential)
    rest = [s for s in dict.fromkeys(words.fact(one.fact) for one in facts) if s not in essential]
    if essential:
        yield from heading(t("L'essentiel"))
        for sentence in essential:
            yield from paragraph(sentence, indent="    ", first="  • ")
    title = t.plural("{n} autre information", "{n} autres informations", len(rest))
    yield from heading(title if essential else t.plural("{n} information", "{n} informations", len(rest)))
    if everything or not essential:
        for sentence in rest:
            yield from paragraph(sentence, indent="    ", first="  • ")
    elif rest:
        yield from paragraph(t("Pour les voir aussi : --all."), indent="    ", first="  • ")
    if sheet.unknown:
        yield from heading(t("Déclaré comme non connu"))
        for unknown in sheet.unknown:
            yield from paragraph(f"{words.label(unknown.id)} : {unknown.why}", indent="    ", first="  • ")
    if sheet.set_aside:
        yield from heading(t("Mis de côté, avec la raison"))
        for aside in sheet.set_aside:
            text = f"{aside.source.entry} ({aside.source.file}) : {aside.detail} [{aside.reason.value}]"
            yield from paragraph(text, indent="    ", first="  • ")
    if sheet.documents:
        yield from heading(t("Documents"))
        for document in sheet.documents:
            day = f", {t.date(document.date)}" if document.date else ""
            read = "" if document.readable else " " + t("(non lu)")
            text = f"{document.title or document.kind} ({document.file}){day}{read}"
            yield from paragraph(text, indent="    ", first="  • ")
