"""A synthetic population, chunk by chunk: `Generator(seed, as_of)` draws the same people for the same seed and day.

    population = Generator(seed=1, as_of=date(2026, 11, 26))
    chunk = population.chunk(0)            # who they are, and what their records say
    population.table(chunk)                # their fact columns, as a population file has them
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from app.facts.vocabulary import Vocabulary, load_vocabulary
from app.guidelines.pack import Pack, load_pack
from app.population.names import names_of
from app.population.synthetic.acts import ActDrawing, DoseDrawing, ScreeningDrawing, merged
from app.population.synthetic.check import check_names
from app.population.synthetic.crowd import Drawing
from app.population.synthetic.draws import Column
from app.population.synthetic.numbers import ChoiceDrawing, DayDrawing, NumberDrawing
from app.population.synthetic.parameters import Parameters, load_parameters
from app.population.synthetic.pregnancy import PregnancyDrawing
from app.population.synthetic.relatives import RelativeDrawing
from app.population.synthetic.said import Crowd, Said, Spoken
from app.population.synthetic.states import StateDrawing
from app.population.synthetic.table import Tables

CHUNK = 125_000
"""People of one stream of draws; part of what a seed means, so that it never changes."""


@dataclass(frozen=True)
class Chunk:
    crowd: Crowd
    spoken: Spoken


class Generator:
    """Draws people and what their records say, from `content/population`."""

    def __init__(
        self, seed: int, as_of: date, pack: Pack | None = None, parameters: Parameters | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:  # fmt: skip
        self.seed, self.as_of = seed, as_of
        self.parameters = parameters or load_parameters()
        self.vocabulary = vocabulary or load_vocabulary()
        facts, self._people = self.parameters.facts, Drawing(self.parameters.people)
        self._states = [StateDrawing(one) for one in facts.states]
        self._choices = [ChoiceDrawing(one) for one in facts.choices]
        self._numbers = [NumberDrawing(one, self._usual(one.fact)) for one in facts.numbers]
        self._days = [DayDrawing(one) for one in facts.days]
        self._screening = [
            ScreeningDrawing(one, self.parameters.programme(one.programme), self.parameters.participation, self._people)
            for one in facts.screening
        ]  # fmt: skip
        self._acts = [ActDrawing(one) for one in facts.acts]
        self._doses = [DoseDrawing(one) for one in facts.doses]
        self._relatives = [RelativeDrawing(one) for one in facts.relatives]
        self._pregnancies = PregnancyDrawing(facts.pregnancies) if facts.pregnancies else None
        pack = pack or load_pack("fr")
        names = names_of(pack.on(as_of))
        check_names(names, self.parameters, self.vocabulary)
        self._tables = Tables(names, self.vocabulary, as_of)

    def chunk(self, number: int, kept: int = CHUNK) -> Chunk:
        """The people `number * CHUNK` and following, CHUNK of them. `kept`: how many of the first ones are used; whose
        record holds lists stand first among these."""
        seed = self.seed
        crowd = self._people.crowd(seed, number, number * CHUNK, CHUNK, self.as_of, kept)
        spoken: Spoken = {}
        for state in self._states:
            spoken[state.state.fact] = state.draw(crowd, spoken, seed, number)
        for choice in self._choices:
            spoken[choice.choice.fact] = choice.draw(crowd, spoken, seed, number)
        deviations: dict[str, Column] = {}
        for measure in self._numbers:
            spoken[measure.number.fact] = measure.draw(crowd, spoken, deviations, seed, number)
        for day in self._days:
            spoken[day.day.fact] = day.draw(crowd, spoken, seed, number)
        for programme in self._screening:
            for said in programme.draw(crowd, seed, number):
                spoken[said.fact] = said
        for act in self._acts:
            _add(spoken, act.draw(crowd, spoken, seed, number))
        for dose in self._doses:
            _add(spoken, dose.draw(crowd, spoken, seed, number))
        for relative in self._relatives:
            spoken[relative.relative.fact] = relative.draw(crowd, seed, number)
        if self._pregnancies is not None:
            spoken |= {said.fact: said for said in self._pregnancies.draw(crowd, seed, number)}
        return Chunk(crowd, spoken)

    def _usual(self, fact: str) -> tuple[float, float] | None:
        plausible = self.vocabulary.facts[fact].plausible
        return plausible.soft if plausible else None

    def table(self, chunk: Chunk) -> pa.Table:
        return self._tables.table(chunk.crowd, chunk.spoken)


def _add(spoken: Spoken, said: Said) -> None:
    before = spoken.get(said.fact)
    spoken[said.fact] = merged(before, said) if isinstance(before, Said) else said
