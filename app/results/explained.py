"""The results of a person as JSON: alarm signs first, then each result with its words, its range and its course."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from app.facts.model import Fact, FactSheet
from app.facts.reduce import ReducedFacts, newest
from app.facts.units import convert, units
from app.facts.vocabulary import Fact as Definition
from app.facts.vocabulary import Vocabulary
from app.guidelines.pack import Pack
from app.i18n import N_, Translator
from app.plans.words import UNITS
from app.results.content import Alarm, Bounds, Reference, Result, ResultFile, Sentence, load_results
from app.results.judge import Position, Reader, alarm_of, bounds_for, is_recent, position
from app.results.pictures import Point, chart, range_picture

_ORDER = {"now": 0, "today": 1, "soon": 2}
_POSITIONS: dict[Position, str] = {
    "below": N_("En dessous de l’usage"),
    "within": N_("Dans l’usage"),
    "above": N_("Au-dessus de l’usage"),
}
_LARGEST_SERIES = 60
"""Values shown of one result: the latest."""


def results_json(sheet: FactSheet, vocabulary: Vocabulary, pack: Pack, t: Translator) -> dict[str, Any]:
    """`alarms`, `groups` of results (only those that there are), and `sources` of every sentence."""
    maker = _Maker(sheet, vocabulary, pack, t)
    groups = [made for file in load_results() if (made := maker.group(file))]
    alarms = sorted(maker.alarms, key=lambda alarm: _ORDER[alarm["urgency"]])
    return {"as_of": sheet.as_of.isoformat(), "alarms": alarms, "groups": groups}


class _Maker:
    def __init__(self, sheet: FactSheet, vocabulary: Vocabulary, pack: Pack, t: Translator) -> None:
        self.vocabulary, self.t = vocabulary, t
        self.reader = Reader.of(ReducedFacts(sheet, vocabulary))
        self.book = {guideline.id: guideline for guideline in pack.on(sheet.as_of)}
        self.alarms: list[dict[str, Any]] = []

    def group(self, file: ResultFile) -> dict[str, Any] | None:
        results = [self.result(result, file) for result in file.results if self._values(result)]
        return {"title": self.t(file.title), "results": results} if results else None

    def _values(self, result: Result) -> list[Fact]:
        """Dated values, oldest first, one a day (the most reliable)."""
        by_day: dict[date, list[Fact]] = {}
        for fact in self.reader.facts.values(result.fact):
            if (
                fact.date is not None
                and isinstance(fact.value, int | float)
                and not isinstance(fact.value, bool)
            ):
                by_day.setdefault(fact.date.earliest, []).append(fact)
        return [newest(by_day[day]) for day in sorted(by_day)][-_LARGEST_SERIES:]

    def result(self, result: Result, file: ResultFile) -> dict[str, Any]:
        t, definition, values = self.t, self.vocabulary.facts[result.fact], self._values(result)
        last, bounds = values[-1], bounds_for(result, self.reader)
        where = position(last, bounds)
        alarm = alarm_of(result, last, self.reader)
        told = self._told(result, definition, last)
        if alarm:
            self.alarms.append({**told, **self._alarm(alarm, last, file)})
        text = self.text(last, definition)
        range_text = self._range_text(bounds, definition)
        return {
            **told,
            "other_units": [self._other(last, unit, definition) for unit in result.other_units],
            "to_check": bool(last.details.get("note")),
            "range": self._range(bounds, file, range_text),
            "position": where,
            "position_text": t(_POSITIONS[where]) if where else self._no_position(result),
            "picture": self._picture(last, bounds, definition, f"{text}. {range_text}") if bounds else None,
            "sentences": {name: self._said(said, file) for name, said in result.sentences().items()},
            "series": [
                {"value": fact.value, "comparator": fact.comparator, "date": str(fact.date),
                 "text": self.text(fact, definition), "position": position(fact, bounds)}
                for fact in values
            ],
            "chart": self._chart(result, values, bounds, definition),
            "see": [
                {"guideline": name, "title": t(self.book[name].wording.title)}
                for name in result.see
                if name in self.book
            ],
        }  # fmt: skip

    def _told(self, result: Result, definition: Definition, last: Fact) -> dict[str, Any]:
        assert last.date is not None
        return {
            "fact": result.fact, "label": self.t(definition.label), "value": last.value,
            "comparator": last.comparator, "unit": definition.unit, "text": self.text(last, definition),
            "date": str(last.date), "date_text": self.t.on(last.date), "as_recorded": last.as_recorded,
            "author": last.author, "sources": [{"file": s.file, "entry": s.entry} for s in last.sources],
        }  # fmt: skip

    def _alarm(self, alarm: Alarm, last: Fact, file: ResultFile) -> dict[str, Any]:
        """An old value calls nobody to the telephone: it asks whether somebody looked at it."""
        t, urgency = self.t, alarm.urgency
        action = t(alarm.action)
        if urgency != "soon" and not is_recent(last, self.reader):
            urgency = "soon"
            action = t("Ce résultat n’est pas récent. S’il n’a pas été revu depuis, appelez votre médecin.")
        return {
            "urgency": urgency,
            "what": t(alarm.text),
            "action": action,
            "source": self._source(alarm.source, file),
        }

    def text(self, fact: Fact, definition: Definition) -> str:
        """`1,24 g/L`, with its comparator."""
        sign = f"{fact.comparator} " if fact.comparator else ""
        return sign + self._quantity(float(fact.value), definition.unit)  # type: ignore[arg-type]

    def _quantity(self, value: float, unit: str | None) -> str:
        digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
        words = self.t(UNITS.get(unit or "", unit or ""))
        return f"{self.t.number(value, digits)} {words}".strip()

    def _other(self, fact: Fact, unit: str, definition: Definition) -> str:
        linear = units().conversion(unit, definition)
        assert linear is not None, (definition.id, unit)  # tests/results holds the content to it
        number = (Decimal(str(fact.value)) - linear.offset) / linear.factor
        assert abs(convert(number, unit, definition) - Decimal(str(fact.value))) < Decimal("0.01")
        sign = f"{fact.comparator} " if fact.comparator else ""
        return sign + self._quantity(float(number), unit)

    def _range_text(self, bounds: Bounds | None, definition: Definition) -> str:
        if bounds is None:
            return ""
        low = None if bounds.low is None else self.t.number(bounds.low, 2)
        high = None if bounds.high is None else self._quantity(bounds.high, definition.unit)
        if low is None:
            return self.t("Usage : jusqu’à {high}", high=high)
        if high is None:
            return self.t("Usage : à partir de {low}", low=self._quantity(bounds.low or 0.0, definition.unit))
        return self.t("Usage : de {low} à {high}", low=low, high=high)

    def _range(self, bounds: Bounds | None, file: ResultFile, text: str) -> dict[str, Any] | None:
        if bounds is None:
            return None
        return {
            "low": bounds.low,
            "high": bounds.high,
            "text": text,
            "source": self._source(bounds.source, file),
        }

    def _no_position(self, result: Result) -> str:
        if self.reader.child:
            return self.t(
                "Les repères des enfants changent avec l’âge : demandez à son médecin ce que ce résultat veut dire."
            )
        if self.reader.pregnant:
            return self.t(
                "Pendant une grossesse, les repères changent : montrez ce résultat à qui suit votre grossesse."
            )
        if not result.bounds:
            return self.t(
                "Il n’y a pas de valeur qui convienne à tous : voyez plus bas quand ce résultat compte."
            )
        return self.t(
            "Jalon ne peut pas dire si cette valeur est dans l’usage : comparez-la aux repères de votre laboratoire."
        )

    def _picture(self, last: Fact, bounds: Bounds, definition: Definition, words: str) -> str:
        ends = tuple("" if bound is None else self.t.number(bound, 2) for bound in (bounds.low, bounds.high))
        return range_picture(
            float(last.value), self.text(last, definition), bounds.low, bounds.high, (ends[0], ends[1]),  # type: ignore[arg-type]
            words=words, name=f"place-{definition.id}",
        )  # fmt: skip

    def _chart(
        self, result: Result, values: list[Fact], bounds: Bounds | None, definition: Definition
    ) -> str | None:
        """None with fewer than two days: one point is no course."""
        if len(values) < 2:
            return None
        words = self.t.series(
            f"{self.t.date(fact.date)} : {self.text(fact, definition)}"
            for fact in values
            if fact.date is not None
        )
        return chart(
            list(self._points(values, bounds, definition)), bounds.low if bounds else None,
            bounds.high if bounds else None, words=f"{self.t(definition.label)}. {words}", name=f"cours-{result.fact}",
        )  # fmt: skip

    def _points(self, values: list[Fact], bounds: Bounds | None, definition: Definition) -> Iterator[Point]:
        for fact in values:
            assert fact.date is not None
            outside = position(fact, bounds) in ("below", "above")
            yield Point(fact.date.earliest, float(fact.value), self.text(fact, definition), outside)  # type: ignore[arg-type]

    def _said(self, said: Sentence, file: ResultFile) -> dict[str, Any]:
        return {
            "text": self.t(said.text),
            "verified": said.verified,
            "source": self._source(said.source, file),
        }

    def _source(self, name: str, file: ResultFile) -> dict[str, str | None]:
        source: Reference = file.sources[name]
        return source.model_dump()
