"""Fits the model of participation again: `python scripts/fit_participation.py` writes its coefficients and its
evaluation; `--check` writes nothing and exits with 1 when they differ from those in the repository. The calibration
plot is `jalon risk show participation --chart out.svg`.

Anyone who runs it gets the same file (the digest is printed): people are drawn from a fixed seed, the fit is Newton's
method to convergence, and figures are rounded far above its noise. The people of the evaluation are other ones.
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

import ibis
import numpy as np
from sklearn.linear_model import LogisticRegression

from app.population.invitations import invited
from app.population.participation import load_participation
from risk_models.models.participation import DATA, PURPOSE, ParticipationInputs, terms

PEOPLE, FIT_SEED, CHECK_SEED = 150_000, 20_261_115, 20_261_116
"""People of each programme in the fit, and as many in the evaluation."""

Columns = dict[str, Any]


def population(seed: int) -> Columns:
    rates = load_participation()
    parts = [invited(programme, PEOPLE, seed + 1000 * n, rates) for n, programme in enumerate(rates.programmes)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def matrix(people: Columns) -> Any:
    """The terms of the model for everyone, by the text that the model itself runs."""
    table = ibis.memtable({name: column for name, column in people.items() if name != "participated"})
    inputs = ParticipationInputs.model_construct(
        purpose=PURPOSE, **{name: _double(table[name]) for name in table.columns}
    )
    numbered = table.select(**terms(inputs)).to_pyarrow()
    return np.column_stack([numbered[name].to_numpy() for name in numbered.column_names])


def _double(column: Any) -> Any:
    return column.cast("float64") if column.type().is_integer() else column


def fit() -> dict[str, Any]:
    people = population(FIT_SEED)
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10, max_iter=200)
    model.fit(matrix(people), people["participated"])
    names = list(terms(_anybody()))
    return {
        "people": {"each_programme": PEOPLE, "seed": FIT_SEED},
        "intercept": round(float(model.intercept_[0]), 3),
        "coefficients": {name: round(float(value), 3) for name, value in zip(names, model.coef_[0], strict=True)},
    }


def _anybody() -> ParticipationInputs:
    return ParticipationInputs(
        purpose=PURPOSE, programme="colorectal", sex="female", age=60, deprivation_quintile=3, area="middle",
        treating_doctor=True, past_invitations=2, past_participations=1,
    )  # fmt: skip


def evaluate(fitted: dict[str, Any]) -> dict[str, Any]:
    """Brier score, calibration by tenth and by subgroup, on people whom the fit has not seen."""
    people = population(CHECK_SEED)
    score = fitted["intercept"] + matrix(people) @ np.array(list(fitted["coefficients"].values()))
    chance = 1 / (1 + np.exp(-score))
    came = people["participated"].astype(float)
    rank = np.argsort(np.argsort(chance, kind="stable"), kind="stable") * 10 // len(chance)
    groups: dict[str, Any] = {}
    bands = np.where(people["age"] < 50, "25-49", np.where(people["age"] < 65, "50-64", "65-74"))
    kinds = {
        "programme": people["programme"], "sex": people["sex"], "age": bands, "area": people["area"],
        "deprivation_quintile": people["deprivation_quintile"],
    }  # fmt: skip
    for kind, values in kinds.items():
        groups[kind] = {str(value): _row(chance, came, values == value) for value in np.unique(values)}
    return {
        "people": {"each_programme": PEOPLE, "seed": CHECK_SEED},
        "brier": round(float(np.mean((chance - came) ** 2)), 3),
        "brier_of_the_mean": round(float(came.mean() * (1 - came.mean())), 3),
        "auc": round(_auc(chance, came), 3),
        "calibration": [_row(chance, came, rank == tenth) for tenth in range(10)],
        "subgroups": groups,
    }


def _row(chance: Any, came: Any, chosen: Any) -> dict[str, Any]:
    return {
        "people": int(chosen.sum()),
        "predicted": round(100 * float(chance[chosen].mean()), 1),
        "observed": round(100 * float(came[chosen].mean()), 1),
    }


def _auc(chance: Any, came: Any) -> float:
    """The chance that somebody who came was given more than somebody who did not (ties count half)."""
    values, place = np.unique(chance, return_inverse=True)
    yes = np.bincount(place, weights=came, minlength=len(values))
    no = np.bincount(place, weights=1 - came, minlength=len(values))
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / (yes.sum() * no.sum()))


def made() -> str:
    """The content of the file."""
    fitted = fit()
    fitted["evaluation"] = evaluate(fitted)
    return json.dumps(fitted, indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    data = made()
    print("sha256:" + hashlib.sha256(data.encode()).hexdigest())
    if "--check" in arguments:
        return 0 if DATA.is_file() and DATA.read_text(encoding="utf-8") == data else 1
    DATA.write_text(data, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
