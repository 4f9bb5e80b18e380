"""What a stepped wedge found: areas beside themselves before, and beside those that have not gone over yet.

Proportions of each area and period, weighted by people, with fixed effects of areas and periods; standard errors are
robust to what people of one area have in common, with Student's t on areas less one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import statsmodels.api as sm

from app.campaigns.experiments.allocate import STEP
from app.campaigns.experiments.model import Experiment, SteppedWedge
from app.campaigns.experiments.outcomes import OUTCOME, PERIOD
from app.errors import UsageError
from app.population.strata import SMALL

FEW_AREAS = 20
"""With fewer, robust errors are known to be too small."""


def analyse_stepped(experiment: Experiment, people: pa.Table) -> dict[str, Any]:
    """Raises UsageError when areas or periods are missing, or a cell is too small to be told."""
    design = experiment.design
    assert isinstance(design, SteppedWedge)
    known = people.filter(pc.is_valid(people.column(OUTCOME)))
    known = known.append_column("did", known.column(OUTCOME).cast(pa.int64()))
    cells = known.group_by([design.cluster, STEP, PERIOD]).aggregate([("did", "count"), ("did", "sum")]).to_pydict()
    period, step = np.array(cells[PERIOD]), np.array(cells[STEP])
    n, did = np.array(cells["did_count"], dtype=float), np.array(cells["did_sum"], dtype=float)
    names, area = np.unique(cells[design.cluster], return_inverse=True)
    if sorted(set(period.tolist())) != list(range(design.steps + 1)):
        raise UsageError(f"periods are numbered 0 to {design.steps}, and each has outcomes", code="experiment_outcomes")
    if len(n) < len(names) * (design.steps + 1):
        raise UsageError("an area has no outcome in one of the periods", code="experiment_outcomes")
    if n.min() < SMALL:
        raise UsageError(f"an area and period has fewer than {SMALL} people whose outcome is known",
                         code="experiment_outcomes")  # fmt: skip
    over = (period >= step).astype(float)
    fixed = [(area[:, None] == np.arange(len(names))), (period[:, None] == np.arange(1, design.steps + 1))]
    model = sm.WLS(did / n, np.hstack([over[:, None], *fixed]).astype(float), weights=n)
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": area, "df_correction": True}, use_t=True)
    low, high = fit.conf_int(alpha=experiment.test.alpha)[0]
    p = float(fit.pvalues[0])
    return {
        "experiment": experiment.id, "look": None, "people": people.num_rows, "known": known.num_rows,
        "areas": len(names), "few_areas": len(names) < FEW_AREAS,
        "comparisons": [{
            "arm": experiment.arms[1].id, "with": experiment.arms[0].id, "difference": float(fit.params[0]),
            "interval": [float(low), float(high)], "p": p, "p_adjusted": p, "differs": p < experiment.test.alpha,
        }],
        "decision": "differs" if p < experiment.test.alpha else "not_shown",
    }  # fmt: skip
