"""What is answered for facts of which nobody spoke: worked out once for everybody who is silent on them.

For most people most facts are silent. What silence means depends on the sheet's kind and the person's sex, and criteria
hold the age against a few limits only: all who are silent on everything that a criterion (or a whole guideline) looks
at, of one sex and one class of ages, have the same answer, trace and presumptions. It is worked out on somebody who has
said nothing. Whoever spoke of one of the facts that were looked at is evaluated for themselves, and so is everybody
where the answer depends on more: the birth day, the day of the plan, another guideline.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from app.dates import PartialDate
from app.facts.derive import age_between
from app.facts.model import FactSheet
from app.facts.reads import Reads
from app.facts.reduce import ReducedFacts, ReducedValue
from app.guidelines import criteria as c
from app.guidelines.reader import Assumed, Decider, Reader
from app.guidelines.recommendation import Step
from app.records.model import Subject

Answer = TypeVar("Answer")

Limits = frozenset[int] | None
"""None: what needs the age itself (a risk estimate)."""

_EVERY_YEAR = tuple(range(131))


class Definition(NamedTuple):
    """A criterion of `definitions`, read, and the ages at which it may change."""

    decide: Decider
    limits: Limits


Definitions = Mapping[str, Definition]


def age_limits(criterion: c.Criterion, definitions: Definitions) -> Limits:
    """The first years of age (a) of each class in which the criterion is the same for those who are silent."""
    if isinstance(criterion, c.Use):
        return definitions[criterion.use].limits
    if isinstance(criterion, c.Age) and criterion.at is None:
        ages = criterion.age
        return frozenset(([] if ages.from_ is None else [ages.from_]) + ([] if ages.to is None else [ages.to + 1]))
    if isinstance(criterion, c.Risk) or (isinstance(criterion, c.FactIs) and criterion.fact == "age"):
        return None
    return together(age_limits(part, definitions) for part in _parts(criterion))


def together(limits: Iterable[Limits]) -> Limits:
    found: frozenset[int] = frozenset()
    for one in limits:
        if one is None:
            return None
        found |= one
    return found


def _parts(criterion: c.Criterion) -> list[c.Criterion]:
    if isinstance(criterion, c.All):
        return criterion.all
    if isinstance(criterion, c.Any_):
        return criterion.any
    if isinstance(criterion, c.AtLeast):
        return criterion.of
    return [criterion.not_] if isinstance(criterion, c.Not) else []


class _Kept(NamedTuple, Generic[Answer]):
    """The answer when none of `facts` was spoken of; `facts` None: it depends on more than silence."""

    facts: frozenset[str] | None
    answer: Answer | None


_MET_ONCE: _Kept[Any] = _Kept(None, None)


class _AgeClass:
    """What `silence` is asked with: one for each function and class of ages, told apart by identity alone."""

    __slots__ = ()


class Silent(Generic[Answer]):
    """A function of the reader, and its answers for the silent."""

    __slots__ = ("_classes", "_find_limits", "_limits", "_of_age", "_work")

    def __init__(self, work: Callable[[Reader], Answer], limits: Callable[[], Limits]) -> None:
        """`limits`: at which ages the answer may change; asked for once, when somebody is evaluated."""
        self._work, self._find_limits = work, limits
        self._limits: tuple[int, ...] | None = None
        self._classes: dict[tuple[int, int], _AgeClass] = {}
        self._of_age: dict[tuple[int, int] | None, _AgeClass] = {}

    def of(self, reader: Reader) -> Answer | None:
        """The answer, when this person is silent on all that it looks at; otherwise None."""
        at = self._of_age.get(reader.age)
        if at is None:
            at = self._class_of(reader.age)
        kept: _Kept[Answer] | None = reader.silence.get(at)
        if kept is None:  # a program that evaluates one person should not work out others
            reader.silence[at] = _MET_ONCE
            return None
        if kept is _MET_ONCE:
            kept = reader.silence[at] = self._worked_out(reader)
        facts, answer = kept
        return answer if facts is not None and reader.silent_on(facts) else None

    def _class_of(self, age: tuple[int, int] | None) -> _AgeClass:
        """The class of ages in which the answer is the same. Whether the age is known at all, `silence` tells
        already."""
        if self._limits is None:
            found = self._find_limits()
            self._limits = _EVERY_YEAR if found is None else tuple(sorted(found))
        low, high = age or (-1, -1)
        between = (bisect_right(self._limits, low), bisect_right(self._limits, high))
        found_class = self._of_age[age] = self._classes.setdefault(between, _AgeClass())
        return found_class

    def _worked_out(self, reader: Reader) -> _Kept[Answer]:
        somebody = _Somebody(reader, exact=self._limits is _EVERY_YEAR)
        try:
            answer = self._work(somebody)
        except _OfThePersonError:
            return _Kept(None, None)
        return _Kept(frozenset(somebody.looked_at) - {"age", "birth_date", "administrative_sex"}, answer)


def once_for_the_silent(decide: Decider, limits: Callable[[], Limits]) -> Decider:
    """The same criterion; for those who are silent on all that it looks at, its answer is looked up."""

    def work(reader: Reader) -> tuple[Step, tuple[str, ...]]:
        assumed: Assumed = {}
        return decide(reader, assumed), tuple(assumed)

    kept_for = Silent(work, limits).of

    def looked_up(reader: Reader, assumed: Assumed) -> Step:
        kept = kept_for(reader)
        if kept is None:
            return decide(reader, assumed)
        step, presumed = kept
        if presumed:
            assumed.update(dict.fromkeys(presumed))
        return step

    return looked_up


class _OfThePersonError(Exception):
    """Something was looked at that is nobody else's."""


def _of_the_person(*_: Any) -> Any:
    raise _OfThePersonError


class _Nothing(Reads):
    """The reduced facts of somebody who has said nothing."""

    __slots__ = ("_age",)

    def __init__(self, like: ReducedFacts, age: tuple[int, int] | None, *, exact: bool) -> None:
        sheet, subject = like.sheet, like.sheet.subject
        nobody = None if subject is None else Subject(None, subject.administrative_sex)
        self._age = age if exact or age is None else _ANY_AGE
        super().__init__(like, FactSheet(date.min, nobody, sections=sheet.sections, complete=sheet.complete))
        self.silence = like.silence

    as_of = property(_of_the_person, lambda self, day: None)

    def _reduce(self, name: str) -> ReducedValue:
        if name != "age" or self._age is None:
            return super()._reduce(name)
        if not 0 <= self._age[0] <= self._age[1] < _EVERY_YEAR[-1]:
            raise _OfThePersonError
        return age_between(*self._age)


_ANY_AGE = (-1, -1)


class _Somebody(Reader):
    """Of this sex, of these ages, with a sheet of this kind, and nothing said."""

    __slots__ = ("looked_at",)

    def __init__(self, like: Reader, *, exact: bool) -> None:
        facts = _Nothing(like.facts, like.age, exact=exact)
        self.age = None
        super().__init__(facts, facts.sheet)
        self.age = like.age
        self.looked_at = facts.seen
        self.silent_on = self._silent_on
        self.answer = _of_the_person

    def _silent_on(self, facts: frozenset[str]) -> bool:
        self.looked_at.update(dict.fromkeys(facts))
        return True

    as_of = property(_of_the_person, lambda self, day: None)

    @property
    def birth(self) -> PartialDate | None:
        return None if self.age is None else _of_the_person()

    @birth.setter
    def birth(self, day: PartialDate | None) -> None: ...
