"""The vocabulary of facts (`content/vocabulary/*.yaml`): what can be known of a person, and from which codes.

A *fact* is what records and answers give: dated values. A *reduction* is a named way to make one value of them
(`latest date with a normal result`); guideline criteria read reductions and facts by name and nothing else.
For a quantity, a coded value or a boolean, the fact's own name stands for its latest value.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from pydantic import Field, model_validator

from app.content import Kept, PeriodText, Strict, content_dir, digest_of, load_model
from app.errors import ContentError
from app.records.model import EntryKind

if TYPE_CHECKING:
    from app.facts.model import FactSheet

FactType = Literal["quantity", "coded", "boolean", "event", "dose", "family", "date", "text", "derived"]
"""`quantity` a number with a unit; `coded` one of `values`; `boolean` a condition or state (true once said, unless
ended); `event` an act, perhaps with a result among `values`; `dose` a vaccine dose; `family` a relative's disease;
`date` a calendar day; `text` shown only; `derived` computed by `app.facts.derive` from other facts."""

Category = Literal[
    "identity", "biology", "measures", "conditions", "treatments", "vaccines", "screening", "imaging", "habits",
    "family", "pregnancy", "sexual_health", "mental_health", "living",
]
"""Consent is given by category (content/purposes); a fact belongs to one."""

KINDS_OF_TYPE: dict[str, frozenset[EntryKind]] = {
    "quantity": frozenset({"observation", "answer"}),
    "coded": frozenset({"observation", "answer", "condition", "procedure"}),
    "boolean": frozenset({"observation", "answer", "condition", "procedure", "medication"}),
    "event": frozenset({"observation", "answer", "procedure", "report"}),
    "dose": frozenset({"immunization"}),
    "family": frozenset({"family_member"}),
    "date": frozenset({"observation", "answer"}),
    "text": frozenset(),
    "derived": frozenset(),
}
"""A vaccine listed among medicines was bought, not given; a relative's code is not the person's."""

Absence = Literal["unknown", "presumed_no", "presumed_no_if_problems_listed"]
"""What silence means. `unknown`: ask. `presumed_no`: taken as no, and the plan says so. The third: presumed absent
only when the record does hold a list of problems (a disease of this weight is written there)."""


class Plausible(Strict):
    """Bounds in the canonical unit; outside `hard` a value is set aside, outside `soft` it is kept and asked about."""

    soft: tuple[float, float]
    hard: tuple[float, float]


class Question(Strict):
    """How the fact is asked for, in plain French (translations in content/locales)."""

    text: str
    help: str | None = None
    answer: Literal["yes_no", "number", "choice", "date", "relatives", "pair"]
    choices: dict[str, str] = Field(default_factory=dict)
    """For `choice`: value → words. The value `unknown` (« je ne sais pas ») is always offered, for every question."""
    sets: dict[str, list[str]] = Field(default_factory=dict)
    """An answer that settles other facts too: value → facts set to false (`none` of these diseases)."""


class Reduction(Strict):
    """One value out of many dated ones. `where` keeps the entries first; `take` then reduces.

    `last_value`, `last_date`, `first_date`, `count`, `any` (at least one), `dates` (sorted), `last_result` (value of
    the latest event), `max`, `min`, `mean`, `change` (the last value less the first: below zero when it falls),
    `change_per_year` (the same, divided by the years between them). Dates after `as_of` never count.
    """

    take: Literal[
        "last_value", "last_date", "first_date", "count", "any", "dates", "last_result", "max", "min", "mean", "change",
        "change_per_year",
    ]
    label: str
    where_value: list[str | bool] | None = None
    where_at_least: float | None = None
    where_at_most: float | None = None
    where_author: list[str] | None = None
    within: PeriodText | None = None
    """Only values within this period before `as_of` (P12M)."""
    since: str | None = None
    """Only values on or after the date given by this other fact or reduction."""
    apart: str | None = None
    """For `change` and `change_per_year`: the first and the last value are at least this far apart (P1D)."""
    fresh_for: PeriodText | None = None

    @model_validator(mode="after")
    def _drift(self) -> Reduction:
        if self.apart is not None and self.take not in ("change", "change_per_year"):
            raise ValueError("`apart` goes with `take: change` or `take: change_per_year`")
        return self


class Fact(Strict):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: FactType
    label: str
    definition: str | None = None
    category: Category
    unit: str | None = None
    values: list[str] = Field(default_factory=list)
    codes: dict[str, list[str] | dict[str, str]] = Field(default_factory=dict)
    """System short name → codes, or code → word of `values` (or a comment for events: `part` says that only a positive
    result counts; for doses: `ambiguous` says that the code names several vaccines). A code ending in `*` is a prefix
    (CIM-10, ATC)."""
    value_codes: dict[str, dict[str, str]] = Field(default_factory=dict)
    """For coded results: system → code → word of `values`."""
    analyte: str | None = None
    """Key of content/vocabulary/units.yaml for mass ↔ molar conversion."""
    plausible: Plausible | None = None
    fresh_for: PeriodText | None = None
    absence: Absence = "unknown"
    absence_because: str | None = None
    question: Question | None = None
    reductions: dict[str, Reduction] = Field(default_factory=dict)
    aliases: list[str] = Field(default_factory=list)
    """Other names accepted in guideline cases (case-vocabulary)."""
    kinds: list[EntryKind] | None = None
    """Kinds of entries that may feed the fact; default by type (`KINDS_OF_TYPE`)."""
    side: Literal["left", "right", "none"] | None = None
    """Only statements about this side of the body (`none`: those that name no side)."""
    texts: list[str] = Field(default_factory=list)
    """Words that, in an entry without a code, support this fact when a coded entry gives it. Never enough alone."""
    value_texts: dict[str, str] = Field(default_factory=dict)
    """The closed list of words read as a result when the observation is coded and its result is not: words → value."""
    unclear: list[str] = Field(default_factory=list)
    """Words of `values` that leave the question open (`unknown_type`): criteria read them as unknown."""
    value_unknown: dict[str, list[str]] = Field(default_factory=dict)
    """System → codes that say « not known »."""
    unit_synonyms: list[str] = Field(default_factory=list)
    """Other spellings that mean the canonical unit for this fact, though UCUM would read them otherwise."""
    unit_factors: dict[str, str] = Field(default_factory=dict)
    """Unit → exact factor to the canonical unit, for units that UCUM does not tell apart (`{drink}/d`: 7)."""
    not_with: dict[str, list[str]] = Field(default_factory=dict)
    """System → qualifiers that contradict the fact (a fasting glucose « after a meal »)."""
    pure_number: bool = False
    """An answer given as an integer, without unit, counts in the canonical unit."""
    ambiguous_up_to: float | None = None
    """Under a code commented `ambiguous`, a number up to this in another unit than the canonical one is not used."""
    said_by: str | None = None
    """For acts and doses: a yes/no fact that says the same without a date (yes: done, nobody knows when; no: never)."""
    lasting: bool = False
    """Stays true when the disease is over (« has had a cancer »)."""
    result_unit: str | None = None
    """For events whose result may come as a number: the unit it is shown in. The laboratory's reading decides."""
    future_allowed: bool = False
    """The value (not the day it was said) may lie in the future."""
    section: str | None = None
    """The section whose presence makes silence mean no, when it is not `problems`."""
    source: str | None = None
    verified: bool = False
    """True when the codes were checked against the code system's own publication."""

    @model_validator(mode="after")
    def _consistent(self) -> Fact:
        if self.type == "quantity" and self.unit is None:
            raise ValueError(f"{self.id}: a quantity needs a UCUM unit (write `unit: '1'` for a pure number)")
        if self.type == "coded" and not self.values:
            raise ValueError(f"{self.id}: a coded fact needs its `values`")
        if self.absence != "unknown" and not self.absence_because:
            raise ValueError(f"{self.id}: `absence: {self.absence}` needs `absence_because`, a sentence for the reader")
        return self


class VocabularyFile(Strict):
    facts: list[Fact]


class Vocabulary:
    """All facts by id, all reductions by name, and the index from codes to facts."""

    def __init__(self, facts: list[Fact], digest: str) -> None:
        self.digest = digest
        self.facts: dict[str, Fact] = {}
        self.reductions: dict[str, tuple[Fact, Reduction]] = {}
        self.names: dict[str, str] = {}
        """Case-vocabulary names and ids → id."""
        self._codes: dict[str, dict[str, list[Fact]]] = {}
        self._silence: dict[tuple[bool, frozenset[str], str, bool], dict[Any, Any]] = {}
        self._telling = frozenset(
            fact.section or "problems" for fact in facts if fact.absence == "presumed_no_if_problems_listed"
        )
        self._found: dict[tuple[str, str, EntryKind], tuple[tuple[Fact, str], ...]] = {}
        for fact in facts:
            self._add(fact)
        for fact in facts:
            for name, reduction in fact.reductions.items():
                if name in self.reductions or name in self.facts:
                    raise ContentError(f"the name {name!r} of a reduction is taken", remedy="choose another name")
                self.reductions[name] = (fact, reduction)

    def silence(self, sheet: FactSheet) -> dict[Any, Any]:
        """Where it is kept what silence means. Of the person, this depends on the administrative sex and on whether the
        birth is known; of the sheet, on whether it is complete and holds the sections that make silence mean no."""
        subject = sheet.subject
        sex, born = ("unknown", False) if subject is None else (subject.administrative_sex, bool(subject.birth_date))
        return self._silence.setdefault((sheet.complete, sheet.sections & self._telling, sex, born), {})

    def _add(self, fact: Fact) -> None:
        if fact.id in self.facts:
            raise ContentError(f"the fact {fact.id!r} is defined twice", remedy="rename or merge one of them")
        self.facts[fact.id] = fact
        for name in (fact.id, *fact.aliases):
            if self.names.setdefault(name, fact.id) != fact.id:
                raise ContentError(f"the name {name!r} stands for two facts", remedy="remove one alias")
        for system, codes in fact.codes.items():
            for code in codes:
                self._codes.setdefault(system, {}).setdefault(code, []).append(fact)

    def find(self, system: str, code: str, kind: EntryKind) -> tuple[tuple[Fact, str], ...]:
        """The facts that a code feeds for this kind of entry, each with the vocabulary's own entry that matched.

        An exact code wins over a prefix, a long prefix over a short one; shown-only facts (`*`) come last of all.
        """
        key = (system, code, kind)
        if (found := self._found.get(key)) is None:
            found = self._search(key)
            if len(self._found) < 20_000:  # records come from outside: the memo must not grow without bound
                self._found[key] = found
        return found

    def _search(self, key: tuple[str, str, EntryKind]) -> tuple[tuple[Fact, str], ...]:
        system, code, kind = key
        codes = self._codes.get(system, {})
        for name in (code, *(f"{code[:length]}*" for length in range(len(code), -1, -1))):
            if facts := [fact for fact in codes.get(name, ()) if kind in kinds_of(fact)]:
                return tuple((fact, name) for fact in facts)
        return ()

    def by_code(self, system: str, code: str) -> list[Fact]:
        """The facts that a code feeds, whatever the kind of entry."""
        found = {fact.id: fact for kind in get_args(EntryKind) for fact, _ in self.find(system, code, kind)}
        return list(found.values())


def kinds_of(fact: Fact) -> frozenset[EntryKind]:
    """The kinds of entries that may feed a fact."""
    return frozenset(fact.kinds) if fact.kinds is not None else KINDS_OF_TYPE[fact.type]


@Kept
def load_vocabulary(folder: Path | None = None) -> Vocabulary:
    """Read every `content/vocabulary/*.yaml` that holds facts. Raises ContentError with file, line and remedy."""
    from app.facts.check import check_facts  # which is written in terms of this module

    folder = folder or content_dir() / "vocabulary"
    paths = sorted(folder.glob("*.yaml"))
    facts = {path: load_model(path, VocabularyFile).facts for path in paths if path.name != "units.yaml"}
    check_facts(facts)
    return Vocabulary([fact for listed in facts.values() for fact in listed], digest_of(*paths))
