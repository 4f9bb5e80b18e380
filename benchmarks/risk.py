"""Risk models: one call for one person, and SCORE2 over the columns of a population.

    python benchmarks/risk.py [--people N] [--threads 2] [--calls N]

One call: p50 in microseconds of the formula alone on inputs that were read before; from plain data to the estimate; and
the same when contributions and what-ifs are read.
Columns: DuckDB reads a Parquet file of invented people, decides for each whether SCORE2 applies, computes it and adds
the values up; people a second, best of three. `region` is `low` for all of France; another line reads it from a column,
and the last has only people whom the model accepts. Targets: 20 µs and 5 M people/s on 2 cores.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import ibis

import risk_models
from risk_models.columns import columns
from risk_models.inputs import read_inputs

PEOPLE = """
copy (select
    (30 + random() * 55)::integer as age,
    case when random() < 0.5 then 'male' else 'female' end as sex,
    random() < 0.25 as smoker,
    case when random() < 0.1 then null else 95 + random() * 90 end as sbp,
    case when random() < 0.1 then null else 3 + random() * 6 end as total_cholesterol,
    0.7 + random() * 1.6 as hdl_cholesterol,
    ['low', 'moderate', 'high', 'very_high'][1 + (random() * 3.999)::integer] as region,
    random() < 0.06 as diabetes,
    random() < 0.05 as established_cvd
from range({people})) to '{path}' (format parquet)
"""

EXAMPLES: dict[str, dict[str, Any]] = {
    "score2": {"region": "low", "sex": "male", "age": 52, "smoker": True, "sbp": 142, "total_cholesterol": 5.9,
               "hdl_cholesterol": 1.2},
    "findrisc": {"age": 58, "sex": "female", "bmi": 31, "waist": 95, "daily_activity_30min": False,
                 "vegetables_every_day": True, "ever_bp_medication": True, "ever_high_glucose": False,
                 "family_diabetes": "first_degree"},
    "ckd-epi-2009": {"sex": "male", "age": 60, "creatinine": 106, "creatinine_unit": "umol/L"},
    "bmi": {"weight": 81, "height": 1.8, "age": 40},
    "score2-diabetes": {"region": "low", "sex": "male", "age": 60, "smoker": True, "sbp": 150, "total_cholesterol": 6.5,
                        "hdl_cholesterol": 1.1, "age_at_diabetes_diagnosis": 50, "hba1c": 64, "egfr": 80,
                        "diabetes_type": "2"},
    "premm5": {"sex": "male", "age": 62, "proband_crc": 0, "proband_crc_age": None, "proband_endometrial": False,
               "proband_endometrial_age": None, "proband_other_ls": False, "fdr_crc": 2, "fdr_crc_min_age": 44,
               "sdr_crc": 1, "sdr_crc_min_age": 60, "fdr_endometrial": 0, "fdr_endometrial_min_age": None,
               "sdr_endometrial": 0, "sdr_endometrial_min_age": None, "fdr_other_ls": False, "sdr_other_ls": False},
    "plcom2012-norace": {"age": 62, "education_level": 4, "bmi": 27, "copd": False, "personal_history_cancer": False,
                         "family_history_lung_cancer": False, "current_smoker": True, "cigarettes_per_day": 20,
                         "smoking_duration_years": 40, "years_since_quit": 0},
    "bcrat-gail": {"age": 50, "projection_age": 55, "breast_biopsies": 0, "atypical_hyperplasia": "unknown",
                   "age_menarche": 12, "age_first_live_birth": 25, "first_degree_relatives_with_breast_cancer": 0},
    "prevent-base": {"sex": "male", "age": 50, "sbp": 130, "bp_treatment": False, "total_cholesterol": 5.2,
                     "hdl_cholesterol": 1.2, "statin": False, "diabetes": False, "current_smoker": False, "egfr": 90,
                     "bmi": 26},
    "kfre-4": {"sex": "male", "age": 60, "egfr": 30, "acr": 300, "acr_unit": "mg/g", "horizon_years": 5},
    "phq": {"items": [1, 1, 2, 0, 1, 0, 1, 0, 0]},
    "dlcn": {"ldl_untreated": 5.2, "ldl_unit": "mmol/L", "fdr_premature_cvd": True, "fdr_high_ldl": False,
             "fdr_xanthoma_or_arcus": True, "child_high_ldl": False, "premature_coronary": False,
             "premature_cerebral_peripheral": False, "tendon_xanthoma": False, "arcus_before_45": False,
             "mutation": False},
}  # fmt: skip


def p50(call: Callable[[], object], calls: int) -> float:
    """Microseconds, after a tenth as many calls that are not counted."""
    times = []
    for turn in range(calls + calls // 10):
        start = perf_counter()
        call()
        if turn >= calls // 10:
            times.append(perf_counter() - start)
    return sorted(times)[len(times) // 2] * 1e6


def scalar(calls: int) -> None:
    for name, given in EXAMPLES.items():
        model = risk_models.get(name)
        call = partial(model.compute, given)
        inputs = read_inputs(model.inputs, given)
        formula = p50(partial(model.formula, inputs), calls)
        whole, read = p50(call, calls), p50(lambda c=call: explained(c()), calls)  # type: ignore[misc]
        print(
            f"{name:17} p50 {formula:6.1f} µs the formula, {whole:6.1f} µs a call, {read:8.1f} µs with contributions "
            "and what-ifs"
        )


def explained(estimate: risk_models.RiskEstimate) -> object:
    return estimate.contributions, estimate.what_ifs


def population(people: int, threads: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.parquet"
        duckdb.sql("select setseed(0.5)")
        duckdb.sql(PEOPLE.format(people=people, path=path))
        engine = ibis.duckdb.connect(threads=threads)
        table = engine.read_parquet(path)
        every = {name: table[name] for name in table.columns}
        france = {**every, "region": "low"}
        usual = {"age": 40 + table.age % 30, "sbp": table.sbp.fill_null(130.0), "diabetes": False,
                 "total_cholesterol": table.total_cholesterol.fill_null(5.5), "established_cvd": False}  # fmt: skip
        rows = {"everyone, France": france, "everyone, region a column": every, "accepted, France": {**france, **usual}}
        for told, given in rows.items():
            found = table.select(**columns("score2", given))
            query = found.agg([found.value.count(), found.value.mean()])
            best, (count, mean) = min(timed(partial(first_row, query)) for _ in range(3))
            print(
                f"score2 columns  {people / best / 1e6:5.1f} M people/s ({told}; {threads} threads; "
                f"{count / people:.0%} computed, mean {mean:.2f} %)"
            )


def first_row(query: Any) -> tuple[Any, ...]:
    return tuple(query.to_pyarrow().to_pylist()[0].values())


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = perf_counter()
    found = work()
    return perf_counter() - start, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=10_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--calls", type=int, default=5000)
    options = parser.parse_args()
    scalar(options.calls)
    population(options.people, options.threads)


if __name__ == "__main__":
    main()
