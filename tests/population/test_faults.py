"""Runs that are stopped, and disks that are full: real processes, and nothing half under a final name."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from app.errors import UsageError
from app.guidelines.pack import Pack
from app.guidelines.status import Status
from app.population.answers import write_answers
from app.population.compare import compare_packs
from app.population.files import open_files
from app.population.funnel import explain_cell
from app.population.run import evaluate_files
from tests.guidelines.people import PACK, VOCABULARY
from tests.population.synthetic_people import DAY, write_people

JALON = [sys.executable, "-m", "app.cli", "population"]
DAY_OF = ["--as-of", DAY.isoformat()]
PARTS = 12


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of twelve parts of eight row groups."""
    path = tmp_path_factory.mktemp("people") / "p.parquet"
    write_people(path, 9600)
    table = pq.read_table(path)
    pq.write_table(table, path, row_group_size=100)
    return path


@pytest.fixture(scope="module")
def counts(people: Path) -> Any:
    return evaluate_files(PACK, open_files([people], DAY, VOCABULARY), DAY, threads=1)["counts"]


def start(*arguments: str, before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    """As a shell starts it: a group of processes that Ctrl-C reaches as a whole."""
    return subprocess.Popen(
        [*JALON, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=before,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=300)
    assert "Traceback" not in err, err
    return process.returncode, out, err


def small_files() -> None:
    """As on a disk that is full soon: a file that would grow beyond is refused by the system."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


def interrupt(process: subprocess.Popen[str], when: Callable[[], Any]) -> None:
    for _ in range(3000):
        if process.poll() is not None:
            pytest.fail(f"ended before it could be stopped: {process.communicate()}")
        if when():
            break
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)


@pytest.mark.parametrize("threads", ["1", "2"])
def test_a_stopped_evaluation_leaves_whole_parts_and_goes_on(
    people: Path, counts: Any, tmp_path: Path, threads: str
) -> None:
    out = tmp_path / "out"
    evaluate = ["evaluate", str(people), *DAY_OF, "--out", str(out), "--threads", threads]
    process = start(*evaluate)
    interrupt(process, lambda: out.is_dir() and any(out.glob("part-*.parquet")))
    code, told, err = ended(process)
    assert (code, told) == (1, "")
    assert err.split() == ["Aborted!"]
    left = sorted(path.name for path in out.iterdir())
    assert left
    assert "_manifest.json" not in left
    assert all(name.startswith("part-") and name.endswith(".parquet") for name in left), left
    assert len(left) < PARTS
    assert all(pq.read_table(out / name).num_rows == 800 for name in left)
    code, told, err = ended(start(*evaluate, "--resume"))
    assert code == 0, err
    found = json.loads(told)
    assert found["kept"] == len(left)
    assert found["people"] == pq.read_table(out, columns=["person"]).num_rows == 9600
    assert found["counts"] == counts


def test_a_disk_that_fills_during_an_evaluation(people: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, told, err = ended(start("evaluate", str(people), *DAY_OF, "--out", str(out), before=small_files))
    assert (code, told) == (2, "")
    assert "out: cannot be written" in err
    assert len(err.splitlines()) == 1
    assert list(out.iterdir()) == []


def test_a_disk_that_fills_while_people_are_made(tmp_path: Path) -> None:
    generate = ["generate", "--people", "3000", *DAY_OF]
    for place in (["--out", str(tmp_path / "parts")], [str(tmp_path / "p.parquet")]):
        code, told, err = ended(start(*generate, *place, before=small_files))
        assert (code, told) == (2, "")
        assert "cannot be written" in err
        assert len(err.splitlines()) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_stopped_generation_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "parts"
    generate = ["generate", "--people", "1100000", "--out", str(out), *DAY_OF]
    process = start(*generate, "--workers", "2")
    interrupt(process, lambda: out.is_dir() and any(out.glob("*.unfinished")))
    code, told, _ = ended(process)
    assert (code, told) == (1, "")
    assert [path.name for path in out.iterdir() if path.suffix != ".parquet"] == []


@pytest.mark.parametrize("column", ["birth_date", "mammography_last_normal_date"])
def test_a_damaged_file_is_told(tmp_path: Path, column: str) -> None:
    """Its head is whole: what is wrong shows when the people are read, by one process or another."""
    path, out = tmp_path / "damaged.parquet", tmp_path / "out"
    pq.write_table(pq.read_table(write_people(path, 2400).files[0]), path, row_group_size=200)
    data, group = bytearray(path.read_bytes()), pq.read_metadata(path).row_group(9)
    chunk = next(group.column(n) for n in range(group.num_columns) if group.column(n).path_in_schema == column)
    start_, size = chunk.dictionary_page_offset or chunk.data_page_offset, chunk.total_compressed_size
    data[start_ : start_ + size] = bytes(byte ^ 0x5A for byte in data[start_ : start_ + size])
    path.write_bytes(data)
    source = open_files([path], DAY, VOCABULARY)
    only = ["breast_cancer_screening"]
    works: list[Callable[[], object]] = [
        lambda: evaluate_files(PACK, source, DAY, threads=1, only=only),
        lambda: evaluate_files(PACK, source, DAY, threads=2, only=only),
        lambda: evaluate_files(PACK, source, DAY, engine="polars", only=only),
        lambda: write_answers(PACK, source, DAY, out, threads=2, only=only),
        lambda: explain_cell(PACK, source, DAY, only[0], Status.DUE),
        lambda: compare_packs(PACK, Pack(PACK.head, [], "none"), source, DAY),
    ]
    if find_spec("polars") is None:
        del works[2]
    for work in works:
        with pytest.raises(UsageError, match=r"damaged\.parquet: damaged: its data cannot be read"):
            work()
    assert not out.exists() or all(pq.read_table(part).num_rows for part in out.iterdir())
