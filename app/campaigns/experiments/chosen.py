"""The people whom an experiment may draw from: those whom its campaign's target finds in population files."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from app.campaigns.experiments.model import Experiment
from app.campaigns.model import Campaign
from app.campaigns.people import BAND, asked_over
from app.errors import UsageError
from app.guidelines.pack import Pack
from app.population.files import PERSON, Source
from app.population.strata import SMALL


def chosen(experiment: Experiment, campaign: Campaign, pack: Pack, source: Source, as_of: date) -> pa.Table:
    """`person`, and the columns by which people are balanced or looked at apart, as text ("?": not said). People of
    whom the target is not known are not drawn. Raises UsageError for a file without what is needed."""
    wanted = [*experiment.strata, *(one for one in experiment.subgroups if one not in experiment.strata)]
    cluster = getattr(experiment.design, "cluster", None)
    if cluster and cluster not in wanted:
        wanted.append(cluster)
    missing = [one for one in (PERSON, *wanted) if one not in source.schema.names and one != "age_band"]
    if missing:
        raise UsageError(f"the population file has no column {', '.join(missing)}, which the experiment reads",
                         code="experiment")  # fmt: skip

    def listed(last: Any, years: Any, truth: Any) -> Any:
        band = ((years // BAND) * BAND).cast("int64").cast("string")
        columns = {
            name: band if name == "age_band" and name not in last.columns else last[name].cast("string")
            for name in (PERSON, *wanted)
        }
        found = last.select(**{name: ibis.coalesce(column, "?") for name, column in columns.items()}, taken=truth)
        return found.filter(found.taken.fill_null(False)).drop("taken")

    with asked_over(campaign.target, pack, source, as_of, listed) as rows:
        people = rows.to_arrow_table()
    if people.num_rows < SMALL:
        raise UsageError(f"the target finds fewer than {SMALL} people: they could be recognised",
                         code="campaign_target")  # fmt: skip
    return people
