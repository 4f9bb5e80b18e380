"""What is drawn against what a pack reads of it: said with file and line before anybody is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from app.content import text_of
from app.errors import ContentError
from app.facts.vocabulary import Vocabulary
from app.population.synthetic.parameters import FACT_FILES, Parameters
from app.population.synthetic.reduced import OF_ONE_VALUE


def check_names(names: Iterable[str], parameters: Parameters, vocabulary: Vocabulary) -> None:
    """Raises ContentError for a reduction that is not made of what is drawn."""
    several = set(_drawn_several_times(parameters))
    for name in names:
        entry = vocabulary.reductions.get(name)
        if entry is not None and entry[0].id in several and entry[1].take in OF_ONE_VALUE:
            fact = entry[0].id
            raise ContentError(
                f"{fact} is drawn several times for one person, of which {name} ({entry[1].take}) is not made",
                where=_where(fact, parameters), remedy="draw it once (rounds: 1, doses: 1, one act)",
            )  # fmt: skip


def _drawn_several_times(parameters: Parameters) -> Iterator[str]:
    facts = parameters.facts
    for screening in facts.screening:
        for test in screening.tests:
            if screening.rounds > 1:
                yield test.fact
                if test.follow_up:
                    yield test.follow_up.fact
    yield from (dose.fact for dose in facts.doses if dose.doses > 1)
    times = Counter([*(act.fact for act in facts.acts), *(dose.fact for dose in facts.doses)])
    yield from (fact for fact, number in times.items() if number > 1)


def _where(fact: str, parameters: Parameters) -> str:
    """File and line of what draws it."""
    for name in FACT_FILES:
        for number, line in enumerate(text_of(parameters.folder / f"{name}.yaml").splitlines(), 1):
            if line.strip(" -") == f"fact: {fact}":
                return f"{name}.yaml:{number}"
    return parameters.folder.name
