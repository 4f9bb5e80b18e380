"""What a synthetic population is drawn from, as content: each figure with its source and date, or assumed and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from app.content import Kept, content_dir, digest_of, load_model
from app.errors import ContentError
from app.facts.vocabulary import load_vocabulary
from app.population.participation import Participation, Programme, Sourced, load_participation
from app.records.relatives import KINSHIPS

Share = Annotated[float, Field(ge=0, le=1)]


class Figure(Sourced):
    """`source` with the `date` of what it tells (a year, or a period), or `assumed` with `because`."""

    date: str | None = None

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if self.source is not None and self.date is None:
            raise ValueError("a source needs the date of what it tells (date)")
        return self


class Curves(BaseModel):
    """Values at some ages, by sex; a straight line between two ages (on the logit scale for shares), level beyond.
    A sex that is left out has none: nobody of it is concerned."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    both: dict[int, float] | None = None
    female: dict[int, float] | None = None
    male: dict[int, float] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.both is None) == (self.female is None and self.male is None):
            raise ValueError("write `both`, or `female` and `male` (or one of them)")
        return self

    def of(self, sex: Literal["female", "male"]) -> dict[int, float] | None:
        return self.both if self.both is not None else getattr(self, sex)


def _shares(curves: Curves) -> Curves:
    for sex in ("female", "male"):
        if any(not 0 <= value <= 1 for value in (curves.of(sex) or {}).values()):
            raise ValueError("a share lies between 0 and 1")
    return curves


ShareCurves = Annotated[Curves, AfterValidator(_shares)]


class Among(BaseModel):
    """Only those of whom another fact, drawn before, says one of these words (a state: nothing more)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    fact: str
    values: list[str] | None = None


class Pyramid(Figure):
    people: dict[Literal["female", "male"], dict[int, int]]
    """Lower age of each band → people; the last band ends at `oldest`."""
    oldest: int


class Regions(Figure):
    thousands: dict[str, dict[str, int]]
    """Region → département → thousands of people."""


class AreaOf(Figure):
    """The départements whose people take part least and most (see participation.yaml); the others are `middle`."""

    low: list[str]
    high: list[str]


class Deprivation(Figure):
    shares: tuple[Share, Share, Share, Share, Share]
    """From the least deprived fifth (1) to the most deprived (5)."""


class RecordKept(Figure):
    problem_list: Share
    """Records that hold a list of problems and medicines: only there a state may be written, or its silence tell."""


class PeopleFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    pyramid: Pyramid
    regions: Regions
    areas: AreaOf
    deprivation: Deprivation
    record: RecordKept


class State(Figure):
    """A disease or a treatment of a record's lists: people who have it, and the share of them whose record says so."""

    fact: str
    value: str | None = None
    among: Among | None = None
    share: ShareCurves
    most_deprived_odds_ratio: float = Field(default=1, gt=0)
    written: Share
    years: tuple[float, float]
    """Since when, at least and at most; never before birth."""


class Said(Figure):
    """Shared by what is said or measured on a day: the share of people of whom it is known, and how long ago."""

    fact: str
    among: Among | None = None
    known: ShareCurves
    days_ago: float = Field(gt=0)
    """Median age in days of the latest value; the law is exponential, ten years at most."""
    same_day_as: str | None = None
    """Known only with this other fact, drawn before, and on its day."""
    author: Literal["professional", "citizen"] = "professional"


class Choice(Said):
    """One of several words; the first word is the rest of the shares."""

    shares: dict[str, ShareCurves | None]
    most_deprived_odds_ratio: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _rest(self) -> Self:
        words = list(self.shares)
        if self.shares[words[0]] is not None or any(self.shares[word] is None for word in words[1:]):
            raise ValueError("the first word is the rest: leave it empty, and only it")
        return self


class Number(Said):
    mean: Curves
    sd: float = Field(gt=0)
    decimals: int = Field(ge=0, le=3)
    between: tuple[float, float]
    goes_with: dict[str, float] = Field(default_factory=dict)
    """Another number, drawn before → correlation with it."""
    under: list[str] = Field(default_factory=list)
    """Less than the first of these numbers, less the others (LDL under total less HDL)."""


class Day(Said):
    """A date that is told: so many years ago, not before an age."""

    years: tuple[float, float]
    from_age: float


class Results(Figure):
    shares: dict[str, Share]
    """Result → share of the acts; together 1."""

    @model_validator(mode="after")
    def _all(self) -> Self:
        if abs(sum(self.shares.values()) - 1) > 1e-9:
            raise ValueError("the shares of the results do not add up to 1")
        return self


class FollowUp(Figure):
    fact: str
    after: str
    share: Share
    days: tuple[int, int]
    results: Results


class Round(BaseModel):
    """The test that a programme offers between two ages."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    fact: str
    ages: tuple[int, int]
    results: Results
    follow_up: FollowUp | None = None


class Screening(Figure):
    """Acts of an organised programme; who takes part follows participation.yaml."""

    programme: Literal["colorectal", "breast", "cervix"]
    rounds: int = Field(ge=1, le=8)
    """Past rounds that are told, the one of now included."""
    tests: list[Round]


class Act(Figure):
    """An act outside programmes: the share of people who had it within so many years, its latest day."""

    fact: str
    among: Among | None = None
    share: ShareCurves
    years: float = Field(gt=0)
    results: Results | None = None


class Dose(Figure):
    """Vaccine doses: the share of people (by their age now) who had them, within `years` or at `from_age` on."""

    fact: str
    among: Among | None = None
    share: ShareCurves
    doses: int = Field(default=1, ge=1, le=4)
    years: float | None = None
    from_age: tuple[float, float] | None = None
    """Age at the first dose, in years."""
    not_before: str | None = None
    """First day of the vaccine's use."""
    months_apart: float = 2

    @model_validator(mode="after")
    def _when(self) -> Self:
        if (self.years is None) == (self.from_age is None):
            raise ValueError("write `years` or `from_age`")
        return self


class Relative(Figure):
    """Relatives with a disease, as records tell them: the share of people with one (the second is the square of it)."""

    fact: str
    share: ShareCurves
    written: Share
    relations: dict[str, Share]
    onset: tuple[float, float]
    """Mean and standard deviation of the age at diagnosis."""
    onset_known: Share

    @model_validator(mode="after")
    def _kin(self) -> Self:
        if unknown := set(self.relations) - KINSHIPS.keys():
            raise ValueError(f"no relative is called {min(unknown)}")
        if abs(sum(self.relations.values()) - 1) > 1e-9:
            raise ValueError("the shares of the relatives do not add up to 1")
        return self


class Pregnancies(Figure):
    share: ShareCurves
    """Pregnant now."""
    told: Share
    """Of those who are: the record says so, with the expected day of delivery."""
    told_not: ShareCurves
    """Of the others: somebody asked, and wrote down that they are not."""


class FactsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    states: list[State] = Field(default_factory=list)
    choices: list[Choice] = Field(default_factory=list)
    numbers: list[Number] = Field(default_factory=list)
    days: list[Day] = Field(default_factory=list)
    screening: list[Screening] = Field(default_factory=list)
    acts: list[Act] = Field(default_factory=list)
    doses: list[Dose] = Field(default_factory=list)
    relatives: list[Relative] = Field(default_factory=list)
    pregnancies: Pregnancies | None = None


class Parameters(BaseModel):
    """Everything of `content/population`, in the order in which it is drawn."""

    model_config = ConfigDict(frozen=True)
    folder: Path
    digest: str
    people: PeopleFile
    participation: Participation
    facts: FactsFile

    def programme(self, name: str) -> Programme:
        return next(one for one in self.participation.programmes if one.id == name)


FACT_FILES = ("conditions", "habits", "measures", "screening", "vaccines", "family", "pregnancy")
_EVENT_TYPES = {"states": {"boolean", "coded"}, "choices": {"coded"}, "numbers": {"quantity"}, "days": {"date"},
                "acts": {"event"}, "doses": {"dose"}, "relatives": {"family"}}


@Kept
def load_parameters(folder: Path | None = None) -> Parameters:
    """Raises ContentError with file, line and remedy."""
    folder = folder or content_dir() / "population"
    paths = [folder / f"{name}.yaml" for name in FACT_FILES]
    files = [load_model(path, FactsFile) for path in paths]
    for path, file in zip(paths, files, strict=True):
        _check_facts(path, file)
    together: dict[str, Any] = {
        name: [one for file in files for one in getattr(file, name)] for name in _EVENT_TYPES | {"screening": set()}
    }
    together["pregnancies"] = next((file.pregnancies for file in files if file.pregnancies), None)
    return Parameters(
        folder=folder, digest=digest_of(*folder.glob("*.yaml")), people=load_model(folder / "people.yaml", PeopleFile),
        participation=load_participation(), facts=FactsFile.model_construct(**together),
    )  # fmt: skip


def _check_facts(path: Path, file: FactsFile) -> None:
    """Facts of the vocabulary, of the right type."""
    known = load_vocabulary().facts
    for kind, types in _EVENT_TYPES.items():
        for entry in getattr(file, kind):
            if entry.fact not in known or known[entry.fact].type not in types:
                raise ContentError(f"{entry.fact} is no fact of the vocabulary that {kind} may draw",
                                   where=path.name, remedy="see content/vocabulary")
