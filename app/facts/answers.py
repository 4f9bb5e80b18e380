"""What the person answers to the plan's questions, as facts: author `citizen`, dated the day of the answer.

An answer never removes what the record says; both stay, and the reduction's rule decides. Errors name the fact and
what is expected, never what was answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from app.content import parse_yaml
from app.dates import PartialDate
from app.errors import UsageError
from app.facts.dedupe import ONE_OF_A_KIND
from app.facts.family_answers import kin_of_answer, read_family_answer
from app.facts.model import Fact, FactSheet, FactValue, UnknownFact
from app.facts.same_relative import same_relative, told_again
from app.facts.vocabulary import Fact as Definition
from app.facts.vocabulary import Vocabulary, load_vocabulary
from app.records.model import Source
from app.records.relatives import KINSHIPS

ANSWERS = "answers"
"""The file name under which answers stand as sources."""

UNKNOWN = "unknown"
NEVER = "never"
WHY_UNKNOWN = "La personne a répondu qu'elle ne sait pas."
_PAIRS = {"systolic_bp": "diastolic_bp"}
"""A question that asks two numbers at once: the fact of the first → the fact of the second."""


def read_answers(path: Path) -> dict[str, Any]:
    """A YAML (or JSON) file `fact: answer`. Raises ContentError or UsageError (`answers`)."""
    try:
        data = parse_yaml(path.read_text(encoding="utf-8"), name=path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read ({type(error).__name__})", code="answers", where=path.name) from None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise UsageError("answers are written `fact: answer`, one a line", code="answers", where=path.name)
    return {str(key): value for key, value in data.items()}


def apply_answers(
    sheet: FactSheet, answers: Mapping[str, Any], vocabulary: Vocabulary | None = None
) -> FactSheet:
    """A new sheet with the answers added; `sheet` is not changed. Raises UsageError (`answers`).

    By kind of fact, an answer is `true`/`false`, a number in the canonical unit, a word of the choices, a date (`2014`,
    `2014-05`, `2014-05-06`), `[systolic, diastolic]`, a list of relatives (`{relation, age_at_diagnosis}`; empty:
    none), for an act a date, a list of dates, `{date, result}` or `never`; and `unknown` (or null) for all. `family`
    tells of the whole family at once (`app.facts.family_answers`).
    """
    vocabulary = vocabulary or load_vocabulary()
    new = replace(sheet, facts=dict(sheet.facts), unknown=list(sheet.unknown))
    for name, answer in answers.items():
        if name == "birth_date":
            _set_birth_date(new, answer)
            continue
        if name == "family":
            kin, of_relatives = read_family_answer(answer, vocabulary)
            new.kin = (*new.kin, *kin)
            for fact, relatives in of_relatives.items():
                _Answer(new, vocabulary, vocabulary.facts[vocabulary.names[fact]]).put(relatives)
            continue
        fact_id = vocabulary.names.get(name)
        if fact_id is None:
            raise UsageError(f"no fact is named {_short(name)}", code="answers", where="answers")
        _Answer(new, vocabulary, vocabulary.facts[fact_id]).put(answer)
        if vocabulary.facts[fact_id].type == "family":
            new.kin = (*new.kin, *kin_of_answer(fact_id, answer))
    for name, values in new.facts.items():
        if values is not sheet.facts.get(name):  # a list of its own, with answers in it
            values.sort(key=lambda fact: fact.date.earliest if fact.date else date.min)
    return new


class _Answer:
    """One answer on its way into the sheet."""

    def __init__(self, sheet: FactSheet, vocabulary: Vocabulary, definition: Definition) -> None:
        self.sheet, self.vocabulary, self.definition = sheet, vocabulary, definition
        self.kind = definition.question.answer if definition.question else None

    def put(self, answer: Any) -> None:
        fact_id = self.definition.id
        self.sheet.unknown[:] = [u for u in self.sheet.unknown if u.id != fact_id]
        if answer is None or answer == UNKNOWN:
            self.sheet.unknown.append(UnknownFact(fact_id, WHY_UNKNOWN, self._source()))
            return
        reader = self._readers().get(self.definition.type)
        if reader is None:
            raise self._wrong("this fact is computed from others; answer those")
        reader(answer)

    def _readers(self) -> dict[str, Callable[[Any], None]]:
        return {
            "boolean": self._yes_no, "quantity": self._pair if self.kind == "pair" else self._number,
            "coded": self._choice, "date": self._date_value, "event": self._act, "dose": self._act,
            "family": self._relatives, "text": self._text,
        }

    def _yes_no(self, answer: Any) -> None:
        if answer in ("true", "false"):
            answer = answer == "true"
        if not isinstance(answer, bool):
            raise self._wrong("yes or no (true or false)")
        self._add(answer)
        self._settle(str(answer).lower())

    def _number(self, answer: Any) -> None:
        self._add(self._checked(answer, self.definition), self.definition.unit)

    def _pair(self, answer: Any) -> None:
        second = self.vocabulary.facts[_PAIRS[self.definition.id]]
        if not isinstance(answer, list | tuple) or len(answer) != 2:
            raise self._wrong(f"two numbers, [upper, lower], in {self.definition.unit}")
        for definition, number in ((self.definition, answer[0]), (second, answer[1])):
            self._add(self._checked(number, definition), definition.unit, name=definition.id)

    def _choice(self, answer: Any) -> None:
        if isinstance(answer, int | float) and not isinstance(answer, bool):
            answer = str(answer)
        if answer is False and "none" in self.definition.values:
            answer = "none"
        if answer not in self.definition.values:
            raise self._wrong(f"one of {', '.join(self.definition.values)}")
        self._add(answer)
        self._settle(answer)

    def _date_value(self, answer: Any) -> None:
        self._add(self._past(answer))

    def _act(self, answer: Any) -> None:
        """`never` is kept as a fact whose value is False: it was asked, and there is none."""
        if answer is False or answer == NEVER or answer == []:
            self._add(False)
            return
        acts = answer if isinstance(answer, list) else [answer]
        for act in acts:
            given = act if isinstance(act, dict) else {"date": act}
            if not set(given) <= {"date", "result"} or "date" not in given:
                raise self._wrong("a date, {date, result}, or never")
            result = given.get("result")
            if result is not None and result not in self.definition.values:
                raise self._wrong(f"a result among {', '.join(self.definition.values) or '(none for this act)'}")
            done = "dose" if self.definition.type == "dose" else "done"
            self._add(result or done, when=self._past(given["date"]))

    def _relatives(self, answer: Any) -> None:
        if answer is False or answer == "none" or answer == []:
            self._add(False)
            return
        if not isinstance(answer, list):
            raise self._wrong("a list of relatives {relation, age_at_diagnosis}, empty for none")
        known = [fact for fact in self.sheet.facts.get(self.definition.id, ()) if fact.value is not False]
        for item in answer:
            given = {"relation": item} if isinstance(item, str) else item
            if not isinstance(given, dict) or not set(given) <= {"relation", "age_at_diagnosis", "sex"}:
                raise self._wrong("relatives written {relation, age_at_diagnosis}")
            kinship = KINSHIPS.get(str(given.get("relation")))
            if kinship is None:
                raise self._wrong(f"a relation among {', '.join(KINSHIPS)}")
            age = given.get("age_at_diagnosis")
            if age is not None and age != UNKNOWN and not (_is_number(age) and 0 <= age <= 120):
                raise self._wrong("an age at diagnosis in years (0 to 120), or unknown")
            onset = float(age) if age is not None and _is_number(age) else None
            self._relative(str(given["relation"]), {
                "relation": given["relation"], "degree": kinship.degree, "side": kinship.side,
                "sex": kinship.sex or given.get("sex"), "onset_low": onset, "onset_high": onset,
            }, known)

    def _relative(self, relation: str, details: dict[str, Any], known: list[Fact]) -> None:
        """One relative more, unless what is `known` speaks of the same one: they then count once."""
        same = next((fact for fact in known if same_relative(fact, relation, details)), None)
        if same is None:
            self._add(relation, details=details)
            told = self.sheet.facts[self.definition.id][-1]
        else:
            known.remove(same)  # two sisters told are not both the one that the record names
            told, values = told_again(same, details, self._source()), self.sheet.facts[self.definition.id]
            self.sheet.facts[self.definition.id] = [told if fact is same else fact for fact in values]
        if relation in ONE_OF_A_KIND:
            known.append(told)

    def _text(self, answer: Any) -> None:
        if not isinstance(answer, str) or len(answer) > 200:
            raise self._wrong("a short text")
        self._add(answer)

    def _add(
        self, value: FactValue, unit: str | None = None, *, name: str | None = None, when: PartialDate | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        fact_id = name or self.definition.id
        told = Fact(
            fact_id, value, unit, when or PartialDate.of(self.sheet.as_of), "citizen", self._source(),
            basis="clinical" if when else "recorded", details=details or {},
        )
        self.sheet.facts[fact_id] = [*self.sheet.facts.get(fact_id, ()), told]  # the other sheet keeps its own list

    def _settle(self, answered: str) -> None:
        """An answer such as "none of these" settles other facts too (`question.sets`)."""
        question = self.definition.question
        for other in question.sets.get(answered, []) if question else []:
            self._add(False, name=other)

    def _checked(self, number: Any, definition: Definition) -> float:
        bounds = definition.plausible.hard if definition.plausible else None
        between = f" between {bounds[0]:g} and {bounds[1]:g}" if bounds else ""
        if not _is_number(number) or (bounds and not bounds[0] <= number <= bounds[1]):
            raise self._wrong(f"a number{between} ({definition.unit})", definition.id)
        return float(number)

    def _past(self, answer: Any) -> PartialDate:
        day = _date(answer)
        if day is None:
            raise self._wrong("a date: AAAA, AAAA-MM or AAAA-MM-JJ")
        birth = self.sheet.subject.birth_date if self.sheet.subject else None
        if day.earliest > self.sheet.as_of or (birth and day.latest < birth.earliest):
            raise self._wrong("a date between birth and the day of the plan")
        return day

    def _source(self) -> tuple[Source, ...]:
        return (Source(ANSWERS, self.definition.id),)

    def _wrong(self, expected: str, name: str | None = None) -> UsageError:
        return UsageError(f"{name or self.definition.id}: expected {expected}", code="answers", where="answers")


def _set_birth_date(sheet: FactSheet, answer: Any) -> None:
    if answer is None or answer == UNKNOWN or sheet.subject is None:
        return
    day = _date(answer)
    if day is None or day.earliest > sheet.as_of:
        raise UsageError("birth_date: expected a past date, AAAA-MM-JJ", code="answers", where="answers")
    known = sheet.subject.birth_date
    if known is None or (known.earliest <= day.earliest and day.latest <= known.latest):
        sheet.subject = replace(sheet.subject, birth_date=day)
        return
    raise UsageError("birth_date: the record gives another one; have it corrected", code="answers", where="answers")


def _date(answer: Any) -> PartialDate | None:
    """YAML gives a day as a date and a year as a number."""
    if isinstance(answer, bool):
        return None
    try:
        return PartialDate.parse(str(answer))
    except ValueError:
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _short(name: str) -> str:
    return repr(name[:40])
