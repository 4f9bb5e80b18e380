"""An answer for each person in files: whole or not there, gone on with after a stop, the same as the counts."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.errors import UsageError
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack
from app.population.answers import write_answers
from app.population.files import Source, open_files
from app.population.run import evaluate_files

DAY = date(2026, 11, 15)
ONLY = ["colorectal_cancer_screening", "aortic_aneurysm_screening"]
PACK = load_pack("fr")


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """Three files of a hundred people, so that there are three parts."""
    for number in range(3):
        born = [date(1930 + number, 1, 1) + timedelta(days=300 * n) for n in range(100)]
        people = {"person": [f"{number}-{n}" for n in range(100)], "birth_date": born,
                  "sex_at_birth": ["female", "male"] * 50, "department": ["01", "02"] * 50}
        pq.write_table(pa.table(people), tmp_path / f"p{number}.parquet", row_group_size=64)
    return open_files([tmp_path], DAY, load_vocabulary())


def test_answers_agree_with_the_counts_and_the_manifest(source: Source, tmp_path: Path) -> None:
    out = tmp_path / "out"
    heard: list[int] = []
    told = write_answers(PACK, source, DAY, out, threads=1, only=ONLY, told=heard.append)
    assert heard == [100, 200, 300]
    answers = pq.read_table(out)
    assert answers.num_rows == 300
    assert {"person", "department", "aortic_aneurysm_screening.track"} <= set(answers.column_names)
    counts = evaluate_files(PACK, source, DAY, only=ONLY, threads=1)["counts"]
    for gid in ONLY:
        assert Counter(answers.column(f"{gid}.status").to_pylist()) == counts[gid] == told["counts"][gid]
    manifest = json.loads((out / "_manifest.json").read_text())
    assert manifest["pack"]["digest"] == PACK.digest
    assert manifest["people"] == 300


def test_a_stopped_run_goes_on_with_the_parts_that_are_not_there(source: Source, tmp_path: Path) -> None:
    out = tmp_path / "out"
    whole = write_answers(PACK, source, DAY, out, threads=1, only=ONLY)
    (out / "part-00001.parquet").unlink()
    (out / "_part-00002.parquet.unfinished").write_bytes(b"half")
    before = (out / "part-00000.parquet").stat().st_mtime_ns
    with pytest.raises(UsageError, match="--resume"):
        write_answers(PACK, source, DAY, out, threads=1, only=ONLY)
    heard: list[int] = []
    again = write_answers(PACK, source, DAY, out, threads=1, only=ONLY, resume=True, told=heard.append)
    assert again["kept"] == 2
    assert heard == [300]
    assert again["counts"] == whole["counts"]
    assert (out / "part-00000.parquet").stat().st_mtime_ns == before
    left = {path.name for path in out.iterdir()}
    assert left == {"_manifest.json", *(f"part-0000{n}.parquet" for n in range(3))}


def test_what_another_run_left_is_not_taken(source: Source, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_answers(PACK, source, DAY, out, threads=1, only=ONLY)
    with pytest.raises(UsageError, match="another run"):
        write_answers(PACK, source, DAY + timedelta(days=1), out, threads=1, only=ONLY, resume=True)


def test_a_full_disk_leaves_no_half_file(source: Source) -> None:
    """`/dev/full` is a disk that is always full; a file beside it cannot be made either."""
    with pytest.raises(UsageError, match="cannot be written"):
        write_answers(PACK, source, DAY, Path("/dev/full"), threads=1, only=ONLY)


@pytest.mark.parametrize(("memory", "told"), [("1MB", "too small"), ("much", "no amount of memory")])
def test_memory_that_does_not_do(source: Source, memory: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        evaluate_files(PACK, source, DAY, memory=memory, only=ONLY)
