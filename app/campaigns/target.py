"""Whom a campaign is for: the target's names checked, and its truth over columns of people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.facts.vocabulary import load_vocabulary
from app.guidelines import criteria as c
from app.guidelines.check import Place, named_in, within, wrong_name
from app.guidelines.pack import Pack
from app.population.cells import Cells
from app.population.compiled import Compiled, answer_is
from app.population.logic import Compiler
from app.population.query import Query
from app.population.risks import MODELS, Estimates
from app.population.stages import Kept, Stages, Wanted
from app.population.truth import Truth


def wrong_in_target(target: c.Criterion, pack: Pack, day: date) -> Iterator[tuple[Place, str, str]]:
    """(place, problem, remedy) for each name that does not exist, or cannot be compared so."""
    vocabulary, rules = load_vocabulary(), pack.book_on(day).rules
    for place, criterion in within(target, ("target",)):
        if isinstance(criterion, c.GuidelineIs):
            if criterion.guideline not in rules:
                yield place, f"no guideline {criterion.guideline} in force on {day}", "write one of the pack"
                continue
            tracks = [one.id for one in rules[criterion.guideline].guideline.tracks]
            for track in criterion.track or ():
                if track not in tracks:
                    yield place, f"{criterion.guideline} has no track {track}", f"write one of {', '.join(tracks)}"
        elif isinstance(criterion, c.Use):
            yield place, "a target has no definitions", "write the criterion itself"
        elif isinstance(criterion, c.Risk) and criterion.risk not in MODELS:
            yield place, f"the model {criterion.risk} has no form over columns", f"write one of {', '.join(MODELS)}"
        else:
            for used in named_in(criterion, place):
                if told := wrong_name(used, vocabulary):
                    yield used.place, *told


def target_over(target: c.Criterion, pack: Pack, as_of: date, table: Any, query: Query) -> tuple[Stages, Truth]:
    """The stages over the table, and the target's truth over it (NULL: not known)."""
    vocabulary = load_vocabulary()
    parts = [part for _, part in within(target, ())]
    read = {part.guideline for part in parts if isinstance(part, c.GuidelineIs)}
    models = {part.risk for part in parts if isinstance(part, c.Risk)}
    last, answers = Compiled(pack, as_of, vocabulary).run(table, query.stage, days=False, only=read)
    stages = _Once(last, lambda present: Cells(present, vocabulary, as_of), query.stage)
    estimates = Estimates(stages, models)  # makes a stage: before the cells are taken
    reader = Compiler(stages.cells, lambda one: answer_is(one, answers, stages), estimates.truth)
    truth = reader.read(target, {})
    return stages, truth


class _Once(Stages):
    """Keeps what the former stages do not hold: guidelines may have estimated the same model."""

    def keep(self, wanted: Wanted) -> Mapping[str, Any]:
        here = {name: Kept(name) for name in wanted if name in self.table.columns}
        return {**here, **super().keep({name: one for name, one in wanted.items() if name not in here})}
