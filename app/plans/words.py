"""A fact in words: its name, its value, its day, and who said so where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.dates import PartialDate
from app.facts.answers import ANSWERS
from app.facts.model import Fact, FactSheet, FactValue
from app.facts.vocabulary import Fact as Definition
from app.facts.vocabulary import Vocabulary, load_vocabulary
from app.i18n import N_, Translator
from app.records.model import Document, Source

if TYPE_CHECKING:
    from app.facts.reduce import ReducedValue

UNITS = {
    "1": "", "%": "%", "mm[Hg]": N_("mmHg"), "kg/m2": N_("kg/m²"), "Cel": N_("°C"), "/min": N_("par minute"),
    "{cigarettes}/d": N_("cigarettes par jour"), "{pack-year}": N_("paquets-années"), "h": N_("heures"),
    "{drink}/wk": N_("verres par semaine"), "min/wk": N_("minutes par semaine"), "wk": N_("semaines"),
    "umol/L": N_("µmol/L"), "ug/g": N_("µg/g"), "mL/min/{1.73_m2}": N_("mL/min/1,73 m²"),
    "{portion}/d": N_("portions par jour"), "{drink}/d": N_("verres par jour"), "{meal}/wk": N_("repas par semaine"),
    "{steps}/d": N_("pas par jour"), "d/wk": N_("jours par semaine"), "s": N_("secondes"), "ug/L": N_("µg/L"),
    "{cells}/uL": N_("par mm³"), "10*9/L": N_("G/L"), "m[IU]/L": N_("mUI/L"), "Bq/m3": N_("Bq/m³"),
}
"""UCUM → the spelling that people know; a unit that is not here is shown as it is (`mmol/L`, `cm`, `kg`)."""

VALUES = {
    "current": N_("fume actuellement"), "former": N_("a arrêté de fumer"), "never": N_("n'a jamais fumé"),
    "normal": N_("normal"), "abnormal": N_("à contrôler"), "negative": N_("négatif"), "positive": N_("positif"),
    "unanalysable": N_("non analysable"), "done": N_("fait"), "dose": N_("reçu"), "none": N_("non"),
    "type1": N_("diabète de type 1"), "type2": N_("diabète de type 2"), "male": N_("masculin"),
    "female": N_("féminin"), "total_benign": N_("totale, pour une maladie bénigne"),
    "total_high_grade_history": N_("totale, après une lésion du col"), "subtotal": N_("partielle, le col est gardé"),
    "unknown_type": N_("oui, de type non précisé"),
}

AUTHORS = {
    "professional": N_("noté par un professionnel de santé"), "citizen": N_("d'après vous"),
    "device": N_("mesuré par un appareil"), "system": N_("d'après vos remboursements"),
    "computed": N_("calculé d'après votre dossier"),
}

RELATIONS = {
    "mother": N_("mère"), "father": N_("père"), "sister": N_("sœur"), "brother": N_("frère"),
    "half_sister": N_("demi-sœur"), "half_brother": N_("demi-frère"), "daughter": N_("fille"), "son": N_("fils"),
    "maternal_grandmother": N_("grand-mère maternelle"), "maternal_grandfather": N_("grand-père maternel"),
    "paternal_grandmother": N_("grand-mère paternelle"), "paternal_grandfather": N_("grand-père paternel"),
    "maternal_aunt": N_("tante maternelle"), "maternal_uncle": N_("oncle maternel"),
    "paternal_aunt": N_("tante paternelle"), "paternal_uncle": N_("oncle paternel"),
    "parent": N_("père ou mère"), "sibling": N_("frère ou sœur"), "half_sibling": N_("demi-frère ou demi-sœur"),
    "child": N_("enfant"), "aunt": N_("tante"), "uncle": N_("oncle"), "niece": N_("nièce"), "nephew": N_("neveu"),
    "niece_or_nephew": N_("neveu ou nièce"), "granddaughter": N_("petite-fille"), "grandson": N_("petit-fils"),
    "grandchild": N_("petit-enfant"), "grandmother": N_("grand-mère"), "grandfather": N_("grand-père"),
    "grandparent": N_("grand-parent"), "maternal_grandparent": N_("grand-parent maternel"),
    "paternal_grandparent": N_("grand-parent paternel"), "cousin": N_("cousin ou cousine"),
    "maternal_cousin": N_("cousin ou cousine du côté maternel"),
    "paternal_cousin": N_("cousin ou cousine du côté paternel"),
    "maternal_great_grandmother": N_("arrière-grand-mère maternelle"),
    "maternal_great_grandfather": N_("arrière-grand-père maternel"),
    "maternal_great_grandparent": N_("arrière-grand-parent maternel"),
    "paternal_great_grandmother": N_("arrière-grand-mère paternelle"),
    "paternal_great_grandfather": N_("arrière-grand-père paternel"),
    "paternal_great_grandparent": N_("arrière-grand-parent paternel"),
    "great_grandmother": N_("arrière-grand-mère"), "great_grandfather": N_("arrière-grand-père"),
    "great_grandparent": N_("arrière-grand-parent"),
}

_COMPUTED = AUTHORS["computed"]
_PRESSURES = frozenset({"systolic_bp", "diastolic_bp"})
_RECORDED = re.compile(r"(?:[<>]=? ?)?(\d+(?:[.,]\d+)?) *(\S.*)")


class Words:
    """The words for one person's facts in one language."""

    def __init__(
        self, sheet: FactSheet, t: Translator, vocabulary: Vocabulary | None = None,
        titles: Mapping[str, str] = MappingProxyType({}), *, entries: bool = False,
    ) -> None:
        """`titles`: the pack's guidelines in French, by id, for criteria that name one. `entries`: what comes from a
        document without a title is told with its entry (`Observation/42`), for who goes back to it: a doctor."""
        self.sheet, self.t, self.titles, self.entries = sheet, t, titles, entries
        self.vocabulary = vocabulary or load_vocabulary()
        self._documents = {_place_of(document): document for document in sheet.documents if document.title}

    def label(self, name: str) -> str:
        """The plain name of a fact or of a reduction."""
        if entry := self.vocabulary.reductions.get(name):
            return self.t(entry[1].label)
        definition = self.vocabulary.facts.get(name)
        if definition is None:
            return self.t("Date de naissance") if name == "birth_date" else name
        return self.t(definition.label)

    def title(self, guideline: str) -> str:
        """The name of a guideline."""
        return self.t(self.titles[guideline]) if guideline in self.titles else guideline

    def definition(self, name: str) -> Definition | None:
        if entry := self.vocabulary.reductions.get(name):
            return entry[0]
        return self.vocabulary.facts.get(name)

    def unit(self, name: str) -> str | None:
        """The unit of what a name holds: that of its fact, and none for a count."""
        entry, definition = self.vocabulary.reductions.get(name), self.definition(name)
        return None if definition is None or (entry and entry[1].take == "count") else definition.unit

    def reading(self, reading: ReducedValue) -> str:
        """`Dernière mammographie : 1er décembre 2023 (noté par un professionnel de santé, …)`."""
        t, facts = self.t, reading.facts
        if reading.state == "presumed":
            return t("{what} : non, supposé", what=self.label(reading.name))
        if not facts or all(fact.value is False for fact in facts):
            if reading.value == 0 and not isinstance(reading.value, bool):
                return t("{what} : {value}", what=self.label(reading.name), value=t.number(0, 0))
            if isinstance(reading.value, str) or reading.value is True:  # what follows from the registered sex
                value = self.value(self.definition(reading.name), reading.value)
                return t("{what} : {value}", what=self.label(reading.name), value=value)
            if facts or reading.state == "known":
                return t("{what} : non", what=self.label(reading.name))
            return t("{what} : rien dans votre dossier", what=self.label(reading.name))
        if reading.state == "unknown":
            return t("{what} : non connu", what=self.label(reading.name))
        last = facts[-1]
        number = isinstance(reading.value, int | float) and not isinstance(reading.value, bool)
        if last.id in _PRESSURES and (not number or reading.value == last.value):  # not a mean, nor a count
            return self.fact(last)
        definition = self.definition(reading.name)
        if definition is not None and definition.type == "family":
            return self._family(definition, facts)
        if isinstance(reading.value, tuple | list):
            value = t.list([self.value(definition, item) for item in reading.value])
        elif number:
            value = self.quantity(reading.value, self.unit(reading.name))  # type: ignore[arg-type]
        else:
            value = self.value(definition, reading.value)
        dated = None if isinstance(reading.value, PartialDate | tuple | list) else last.date
        if value == self.value(definition, last.value):
            value = self._recorded(last, definition)
        source = None
        if definition is not None and all(fact.id != definition.id for fact in facts):
            source = t(_COMPUTED)
        return self._sentence(self.label(reading.name), value, dated, last, source)

    def fact(self, fact: Fact) -> str:
        """One dated statement; both figures of a blood pressure together."""
        definition = self.vocabulary.facts.get(fact.id)
        if definition is not None and definition.type == "family" and fact.value is not False:
            return self._family(definition, [fact])
        if fact.id in _PRESSURES and (pair := self._pressure(fact)):
            return self._sentence(self.t("Tension artérielle"), pair, fact.date, fact)
        return self._sentence(self.label(fact.id), self._recorded(fact, definition), fact.date, fact)

    def latest(self, facts: list[Fact]) -> str:
        """The last of a fact's values; relatives are all told."""
        definition = self.vocabulary.facts.get(facts[-1].id)
        if definition is not None and definition.type == "family":
            return self._family(definition, facts)
        return self.fact(facts[-1])

    def value(self, definition: Definition | None, value: FactValue | None) -> str:
        """A value with its unit, or the words of a code."""
        t = self.t
        if isinstance(value, PartialDate):
            return t.date(value)
        if isinstance(value, bool):
            return t("oui") if value else t("non")
        if isinstance(value, int | float):
            return self.quantity(value, definition.unit if definition else None)
        if value is None:
            return t("non connu")
        if value in VALUES:
            return t(VALUES[value])
        choices = definition.question.choices if definition and definition.question else {}
        return t(choices[value]) if value in choices else value

    def quantity(self, value: float, unit: str | None) -> str:
        if unit == "a":
            return self.t.plural("{n} an", "{n} ans", int(value))
        words = UNITS.get(unit or "", unit or "")
        shown = self.t(words) if words else ""
        number = self.t.number(value, 1 if abs(value) >= 10 else 2)
        return f"{number}\u00a0{shown}" if shown else number

    def source(self, fact: Fact) -> str:
        """`noté par un professionnel de santé, « Compte rendu d'analyses »`."""
        who = self.t(AUTHORS[fact.author])
        if fact.author == "citizen" and any(s.file == ANSWERS for s in fact.sources):
            return self.t("votre réponse")
        return ", ".join([who, *dict.fromkeys(filter(None, (self._where(source) for source in fact.sources[:2])))])

    def _where(self, source: Source) -> str | None:
        document = self._documents.get((source.file, source.entry)) or self._documents.get((source.file, None))
        if document is not None and document.title:
            return f"«\u00a0{document.title}\u00a0»" if self.t.is_source else f"“{document.title}”"
        return (source.entry or source.file) if self.entries else None

    def _sentence(
        self, label: str, value: str, day: PartialDate | None, fact: Fact, source: str | None = None
    ) -> str:
        dated = self.t("{value}, {on_day}", value=value, on_day=self.t.on(day)) if day else value
        return self.t("{what} : {value} ({source})", what=label, value=dated, source=source or self.source(fact))

    def _recorded(self, fact: Fact, definition: Definition | None) -> str:
        """The value; of a blood test, as on the laboratory's sheet, then in the unit of the guideline if it differs."""
        canonical = self.value(definition, fact.value)
        match = _RECORDED.fullmatch(fact.as_recorded or "")
        if definition is None or definition.analyte is None or match is None or match[2] == definition.unit:
            return canonical
        shown = self.quantity(float(match[1].replace(",", ".")), match[2])
        if shown == canonical:
            return canonical
        return self.t("{as_recorded}, soit {value}", as_recorded=shown, value=canonical)

    def _pressure(self, fact: Fact) -> str | None:
        """The two figures of the measurement to which one belongs."""
        other = "diastolic_bp" if fact.id == "systolic_bp" else "systolic_bp"
        for pair in self.sheet.facts.get(other, ()):
            if pair.date == fact.date and pair.author == fact.author:
                high, low = (fact, pair) if fact.id == "systolic_bp" else (pair, fact)
                if isinstance(high.value, int | float) and isinstance(low.value, int | float):
                    return f"{self.t.number(high.value, 0)}/{self.quantity(low.value, 'mm[Hg]')}"
        return None

    def _family(self, definition: Definition, facts: tuple[Fact, ...] | list[Fact]) -> str:
        return self._sentence(self.t(definition.label), self.relatives(facts), None, facts[-1])

    def relatives(self, facts: tuple[Fact, ...] | list[Fact]) -> str:
        """`mère à 44 ans et sœur`."""
        t, people = self.t, []
        for fact in facts:
            relation = str(fact.details.get("relation") or "")
            who = t(RELATIONS[relation]) if relation in RELATIONS else t("un parent")
            onset = fact.details.get("onset_low")
            if onset is not None and onset == fact.details.get("onset_high"):
                who = t("{who} à {age}", who=who, age=t.plural("{n} an", "{n} ans", int(onset)))
            people.append(who)
        return t.list(people)


def _place_of(document: Document) -> tuple[str, str | None]:
    """File and entry; no entry for a document that is the whole file: its title is that of everything in it. A report
    among other resources of a file gives its title to nothing else."""
    entry = document.source.entry if document.source else None
    return document.file, None if entry == "ClinicalDocument" else entry
