"""The copy as one page to read: no script, nothing from elsewhere, good to print."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.facts.model import FactSheet
from app.guidelines.evaluate import evaluate
from app.i18n import N_, Translator
from app.pedigree.build import pedigree_of
from app.pedigree.words import family_lines
from app.plans.decisions import Decision
from app.plans.essential import ranked
from app.plans.words import Words
from app.services.access_log import by
from app.services.export.copied import PARTS, README, Copied
from app.services.log_words import entry_words, moment_words
from app.services.services import Services
from app.store.tables import moment
from app.trust import held

DECIDED = {
    "later": N_("Pas maintenant"), "not_for_me": N_("Pas pour moi"), "ask_doctor": N_("À demander à mon médecin"),
}  # fmt: skip
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def page_of(copied: Copied, sheet: FactSheet, services: Services, t: Translator) -> str:
    """A whole document; every text of a record is escaped."""
    words = Words(sheet, t)
    facts = ranked(sheet, evaluate(services.pack, sheet))
    return _environment().get_template("export.html").render(
        t=t, readme=t(README), parts={name: t(what) for name, what in PARTS.items()},
        made=moment_words(copied.at, t), sections=list(_sections(copied, t)),
        facts=list(dict.fromkeys(words.fact(one.fact) for one in facts)), sheet=sheet,
        unknown=[(words.label(one.id), one.why) for one in sheet.unknown],
        answers=[(_question(words, fact), _plain(one["value"], t), t.date(date.fromisoformat(one["on"])))
                 for fact, one in copied.answers.items()],
        decisions=[_decision(services, guideline, one, t) for guideline, one in copied.decisions.items()],
        family=[text for style, text in family_lines(pedigree_of(sheet), t) if style != "title" and text],
        files=copied.files, entries=[_entry(entry, copied, t) for entry in reversed(copied.entries)],
    )  # fmt: skip


def _sections(copied: Copied, t: Translator) -> Iterator[tuple[str, list[list[tuple[str, str]]]]]:
    """Every other table, column by column: (title, rows of (words, value))."""
    for one in held.HELD:
        if one.name not in (held.FACTS, held.FILES) and copied.rows[one.name]:
            rows = [
                [(t(label), _plain(row[name], t)) for name, label in one.shown.items() if row[name] not in (None, "")]
                for row in copied.rows[one.name]
            ]
            yield t(one.title), rows


def _question(words: Words, fact: str) -> str:
    definition = words.definition(fact)
    return words.t(definition.question.text) if definition and definition.question else words.label(fact)


def _decision(services: Services, guideline: str, kept: Mapping[str, Any], t: Translator) -> tuple[str, str]:
    """The recommendation's title, and what was decided about it."""
    known = next((one.wording.title for one in services.pack.guidelines if one.id == guideline), None)
    decision = Decision.from_json(kept)
    days = [t.date(day) for day in (decision.on, decision.until) if day]
    reason = [decision.reason] if decision.reason else []
    return t(known) if known else guideline, ", ".join([t(DECIDED[decision.kind]), *days, *reason])


def _plain(value: Any, t: Translator) -> str:
    if isinstance(value, bool):
        return t("oui") if value else t("non")
    if isinstance(value, int | float):
        return t.number(value)
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return moment_words(moment(value), t) if _STAMP.fullmatch(value) else value


def _entry(entry: Mapping[str, Any], copied: Copied, t: Translator) -> dict[str, str]:
    who = by(entry["actor"], entry["role"], copied.person)
    return entry_words({**entry, "by": who, "name": copied.professionals.get(entry["actor"])}, t)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("app.services.export"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
