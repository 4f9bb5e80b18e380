"""A synthetic person as a FHIR bundle: `jalon plan` says what their row counts, for every guideline, days due too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from click.testing import CliRunner

from app.cli import cli
from tests.population.synthetic_people import DAY

BUNDLES = 12


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, [*arguments, "--as-of", DAY.isoformat()])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_plan_of_a_bundle_is_what_the_columns_count(tmp_path: Path) -> None:
    people, out = tmp_path / "p.parquet", tmp_path / "out"
    run("population", "generate", "--people", "3000", "--seed", "5", "--fhir", str(BUNDLES), str(people))
    run("population", "evaluate", str(people), "--out", str(out), "--threads", "1")
    rows = {row["person"]: row for row in pq.read_table(out).to_pylist()}
    bundles = sorted((tmp_path / "fhir").glob("*.json"))
    assert len(bundles) == BUNDLES
    met = set()
    for bundle in bundles:
        row = rows[bundle.stem]
        items = _items(json.loads(run("plan", str(bundle), "--format", "json")))
        guidelines = {name.removesuffix(".status") for name in row if name.endswith(".status")}
        assert items.keys() == guidelines
        for gid, item in items.items():
            due = row[f"{gid}.due"]
            assert (item["status"], item["due_from"]) == (row[f"{gid}.status"], due and due.isoformat()), bundle.stem
            met.add(item["status"])
    assert len(met) >= 8, "so that something is compared"


def _items(plan: dict[str, Any]) -> dict[str, Any]:
    lists = (plan[name] for name in ("now", "next", "up_to_date", "to_see_with_doctor", "not_for_you"))
    return {item["guideline"]: item for found in lists for item in found}
