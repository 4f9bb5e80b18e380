"""A question of the plan as an HTML form, and what was typed as an answer for `app.facts.answers`.

Every question can be answered "I do not know". Nothing here needs JavaScript; errors stand beside the field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from app.dates import PartialDate
from app.errors import UsageError
from app.facts.vocabulary import Fact, load_vocabulary
from app.i18n import N_, Translator
from app.plans.words import RELATIONS, UNITS, VALUES

Kind = Literal["choice", "number", "pair", "date", "doses", "relatives", "text"]

UNKNOWN = "unknown"
RELATIVE_ROWS = 3
DOSE_ROWS = 3

_WITHOUT_MORE: dict[str, Any] = {UNKNOWN: UNKNOWN, "never": "never", "none": []}
"""Answers that are complete in themselves, beside those that are typed."""

_TYPED = (
    "number",
    "number2",
    "text",
    "result",
    *(f"date{i}" for i in range(1, DOSE_ROWS + 1)),
    *(f"{name}{i}" for i in range(1, RELATIVE_ROWS + 1) for name in ("relation", "age")),
)

_DATE = re.compile(r"(?:(?:(\d{1,2})\s*[/.-]\s*)?(\d{1,2})\s*[/.-]\s*)?(\d{4})\Z")


class WrongAnswer(ValueError):
    """What is wrong, in the reader's language; never what was typed."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question as it is shown. `typed` is what was sent when the form comes back with an `error`."""

    fact: str
    text: str
    kind: Kind
    help: str | None = None
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    results: tuple[tuple[str, str], ...] = ()
    """For an act with a result: what it may have been."""
    changes: tuple[str, ...] = ()
    key: str = ""
    """Distinguishes two forms about the same fact on one page."""
    typed: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None

    @property
    def folded(self) -> bool:
        """True when there is much to fill in for one answer only: shown once it is chosen."""
        return self.kind in {"relatives", "doses"}


def field_of(question: Mapping[str, Any], t: Translator, changes: tuple[str, ...] = ()) -> Field:
    """The form of one of the plan's questions (its JSON)."""
    definition = _definition(question["fact"])
    kind = _kind(definition)
    unit = question.get("unit") or (definition.unit if definition else None) or "1"
    return Field(
        fact=question["fact"],
        text=question["text"],
        kind=kind,
        help=question.get("help"),
        unit=t("ans") if unit == "a" else t(UNITS.get(unit, unit)) if UNITS.get(unit, unit) else "",
        choices=_choices(question, definition, kind, t),
        results=_results(definition, t),
        changes=changes,
        key=question["fact"],
    )


def question_of(fact_id: str, t: Translator) -> dict[str, Any]:
    """A question as plans write it, for a fact that the plan does not ask about (any more)."""
    fact = _definition(fact_id)
    if fact is None:
        return {"fact": fact_id, "text": t("Quelle est votre date de naissance ?")}
    asked = fact.question
    words = asked.choices if asked else {}
    if fact.type == "boolean":
        words = words or {"true": N_("Oui"), "false": N_("Non")}
    return {
        "fact": fact_id,
        "text": t(asked.text if asked else fact.label),
        "help": t(asked.help) if asked and asked.help else None,
        "choices": [{"value": value, "text": t(label)} for value, label in words.items()],
    }


def done_field(fact_id: str, guideline: str, t: Translator) -> Field:
    """The short form "it is already done, on that day", for an act or a vaccine that a guideline proposes."""
    definition = load_vocabulary().facts[fact_id]
    return Field(
        fact=fact_id,
        text=t(definition.label),
        kind="date",
        results=_results(definition, t),
        key=f"{guideline}-{fact_id}",
    )


def _definition(fact_id: str) -> Fact | None:
    """None for the birth date, no fact of the vocabulary. Raises UsageError for an unknown name."""
    if fact_id == "birth_date":
        return None
    definition = load_vocabulary().facts.get(fact_id)
    if definition is None:
        raise UsageError("no such question", code="answers", where="fact")
    return definition


def _kind(fact: Fact | None) -> Kind:
    if fact is None or fact.type in {"event", "date"}:
        return "date"
    if fact.type == "dose":
        return "doses"
    if fact.type == "family":
        return "relatives"
    if fact.type == "quantity":
        return "pair" if fact.question and fact.question.answer == "pair" else "number"
    return "choice" if fact.type in {"boolean", "coded"} else "text"


def _choices(
    question: Mapping[str, Any], fact: Fact | None, kind: Kind, t: Translator
) -> tuple[tuple[str, str], ...]:
    """What can be ticked; "I do not know" is always among them."""
    unknown = (UNKNOWN, t("Je ne sais pas"))
    if kind == "choice":
        listed = question.get("choices") or []
        return (*((c["value"], c["text"]) for c in listed if c["value"] != UNKNOWN), unknown)
    if kind == "relatives":
        return ("some", t("Oui, je l’indique ci-dessous")), ("none", t("Non, personne")), unknown
    if kind == "doses":
        return ("date", t("Oui, je l’indique ci-dessous")), ("never", t("Jamais")), unknown
    if fact is not None and fact.type == "event":
        return ("never", t("Jamais fait")), unknown
    return (unknown,)


def _results(fact: Fact | None, t: Translator) -> tuple[tuple[str, str], ...]:
    if fact is None or fact.type != "event":
        return ()
    return tuple((value, t(VALUES[value])) for value in fact.values if value in VALUES)


def read_answer(fact_id: str, form: Mapping[str, str], t: Translator, *, today: date) -> Any:
    """What was typed, as an answer. Raises WrongAnswer with a sentence to show beside the field."""
    fact = _definition(fact_id)
    kind, chosen = _kind(fact), form.get("answer", "")
    if fact is not None and kind == "choice":
        return UNKNOWN if chosen == UNKNOWN else _choice(fact, chosen, t)
    if chosen in _WITHOUT_MORE:
        if any(form.get(name, "").strip() for name in _TYPED):
            raise WrongAnswer(t("Vous avez donné deux réponses différentes : n’en gardez qu’une."))
        return _WITHOUT_MORE[chosen]
    if fact is not None and kind == "number":
        return _number(form.get("number", ""), fact, t)
    if fact is not None and kind == "pair":
        return _pressure(form, fact, t)
    if kind == "relatives":
        return _relatives(form, t)
    if kind == "text":
        return _required(form.get("text", ""), t)[:200]
    rows = DOSE_ROWS if kind == "doses" else 1
    dates = [form.get(f"date{i}", "") for i in range(1, rows + 1)]
    latest = None if fact is not None and fact.type == "date" else today
    days = [_date(text, t, latest) for text in dates if text.strip()]
    if not days:
        raise WrongAnswer(t("Écrivez une date, ou choisissez une autre réponse."))
    if kind == "doses":
        return days
    result = form.get("result", "")
    return {"date": days[0], "result": result} if fact and result in fact.values else days[0]


def _choice(fact: Fact, chosen: str, t: Translator) -> Any:
    if fact.type == "boolean" and chosen in {"true", "false"}:
        return chosen == "true"
    if fact.type == "coded" and chosen in fact.values:
        return chosen
    raise WrongAnswer(t("Choisissez une réponse."))


def _number(text: str, fact: Fact, t: Translator) -> float:
    typed = _required(text, t).replace(",", ".").replace("\u202f", "").replace("\xa0", "").replace(" ", "")
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", typed):
        raise WrongAnswer(t("Écrivez un nombre, par exemple {example}.", example="12"))
    number = float(typed)
    low, high = fact.plausible.hard if fact.plausible else (0, 100_000)
    if not low <= number <= high:
        between = {"low": t.number(low), "high": t.number(high)}
        raise WrongAnswer(t("Écrivez un nombre entre {low} et {high}.", **between))
    return number


def _pressure(form: Mapping[str, str], fact: Fact, t: Translator) -> list[float]:
    lower = load_vocabulary().facts["diastolic_bp"]
    pair = [_number(form.get("number", ""), fact, t), _number(form.get("number2", ""), lower, t)]
    if pair[0] <= pair[1]:
        raise WrongAnswer(t("Le chiffre du haut est plus grand que celui du bas : vérifiez les deux."))
    return pair


def _relatives(form: Mapping[str, str], t: Translator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for i in range(1, RELATIVE_ROWS + 1):
        relation, age = form.get(f"relation{i}", ""), form.get(f"age{i}", "").strip()
        if not relation and not age:
            continue
        if relation not in RELATIONS:
            raise WrongAnswer(t("Choisissez de quel parent il s’agit."))
        if age and not (age.isascii() and age.isdigit() and int(age) <= 120):
            raise WrongAnswer(t("Écrivez un âge en années, ou laissez la case vide si vous ne le savez pas."))
        found.append({"relation": relation, "age_at_diagnosis": int(age) if age else UNKNOWN})
    if not found:
        raise WrongAnswer(t("Choisissez de quel parent il s’agit."))
    return found


def _date(text: str, t: Translator, latest: date | None) -> str:
    """`2019`, `05/2019`, `14/05/2019` (or ISO) as an ISO partial date."""
    text = text.strip()
    try:
        if match := _DATE.match(text):
            day, month, year = match.groups()
            text = "-".join([year, *(part.zfill(2) for part in (month, day) if part)])
        known = PartialDate.parse(text)
    except ValueError:
        message = N_("Écrivez une année, un mois ou un jour : 2019, 05/2019 ou 14/05/2019.")
        raise WrongAnswer(t(message)) from None
    if latest and known.earliest > latest:
        raise WrongAnswer(t("Cette date n’est pas encore passée."))
    return str(known)


def _required(text: str, t: Translator) -> str:
    if not text.strip():
        raise WrongAnswer(t("Écrivez votre réponse, ou choisissez « Je ne sais pas »."))
    return text.strip()
