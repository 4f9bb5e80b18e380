"""The draw written down once, and the analysis that holds to what was registered."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from app.campaigns.experiments.allocate import ARM, STEP, allocate
from app.campaigns.experiments.analyse import analyse
from app.campaigns.experiments.chosen import chosen
from app.campaigns.experiments.model import Experiment, SteppedWedge
from app.campaigns.experiments.outcomes import MARK, read_allocation, with_outcomes
from app.campaigns.experiments.size import size_of
from app.campaigns.experiments.stepped import analyse_stepped
from app.campaigns.model import Campaign
from app.errors import UsageError
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack
from app.population.files import open_files


def digest_of(experiment: Experiment) -> str:
    """What was registered, as one line: any later change shows."""
    return "sha256:" + hashlib.sha256(experiment.model_dump_json().encode()).hexdigest()


def draw_to(
    experiment: Experiment, campaign: Campaign, files: Sequence[Path], pack: str, as_of: date, out: Path
) -> dict[str, Any]:
    """Write the allocation, and tell how many are in each arm. Raises UsageError, and leaves nothing half-written."""
    if as_of > experiment.starts_on:
        raise UsageError(f"people are drawn before the experiment starts ({experiment.starts_on})", code="experiment")
    if out.exists():
        raise UsageError("is there already: a draw is made once", code="experiment", where=out.name)
    people = chosen(experiment, campaign, load_pack(pack), open_files(files, as_of, load_vocabulary()), as_of)
    drawn = allocate(experiment, people)
    part = out.with_name(out.name + ".part")
    try:
        pq.write_table(drawn.replace_schema_metadata({MARK: digest_of(experiment)}), part)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(f"cannot be written: {error.strerror}", code="experiment", where=out.name) from None
    found: dict[str, Any] = {"experiment": experiment.id, "registered": digest_of(experiment), "people": drawn.num_rows}
    by = STEP if isinstance(experiment.design, SteppedWedge) else ARM
    found[by] = {str(name): n for name, n in sorted(Counter(drawn.column(by).to_pylist()).items())}
    if by == ARM:
        found["wanted"] = size_of(experiment)["people"]
        found["enough"] = drawn.num_rows >= found["wanted"]
    return found


def analysed(
    experiment: Experiment, allocation: Path, outcomes: Path, look: float | None, as_of: date
) -> dict[str, Any]:
    """Raises UsageError for a look that was not registered, or an end that has not come."""
    if look is not None and look not in experiment.stop.looks:
        registered = ", ".join(map(str, experiment.stop.looks)) or "none"
        raise UsageError(f"this look was not registered (registered: {registered})", code="experiment")
    if look is None and as_of < experiment.ends_on:
        raise UsageError(f"the experiment ends on {experiment.ends_on}; before, only registered looks (--look)",
                         code="experiment")  # fmt: skip
    stepped = isinstance(experiment.design, SteppedWedge)
    people = with_outcomes(read_allocation(allocation, experiment, digest_of(experiment)), outcomes, stepped)
    return analyse_stepped(experiment, people) if stepped else analyse(experiment, people, look)
