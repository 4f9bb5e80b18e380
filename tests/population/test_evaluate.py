"""Population files: counts of everyone, small cells that are not told, one sentence for bad input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.errors import ContentError, UsageError
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import Pack, load_pack
from app.guidelines.status import Status
from app.population import risks
from app.population.answers import write_answers
from app.population.columns import DAYS
from app.population.compare import compare_packs
from app.population.contents import filled
from app.population.files import Source, open_files
from app.population.funnel import explain_cell
from app.population.run import evaluate_files
from app.population.strata import SMALL, gradient, suppressed
from tests.population.synthetic_people import write_people

DAY = date(2026, 11, 15)
BORN = [date(1930, 1, 1) + timedelta(days=300 * n) for n in range(100)]


def write(path: Path, columns: dict[str, object], made_for: str | None = None, *, statistics: bool = True) -> Path:
    table = pa.table(columns)
    marked = table.replace_schema_metadata({"as_of": made_for}) if made_for else table
    pq.write_table(marked, path, write_statistics=statistics)
    return path


def test_everyone_is_counted(tmp_path: Path) -> None:
    people = {"birth_date": BORN, "sex_at_birth": ["female", "male"] * 50, "department": ["01"] * 60 + ["02"] * 40}
    source = open_files([write(tmp_path / "p.parquet", people)], DAY, load_vocabulary())
    found = evaluate_files(load_pack("fr"), source, DAY, by=["department"], only=["colorectal_cancer_screening"])
    assert found["people"] == 100
    assert sum(found["counts"]["colorectal_cancer_screening"].values()) == 100


def test_a_column_that_nobody_fills_is_as_one_that_is_not_there(tmp_path: Path) -> None:
    people = {"birth_date": BORN, "sex_at_birth": ["female", "male"] * 50}
    empty = people | {"fit_last_negative_date": pa.nulls(100, pa.date32()), "bmi": [25.0] * 100}
    found = []
    for name, columns in (("a", people), ("b", empty)):
        source = open_files([write(tmp_path / f"{name}.parquet", columns)], DAY, load_vocabulary())
        assert "fit_last_negative_date" not in filled(source).names
        found.append(evaluate_files(load_pack("fr"), source, DAY, only=["colorectal_cancer_screening"])["counts"])
    assert found[0] == found[1]


def test_a_hidden_cell_cannot_be_found_by_subtraction() -> None:
    shown = suppressed({"a": {"due": 5, "ask": 40}, "b": {"due": 30, "ask": 20}, "c": {"due": 50, "ask": 60}})
    hidden = [(row, key) for row, cells in shown.items() for key, number in cells.items() if number is None]
    assert ("a", "due") in hidden
    for line in (0, 1):
        for place in {cell[line] for cell in hidden}:
            assert sum(cell[line] == place for cell in hidden) != 1
    assert all(number is None or number >= SMALL for cells in shown.values() for number in cells.values())


def marked(source: Source, synthetic: bytes, path: Path) -> Source:
    table = pq.read_table(source.files[0])
    pq.write_table(table.replace_schema_metadata({b"synthetic": synthetic}), path)
    return open_files([path], DAY, load_vocabulary())


def test_small_totals_are_told_of_nobody_who_exists(tmp_path: Path) -> None:
    gids = ["breast_cancer_screening", "influenza_vaccination"]
    invented = write_people(tmp_path / "a.parquet", 1500)
    real = marked(invented, b"false", tmp_path / "b.parquet")
    whole = evaluate_files(load_pack("fr"), invented, DAY, only=gids)["counts"]
    found = evaluate_files(load_pack("fr"), real, DAY, only=gids, by=["area"])
    assert any(0 < number < SMALL for cells in whole.values() for number in cells.values())
    for gid in gids:
        assert sum(whole[gid].values()) == 1500
        told = found["counts"][gid]
        assert told.keys() == whole[gid].keys()
        assert all(number is None or number in (0, whole[gid][status]) for status, number in told.items())
        assert all(number is None or number >= SMALL for number in told.values())
        hidden = [status for status, number in told.items() if number is None]
        assert len(hidden) != 1, "one alone would be what is left of everyone"
        for status in hidden:
            cells = [cells.get(status, 0) for cells in found["strata"][gid]["counts"].values()]
            assert None in cells, "the cells of a hidden total must not add up to it"


def test_gradients_go_from_one_end_to_the_other() -> None:
    covered: dict[Any, float | None] = {"90-99": 0.5, "9-9": 0.2, "100-109": 0.9, "unknown": 0.1}
    assert gradient(covered, ["age_band"]) == pytest.approx(0.7)
    assert gradient({"high": 0.7, "low": 0.4, "middle": 0.5}, ["area"]) == pytest.approx(0.3)
    assert gradient({"1": 0.7, "5": 0.4, "unknown": None}, ["deprivation_quintile"]) == pytest.approx(-0.3)
    assert gradient({"1": None, "5": 0.4}, ["deprivation_quintile"]) is None
    assert gradient({"01": 0.7, "2A": 0.4}, ["department"]) is None  # no département comes before another
    assert gradient({"elsewhere": 0.7, "low": 0.4}, ["area"]) is None


def test_coverage_and_gaps_of_everyone(tmp_path: Path) -> None:
    source = write_people(tmp_path / "p.parquet", 60_000)
    gid = "breast_cancer_screening"
    found = evaluate_files(load_pack("fr"), source, DAY, by=["deprivation_quintile"], only=[gid])
    counts = found["counts"][gid]
    assert found["gaps"][gid] == counts["due"] + counts["overdue"] > 0
    done = counts["up_to_date"] + counts["due_soon"]
    assert found["coverage"][gid] == pytest.approx(done / (done + counts["due"] + counts["overdue"]), abs=1e-4)
    strata = found["strata"][gid]
    assert list(strata["counts"]) == ["1", "2", "3", "4", "5"]
    assert strata["gradient"] == pytest.approx(strata["coverage"]["5"] - strata["coverage"]["1"], abs=1e-4)


def test_who_lives_nobody_knows_where_is_a_stratum(tmp_path: Path) -> None:
    people = {"birth_date": BORN, "department": pa.array([None] * 60 + ["02"] * 40, pa.string())}
    source = open_files([write(tmp_path / "p.parquet", people)], DAY, load_vocabulary())
    gid = "colorectal_cancer_screening"
    found = evaluate_files(load_pack("fr"), source, DAY, by=["department"], only=[gid])
    cells = found["strata"][gid]["counts"]["unknown"]
    (status, number), *_ = sorted(cells.items(), key=lambda pair: -(pair[1] or 0))
    funnel = explain_cell(load_pack("fr"), source, DAY, gid, Status(status), where={"department": "unknown"})
    assert funnel.everyone == 60
    assert funnel.people == number


@pytest.mark.parametrize(("columns", "made_for", "told"), [
    ({"sex_at_birth": ["male"]}, None, "birth_date is missing"),
    ({"birth_date": [BORN[0]], "shoe_size": [40]}, None, "shoe_size"),
    ({"birth_date": ["1950-01-01"]}, None, "expected date32"),
    ({"birth_date": [BORN[0]]}, "2027-01-01", "make it again"),
    ({"birth_date": [DAY + timedelta(days=1)]}, None, "born after"),
    ({"birth_date": BORN[:2], "person": ["a", "a"]}, None, "twice"),
    ({"birth_date": pa.array([], pa.date32())}, None, "nobody"),
    ({"birth_date": [date(1880, 1, 1)]}, None, "older than 130"),
    ({"birth_date": [BORN[0]], "colonoscopy_last_date": pa.array([2_000_000], pa.date32())}, None, "after 2300"),
    ({"birth_date": [BORN[0]], "bmi": [float("nan")]}, None, "bmi has 1 values that are no numbers"),
    ({"birth_date": [BORN[0]], "shingrix_vaccine_dates": pa.array([[(DAY, date(2999, 1, 1), 1)]], DAYS)}, None,
     "shingrix_vaccine_dates has days"),
    ({"birth_date": [BORN[0]], "sex_at_birth": [1]}, None, "sex_at_birth holds int64, expected string"),
    ({"birth_date": [BORN[0]], "diabetes__stale": [True]}, None, "diabetes__stale is no fact"),
])  # fmt: skip
@pytest.mark.parametrize("statistics", [True, False], ids=["with statistics", "without"])
def test_bad_input_is_told_in_a_sentence(
    tmp_path: Path, columns: dict[str, object], made_for: str | None, told: str, statistics: bool
) -> None:
    path = write(tmp_path / "p.parquet", columns, made_for, statistics=statistics)
    pack = load_pack("fr")
    other = Pack(pack.head, [one for one in pack.guidelines if one.id != "tobacco"], "other")
    works: list[Callable[[Source], object]] = [
        lambda source: evaluate_files(pack, source, DAY, only=["tobacco"], threads=1),
        lambda source: write_answers(pack, source, DAY, tmp_path / "out", only=["tobacco"], threads=1),
        lambda source: explain_cell(pack, source, DAY, "tobacco", Status.DUE),
        lambda source: compare_packs(pack, pack, source, DAY),
        lambda source: compare_packs(pack, other, source, DAY),
    ]
    for work in works:
        with pytest.raises(UsageError, match=told):
            work(open_files([path], DAY, load_vocabulary()))
    assert not (tmp_path / "out").exists()


def test_columns_of_two_files_that_differ_are_told(tmp_path: Path) -> None:
    paths = [write(tmp_path / "a.parquet", {"birth_date": BORN}),
             write(tmp_path / "b.parquet", {"birth_date": BORN, "bmi": [25.0] * 100})]  # fmt: skip
    with pytest.raises(UsageError, match=r"b\.parquet: other columns than a\.parquet"):
        open_files(paths, DAY, load_vocabulary())


@pytest.mark.parametrize("content", [b"", b"PAR1", b"birth_date\n1950-01-01\n"])
def test_what_is_no_parquet_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.parquet"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"p\.parquet: not a Parquet file"):
        open_files([path], DAY, load_vocabulary())


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no Parquet file there"):
        open_files([tmp_path], DAY, load_vocabulary())


def test_a_pack_that_columns_cannot_say_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(risks.MODELS, "findrisc")
    source = open_files([write(tmp_path / "p.parquet", {"birth_date": BORN})], DAY, load_vocabulary())
    gid = "type2_diabetes_detection"
    pack = load_pack("fr")
    works: list[Callable[[], object]] = [
        lambda: evaluate_files(pack, source, DAY, only=[gid], threads=1),
        lambda: explain_cell(pack, source, DAY, gid, Status.DUE),
        lambda: compare_packs(Pack(pack.head, [], "none"), pack, source, DAY),
    ]
    for work in works:
        with pytest.raises(ContentError, match="the model findrisc has no form over columns → jalon guidelines lint"):
            work()


def test_a_pack_without_guidelines_counts_nothing_in_silence(tmp_path: Path) -> None:
    source = open_files([write(tmp_path / "p.parquet", {"birth_date": BORN})], DAY, load_vocabulary())
    with pytest.raises(UsageError, match="pack us: no guideline is in force on 2026-11-15; quality measures"):
        evaluate_files(load_pack("us"), source, DAY)
