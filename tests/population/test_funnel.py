"""The funnel of a count ends in what `evaluate` counts; small groups are not told; only invented people are shown."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import UsageError
from app.facts.vocabulary import load_vocabulary
from app.guidelines.criteria import All, Any_, Not
from app.guidelines.status import Status
from app.i18n import translator
from app.population.files import Source, open_files
from app.population.funnel import Funnel, explain_cell
from app.population.funnel_words import as_json, text, words_for
from app.population.parts import conjuncts, leaves
from app.population.run import evaluate_files
from app.population.strata import SMALL, tell
from tests.guidelines.people import PACK
from tests.population.synthetic_people import DAY, write_people

PEOPLE = 20_000


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return write_people(tmp_path_factory.mktemp("people") / "p.parquet", PEOPLE)


def told_end(funnel: Funnel) -> int:
    return sum(path.people or 0 for path in funnel.paths)


@pytest.mark.parametrize("guideline", [
    "breast_cancer_screening", "lipids_cardiovascular_risk", "influenza_vaccination", "preconception_visit",
])  # fmt: skip
def test_paths_add_up_to_what_is_counted(guideline: str, source: Source) -> None:
    counted = evaluate_files(PACK, source, DAY, only=[guideline])["counts"][guideline]
    for status, number in sorted(counted.items(), key=lambda pair: -pair[1])[:3]:
        funnel = explain_cell(PACK, source, DAY, guideline, Status(status))
        assert funnel.people == number or (funnel.people is None and number < SMALL)
        hidden = [path for path in funnel.paths if path.people is None]
        assert told_end(funnel) == number if not hidden else told_end(funnel) <= number
        for path in funnel.paths:
            line = [step.people for step in path.steps if step.kind != "unknown" and step.people is not None]
            assert line == sorted(line, reverse=True)
            assert not line or path.people is None or (line[0] == PEOPLE and line[-1] == path.people)


def test_a_stratum_and_a_track(source: Source) -> None:
    counted = evaluate_files(PACK, source, DAY, by=["deprivation_quintile"], only=["breast_cancer_screening"])
    number = counted["strata"]["breast_cancer_screening"]["counts"]["5"]["overdue"]
    funnel = explain_cell(PACK, source, DAY, "breast_cancer_screening", Status.OVERDUE, track="average",
                          where={"deprivation_quintile": "5"}, examples=3)  # fmt: skip
    assert funnel.people == told_end(funnel) == number
    assert [path.track.id for path in funnel.paths if path.track] == ["average"]
    assert len(funnel.examples) == 3
    assert all(row["person"].startswith("TEST-") for row in funnel.examples)
    words = words_for(PACK, DAY, translator("fr"))
    shown = text(funnel, words)
    assert "Avoir de 50 à 74 ans" in shown
    assert "Parmi : Cinquième de défavorisation : 5 (le plus défavorisé)" in shown
    assert "Situation habituelle (average)" in shown
    assert "aucune n'existe" in shown
    assert as_json(funnel, words)["people"] == number


def test_who_is_asked_is_told_what_is_not_known(source: Source) -> None:
    funnel = explain_cell(PACK, source, DAY, "influenza_vaccination", Status.ASK)
    opened = next(path for path in funnel.paths if path.open)
    unknown = [step for step in opened.steps if step.kind == "unknown"]
    assert unknown
    assert all(step.people is None or step.people <= (opened.people or 0) for step in unknown)


def test_a_small_cell_is_not_told(source: Source) -> None:
    counted = evaluate_files(PACK, source, DAY, by=["department"], only=["breast_cancer_screening"])
    shown = counted["strata"]["breast_cancer_screening"]["counts"]
    department = next(name for name, cells in shown.items() if cells.get("overdue", 0) is None)
    funnel = explain_cell(PACK, source, DAY, "breast_cancer_screening", Status.OVERDUE,
                          where={"department": department})  # fmt: skip
    assert funnel.people is None
    assert funnel.paths
    assert all(path.people is None for path in funnel.paths)
    assert all(step.people is None for path in funnel.paths for step in path.steps)
    shown = text(funnel, words_for(PACK, DAY, translator("fr")))
    assert "Tout le monde" not in shown  # a path of which nothing is told is one line


@given(st.lists(st.integers(0, 60), min_size=2, max_size=8))
def test_no_small_group_can_be_found_in_a_funnel(losses: list[int]) -> None:
    counts = [sum(losses[n:]) + SMALL for n in range(len(losses))]
    told = tell(counts)
    assert told[0] == counts[0]
    assert told[-1] == counts[-1]
    between = [number for number in told[:-1] if number is not None]
    for more, fewer in pairwise(between):
        assert more == fewer or more - fewer >= SMALL
    assert len(between) == 1 or between[-1] == counts[-1] or between[-1] - counts[-1] >= SMALL


def test_examples_of_people_who_may_exist_are_refused(source: Source, tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    pq.write_table(pq.read_table(source.files[0]).slice(0, 500).replace_schema_metadata({}), path)
    real = open_files([path], DAY, load_vocabulary())
    with pytest.raises(UsageError, match="invented people only"):
        explain_cell(PACK, real, DAY, "tobacco", Status.ASK, examples=1)


@pytest.mark.parametrize(("asked", "told"), [
    ({"guideline": "breast_screening"}, "did you mean"),
    ({"guideline": "tobacco", "track": "nope"}, "no track nope"),
    ({"guideline": "tobacco", "where": {"shoe_size": "40"}}, "no column shoe_size"),
])  # fmt: skip
def test_a_wrong_question_is_told_in_a_sentence(asked: dict[str, object], told: str, source: Source) -> None:
    with pytest.raises(UsageError, match=told):
        explain_cell(PACK, source, DAY, status=Status.DUE, **asked)  # type: ignore[arg-type]


def test_criteria_are_taken_apart() -> None:
    guideline = next(one for one in PACK.on(DAY) if one.id == "breast_cancer_screening")
    track = next(one for one in guideline.tracks if one.id == "abnormal_mammography")
    found = conjuncts(track.when, guideline)
    assert not any(isinstance(one, All) for one in found)
    assert [isinstance(one, Not) for one in found].count(True) == 3  # of the definition `treated_breast`
    assert any(isinstance(one, Any_) for one in found)
    assert len(list(leaves(track.when, guideline))) >= 8
