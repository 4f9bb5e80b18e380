"""Published participation in organised screening, as content (`content/population/participation.yaml`)."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.content import content_dir, load_model

Area = Literal["low", "middle", "high"]
"""A group of départements, by how much their people take part."""

Rate = float


class Sourced(BaseModel):
    """Each figure has a source, or says that it is assumed and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    source: str | None = None
    assumed: bool = False
    because: str | None = None

    @model_validator(mode="after")
    def _told(self) -> Self:
        if self.source is None and not self.assumed:
            raise ValueError("a figure needs a source, or assumed: true")
        if self.assumed and not self.because:
            raise ValueError("an assumed figure says why (because)")
        return self


class Overall(Sourced):
    rate: Rate = Field(gt=0, lt=1)
    period: str


class BySex(Sourced):
    male: Rate = Field(gt=0, lt=1)
    female: Rate = Field(gt=0, lt=1)


class ByAge(Sourced):
    """Rates at some ages; between them a straight line on the logit scale, beyond them the nearest."""

    male: dict[int, Rate] | None = None
    female: dict[int, Rate] | None = None


class OddsRatio(Sourced):
    value: float = Field(gt=0)


class AreaRate(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    rate: Rate = Field(gt=0, lt=1)
    share: float = Field(gt=0, lt=1)


class Areas(Sourced):
    low: AreaRate
    high: AreaRate


class Programme(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Literal["colorectal", "breast", "cervix"]
    guideline: str
    sexes: list[Literal["male", "female"]]
    ages: tuple[int, int]
    every_years: int
    overall: Overall
    by_sex: BySex | None = None
    by_age: ByAge
    most_deprived_odds_ratio: OddsRatio
    areas: Areas


class TreatingDoctor(Sourced):
    share: float = Field(gt=0, lt=1)
    odds_ratio: float = Field(gt=0)


class Persistence(Sourced):
    """`attenuation`: how much smaller an effect is over a population than for one person of it."""

    attenuation: float = Field(gt=0, le=1)


class Participation(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    programmes: list[Programme]
    treating_doctor: TreatingDoctor
    persistence: Persistence


@lru_cache(maxsize=1)
def load_participation() -> Participation:
    """Raises ContentError with file, line and remedy."""
    return load_model(content_dir() / "population" / "participation.yaml", Participation)
