"""Criteria: the small language in which a guideline says to whom it applies.

A criterion is read on *reduced facts* only (see `app.facts.vocabulary`), is true, false or unknown, and is one of:

    {all: [...]}   {any: [...]}   {not: ...}   {at_least: 2, of: [...]}   {use: a definition of the same guideline}
    {age: {from: 50, to: 74}}                             completed years at `as_of`, both ends included
    {age: {from: 30}, at: hpv_test_last_date}             completed years on the day of an act
    {born: {from: 1980-01-01, to: 1999-12-31}}            the birth date, both ends included
    {season: {from: "09-01", to: "01-31"}}                `as_of` falls in this part of any year, both ends included
                                                          (with `at: name`: on that day, as for an age)
    {fact: tobacco_status, is: current}                   also `in: [...]`, `is: true`
    {fact: bmi, at_least: 25}                             also `more_than`, `at_most`, `less_than` (canonical unit)
    {fact: colonoscopy_last_date, within: P5Y}            the day is less than this period before `as_of`
    {fact: hpv_test_last_date, within: P12M, after: cytology_last_date}
                                                          on that day or after it, by less than this period
    {fact: hpv_test_last_date, before: menopause_date}    strictly earlier than
    {fact: fit_last_positive_date, later_than: colonoscopy_last_date}
    {fact: cytology_last_normal_date, before_age: 30}     the person's age on that day
    {fact: hdl_cholesterol, known: true}
    {symptom: [breast_lump, nipple_discharge]}            any of them is present
    {family: {condition: colorectal_cancer, degree: 1, before_age: 65}, at_least: 1}
                                                          also `relation`, `from_age`, `at_most_degree`, `sex`, `side`,
                                                          `same_side: true`, `years_before: 10`: the person
                                                          has reached the relative's age at diagnosis less ten years
    {risk: score2, category: [high, very_high]}           also `at_least: 10` on the estimate
    {guideline: lynch_genetics, status: [specialist], track: [known_variant]}
                                                          another guideline of the pack answers so (either key, or both)

`if_missing: no` (or `yes`) states what silence means for this criterion; the trace shows that it was used.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from app.content import PeriodText
from app.guidelines.status import Status
from app.records.relatives import KINSHIPS


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class All(Strict):
    all: list[Criterion] = Field(min_length=1)


class Any_(Strict):
    any: list[Criterion] = Field(min_length=1)


class Not(Strict):
    not_: Criterion = Field(alias="not")


class AtLeast(Strict):
    at_least: int = Field(ge=1)
    of: list[Criterion] = Field(min_length=1)


class Use(Strict):
    use: str


class Years(Strict):
    from_: int | None = Field(default=None, alias="from", ge=0, le=120)
    to: int | None = Field(default=None, ge=0, le=120)

    @model_validator(mode="after")
    def _ordered(self) -> Years:
        if self.from_ is None and self.to is None:
            raise ValueError("an age needs `from`, `to` or both")
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise ValueError("`from` is after `to`")
        return self


def _missing(value: Any) -> Any:
    """YAML 1.1 reads a bare `no` as false: `if_missing: no` is what everybody writes."""
    return {False: "no", True: "yes"}.get(value, value) if isinstance(value, bool) else value


Missing = Annotated[Literal["yes", "no"], BeforeValidator(_missing)]


def _every_year(value: str) -> str:
    try:
        date.fromisoformat(f"2001-{value}")  # not a leap year: the day must exist every year
    except ValueError:
        raise ValueError(f"not a day of every year: {value!r} (write MM-DD, 10-15)") from None
    return value


MonthDay = Annotated[str, Field(pattern=r"^\d{2}-\d{2}$"), AfterValidator(_every_year)]
"""A day of every year, `10-15`."""


class Age(Strict):
    age: Years
    at: str | None = None
    """The reduction that gives the day on which the age is taken (none: the day of the plan)."""
    if_missing: Missing | None = None

    @model_validator(mode="after")
    def _missing_day(self) -> Age:
        if self.if_missing is not None and self.at is None:
            raise ValueError("`if_missing` goes with `at`: an age on the day of the plan is asked for")
        return self


class Days(Strict):
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Days:
        if self.from_ is None and self.to is None:
            raise ValueError("birth dates need `from`, `to` or both")
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise ValueError("`from` is after `to`")
        return self


class Born(Strict):
    born: Days


class YearlyWindow(Strict):
    from_: MonthDay = Field(alias="from")
    to: MonthDay


class InSeason(Strict):
    season: YearlyWindow
    at: str | None = None
    """The reduction that gives the day (none: the day of the plan)."""


class FactIs(Strict):
    """A comparison on one reduced fact; exactly one kind of operator."""

    fact: str
    is_: bool | str | None = Field(default=None, alias="is")
    in_: list[str] | None = Field(default=None, alias="in")
    at_least: float | None = None
    more_than: float | None = None
    at_most: float | None = None
    less_than: float | None = None
    within: PeriodText | None = None
    after: str | None = None
    later_than: str | None = None
    before: str | None = None
    before_age: int | None = None
    known: bool | None = None
    if_missing: Missing | None = None

    @model_validator(mode="after")
    def _one_operator(self) -> FactIs:
        numbers = any(x is not None for x in (self.at_least, self.more_than, self.at_most, self.less_than))
        others = [self.is_, self.in_, self.within, self.later_than, self.before, self.before_age, self.known]
        if numbers + sum(x is not None for x in others) != 1:
            raise ValueError(
                f"{self.fact}: give exactly one of is, in, a number, within, later_than, before, before_age, known"
            )
        if self.after is not None and self.within is None:
            raise ValueError(f"{self.fact}: `after` goes with `within` (alone, write `later_than`)")
        return self


class Symptom(Strict):
    symptom: list[str] = Field(min_length=1)


class Relatives(Strict):
    """Relatives who count. Degree 1: parents, siblings, children; 2: grandparents, aunts, uncles, half-siblings;
    3: cousins."""

    condition: list[str] = Field(min_length=1)
    degree: int | None = Field(default=None, ge=1, le=3)
    at_most_degree: int | None = Field(default=None, ge=1, le=3)
    relation: list[str] | None = None
    sex: Literal["female", "male"] | None = None
    side: Literal["maternal", "paternal"] | None = None
    """Of this branch; brothers, sisters and descendants belong to both."""
    same_side: bool = False
    """Those who are counted together are of one branch, whichever it is."""
    before_age: int | None = None
    from_age: int | None = None
    years_before: int | None = None
    """Only relatives whose age at diagnosis, less these years, the person has reached."""

    @field_validator("relation")
    @classmethod
    def _relations_exist(cls, value: list[str] | None) -> list[str] | None:
        if wrong := [name for name in value or [] if name not in KINSHIPS]:
            raise ValueError(f"unknown relation {', '.join(wrong)}: write blood relatives (mother, cousin…)")
        return value

    @field_validator("condition", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


class Family(Strict):
    family: Relatives
    at_least: int = Field(default=1, ge=1)
    if_missing: Missing | None = None


class Risk(Strict):
    risk: str
    category: list[str] | None = Field(default=None, min_length=1)
    at_least: float | None = None
    if_missing: Missing | None = None

    @model_validator(mode="after")
    def _one_operator(self) -> Risk:
        if (self.category is None) == (self.at_least is None):
            raise ValueError(f"{self.risk}: give either `category` or `at_least`")
        return self


class GuidelineIs(Strict):
    """What another guideline of the pack answers on the same day."""

    guideline: str
    status: list[Status] | None = Field(default=None, min_length=1)
    track: list[str] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _says_what(self) -> GuidelineIs:
        if self.status is None and self.track is None:
            raise ValueError(f"{self.guideline}: give `status`, `track` or both")
        if Status.ASK in (self.status or ()):
            raise ValueError(f"{self.guideline}: `ask` is no answer (what cannot be decided is unknown here)")
        return self


_KINDS = (
    "all", "any", "not", "of", "use", "age", "born", "season", "fact", "symptom", "family", "risk", "guideline",
)


def _kind_of(value: Any) -> str | None:
    """Which criterion is it? By the key that only this kind has (or, once read, by its type)."""
    if isinstance(value, dict):
        return next((kind for kind in _KINDS if kind in value), None)
    return next((kind for kind, model in _MODELS.items() if type(value) is model), None)


_MODELS: dict[str, type[Strict]] = {
    "all": All, "any": Any_, "not": Not, "of": AtLeast, "use": Use, "age": Age, "born": Born, "season": InSeason,
    "fact": FactIs, "symptom": Symptom, "family": Family, "risk": Risk, "guideline": GuidelineIs,
}

Criterion = Annotated[
    Annotated[All, Tag("all")] | Annotated[Any_, Tag("any")] | Annotated[Not, Tag("not")]
    | Annotated[AtLeast, Tag("of")] | Annotated[Use, Tag("use")] | Annotated[Age, Tag("age")]
    | Annotated[Born, Tag("born")] | Annotated[InSeason, Tag("season")]
    | Annotated[FactIs, Tag("fact")] | Annotated[Symptom, Tag("symptom")] | Annotated[Family, Tag("family")]
    | Annotated[Risk, Tag("risk")] | Annotated[GuidelineIs, Tag("guideline")],
    Discriminator(
        _kind_of,
        custom_error_type="criterion",
        custom_error_message="not a criterion: it needs one of " + ", ".join(_KINDS),
    ),
]

for _model in (All, Any_, Not, AtLeast):
    _model.model_rebuild()
