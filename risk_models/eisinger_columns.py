"""The Eisinger score of a whole population, from a side table of cancers in families: one row a cancer.

The score adds up over relatives, so that its column form takes a table and not a column of each input: the points of
each row, then their sums by person and branch. The same points, the same refusals as `risk_models.eisinger`.
"""

from __future__ import annotations

from typing import Any

from risk_models.models.eisinger import SIDES, category_of, points_at
from risk_models.numeric import every, greatest, known, negate, one_of, or_else, where, within
from risk_models.onset import bounds

COLUMNS = ("person", "branch", "cancer", "sex", "youngest", "oldest")


def eisinger_columns(relatives: Any) -> Any:
    """One row a person: `person`, `maternal`, `paternal`, `score`, `category`; NULL where the model refuses.

    `relatives` is an Ibis table with `COLUMNS`: words as in `eisinger.Relative`, ages at diagnosis as bounds (both NULL
    when unknown, equal when known). A person without a row has either no such cancer in the family, or a family
    history that nobody asked for: the caller knows which.
    """
    low, high = bounds(None)
    row = {name: relatives[name] for name in COLUMNS}
    youngest, oldest = or_else(row["youngest"], low), or_else(row["oldest"], high)
    fewest = points_at(row["cancer"], row["sex"], oldest)
    most = points_at(row["cancer"], row["sex"], youngest)
    breast, branch = row["cancer"] == "breast", row["branch"]
    fits = every(
        [
            one_of(row["cancer"], ("breast", "ovary", "brca_mutation")),
            one_of(branch, (*SIDES, "both", "unknown")),
            negate(known(row["sex"])) | one_of(row["sex"], ("male", "female")),
            known(row["sex"]) | negate(breast),
            (row["cancer"] != "ovary") | negate(or_else(row["sex"], "") == "male"),
            within(youngest, low, high) & within(oldest, low, high) & (youngest <= oldest),
        ]
    )
    counted: Any = or_else(fits & (fewest == most) & ((branch != "unknown") | (most == 0)), False)
    scored = relatives.select(
        "person",
        counted=counted,
        **{side: where(one_of(branch, (side, "both")), fewest, 0) for side in SIDES},
    )
    people = scored.group_by("person").agg(
        counted=scored.counted.all(), **{side: scored[side].sum() for side in SIDES}
    )
    score: Any = greatest(*(people[side] for side in SIDES))
    found: dict[str, Any] = {side: people[side] for side in SIDES}
    found |= {"score": score, "category": category_of(score)}
    return people.select(
        "person", **{name: people.counted.ifelse(value, None) for name, value in found.items()}
    )
