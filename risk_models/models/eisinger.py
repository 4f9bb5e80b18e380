"""Eisinger score: does the family history of breast and ovarian cancer call for a consultation
d'oncogénétique?

Source: Eisinger F et al., Bull Cancer 2004;91(4):219-237 (expertise collective), taken up by HAS (2014)
and INCa.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from risk_models.base import Contribution, Explanation, Reference, RiskEstimate, RiskModel
from risk_models.errors import NotApplicable, Refusal
from risk_models.inputs import Excludes, Inputs, Says, Sex, refuse
from risk_models.numeric import first_below, pick, where
from risk_models.onset import Onset, bounds

SOURCE = "Eisinger F et al., Bull Cancer 2004;91(4):219-237"

_BREAST_WOMAN = ((30, 4), (40, 3), (50, 2), (71, 1), (inf, 0))
"""Below this age at diagnosis: points. From 71 there are none."""

_CATEGORIES = ((1, "none"), (3, "low"), (5, "possible"), (inf, "excellent"))
"""Below this score: the class."""

Side = Literal["maternal", "paternal"]
SIDES: tuple[Side, Side] = ("maternal", "paternal")


class Relative(BaseModel):
    """One cancer of one relative, or of the person. Two breast cancers of one woman are two entries.

    Full siblings, their children and the person belong to both branches.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    branch: Literal["maternal", "paternal", "both", "unknown"]
    cancer: Literal["breast", "ovary", "brca_mutation"]
    sex: Sex | None = None
    age: Onset = None

    @model_validator(mode="after")
    def _sex_fits(self) -> Self:
        if self.cancer == "breast" and self.sex is None:
            raise refuse("missing", "the sex of a relative with breast cancer is not known: ask")
        if self.cancer == "ovary" and self.sex == "male":
            raise refuse("invalid", "ovarian cancer of a man: check the entry")
        return self

    def points(self) -> tuple[int, int]:
        """The fewest and the most points; they differ only when the age of a woman's breast cancer is not
        known."""
        youngest, oldest = bounds(self.age)
        return points_at(self.cancer, self.sex, oldest), points_at(self.cancer, self.sex, youngest)

    def on(self, side: Side) -> bool:
        return self.branch in (side, "both")


def points_at(cancer: str, sex: str | None, age: float) -> int:
    """The points of one cancer at an age of diagnosis; also on columns."""
    breast = where(sex == "male", 4, first_below(age, _BREAST_WOMAN))
    return pick(cancer, {"brca_mutation": 5, "ovary": 3, "breast": breast})


class EisingerInputs(Inputs):
    relatives: Annotated[
        list[Relative],
        Says("one entry (branch, cancer, sex, age) for every such cancer or variant; [] means: asked, none"),
    ]
    familial_variant_excluded: Annotated[
        bool, Excludes("the family's variant was looked for and not found in this person: no added risk")
    ] = False


def branch_ranges(relatives: Sequence[Relative]) -> dict[Side, tuple[int, int]]:
    """The fewest and the most points of each branch; relatives of an unknown branch may belong to either."""
    ranges: dict[Side, tuple[int, int]] = {}
    for side in SIDES:
        fewest = sum(r.points()[0] for r in relatives if r.on(side))
        most = sum(r.points()[1] for r in relatives if r.on(side) or r.branch == "unknown")
        ranges[side] = (fewest, most)
    return ranges


def category_of(score: int) -> str:
    """`excellent` indication from 5, `possible` from 3, `low` medical usefulness below, `none` for 0."""
    return first_below(score, _CATEGORIES)


def _refuse_unknowns(relatives: Sequence[Relative]) -> None:
    ranges = branch_ranges(relatives)
    alone = [r.points()[0] for r in relatives if r.branch == "unknown"]  # each counts whole in whichever branch
    score = (max(*alone, *(low for low, _ in ranges.values())), max(high for _, high in ranges.values()))
    unknown = []
    for place, relative in enumerate(relatives):
        fewest, most = relative.points()
        if relative.branch == "unknown" and most > 0:
            told = "the branch of the family is not known: ask"
            unknown.append(Refusal("missing", told, f"relatives[{place}].branch", bounds=score))
        if fewest != most:
            told = "the age at diagnosis is not known well enough to count points: ask"
            unknown.append(Refusal("missing", told, f"relatives[{place}].age", bounds=score))
    if unknown:
        raise NotApplicable(unknown)


def _explanation(relatives: Sequence[Relative], side: Side) -> Explanation:
    contributions = tuple(
        Contribution(f"relatives[{place}]", relative.model_dump(mode="json"), None, relative.points()[0])
        for place, relative in enumerate(relatives)
        if relative.on(side)
    )
    nobody = Reference("nobody in the family has had these cancers", {"relatives": []}, 0, "points", 0)
    return Explanation(nobody, contributions)


def _formula(inputs: EisingerInputs) -> RiskEstimate:
    """Points add up within one branch, never across: the score is that of the branch with more.

    Raises NotApplicable when an age or a branch that matters is unknown; `bounds` of the refusal is the
    score's range.
    """
    _refuse_unknowns(inputs.relatives)
    totals = {side: low for side, (low, _) in branch_ranges(inputs.relatives).items()}
    side = max(SIDES, key=lambda s: totals[s])
    score = totals[side]
    category = category_of(score)
    return RiskEstimate(
        result={**totals, "score": score, "category": category},
        value=score,
        unit="{score}",
        category=category,
        explain=lambda: _explanation(inputs.relatives, side),
        reasons=(f"{side}_branch",) if score else (),
    )


eisinger = RiskModel("eisinger", "2004.1", SOURCE, EisingerInputs, _formula)
