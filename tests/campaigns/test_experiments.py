"""Experiments: the size is the textbooks', the draw is even and repeatable, and only what was registered is read."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner

from app.campaigns.experiments.allocate import ARM, STEP, STRATUM, allocate
from app.campaigns.experiments.analyse import analyse
from app.campaigns.experiments.draw import digest_of, draw_to
from app.campaigns.experiments.lint import lint_experiments
from app.campaigns.experiments.model import Experiment, experiment_files
from app.campaigns.experiments.outcomes import OUTCOME, PERIOD
from app.campaigns.experiments.size import (
    exposure,
    size_of,
    smallest_difference,
    stepped_size,
    stepped_variance,
)
from app.campaigns.experiments.stepped import analyse_stepped
from app.campaigns.model import load_campaign
from app.cli import cli
from app.content import content_dir, read_yaml
from app.errors import UsageError
from tests.population.synthetic_people import DAY, write_people

FOLDER = content_dir() / "experiments"
PARALLEL = FOLDER / "exemple_sms_ajoute.yaml"
STEPPED = FOLDER / "exemple_rendez_vous_par_departement.yaml"
CAMPAIGN = content_dir() / "campaigns" / "exemple_colorectal_relance.yaml"
AFTER = date(2027, 9, 1)


def parallel(**changes: Any) -> Experiment:
    return Experiment.model_validate(read_yaml(PARALLEL) | changes)


def stepped(**changes: Any) -> Experiment:
    data = read_yaml(STEPPED)
    return Experiment.model_validate(data | {"design": data["design"] | changes})


def people(n: int) -> pa.Table:
    """Invented people of two sexes and three ages, some of whom the file does not place."""
    return pa.table({
        "person": [f"p{i}" for i in range(n)], "age_band": [("50", "55", "60")[i % 3] for i in range(n)],
        "sex_at_birth": [("female", "male", "?")[i % 7 % 3] for i in range(n)],
        "deprivation_quintile": [str(1 + i % 5) for i in range(n)],
    })  # fmt: skip


def known(experiment: Experiment, n: int, rates: dict[str, float], seed: int = 1) -> pa.Table:
    """Drawn people who did with these probabilities."""
    drawn = allocate(experiment, people(n))
    chance = np.random.default_rng(seed).random(n)
    did = [bool(c < rates[arm]) for c, arm in zip(chance, drawn.column(ARM).to_pylist(), strict=True)]
    return drawn.append_column(OUTCOME, pa.array(did))


class TestSize:
    def test_two_proportions(self) -> None:
        """15 % against 16 %: about 20,600 in each group (arcsine; Cohen 1988, two-sided 5 %, power 80 %)."""
        h = 2 * (np.arcsin(np.sqrt(0.16)) - np.arcsin(np.sqrt(0.15)))
        expected = 2 * ((1.959964 + 0.841621) / h) ** 2
        found = size_of(parallel())
        assert found["arms"]["letter"] == pytest.approx(expected, rel=1e-3)
        assert found["people"] == sum(found["arms"].values())

    def test_more_arms_share_alpha_and_uneven_arms_cost(self) -> None:
        arms = read_yaml(PARALLEL)["arms"]
        three = parallel(arms=[*arms, arms[1] | {"id": "third"}])
        assert size_of(three)["alpha"] == 0.025
        assert size_of(three)["arms"]["letter"] > size_of(parallel())["arms"]["letter"]
        uneven = parallel(arms=[arms[0] | {"share": 3}, arms[1]])
        assert size_of(uneven)["arms"]["letter"] == pytest.approx(3 * size_of(uneven)["arms"]["letter_and_sms"], abs=3)
        assert size_of(uneven)["people"] > size_of(parallel())["people"]

    def test_the_smallest_difference_is_the_other_way_round(self) -> None:
        experiment = parallel()
        assert smallest_difference(experiment, size_of(experiment)["people"]) == pytest.approx(0.01, rel=0.01)

    @pytest.mark.parametrize(("areas", "steps", "icc"), [(10, 5, 0.0), (12, 4, 0.01), (30, 3, 0.2)])
    def test_the_variance_of_a_stepped_wedge_is_that_of_its_matrices(self, areas: int, steps: int, icc: float) -> None:
        exposed, each, total = exposure(areas, steps), 40, 0.11 * 0.89
        periods = steps + 1
        covariance = np.eye(periods) * (1 - icc) * total / each + icc * total
        information = np.zeros((periods + 1, periods + 1))
        for row in exposed:
            design = np.column_stack([row, np.eye(periods)])
            information += design.T @ np.linalg.inv(covariance) @ design
        assert stepped_variance(exposed, each, 0.11, icc) == pytest.approx(np.linalg.inv(information)[0, 0])

    def test_the_stepped_size_is_the_least_that_is_enough(self) -> None:
        experiment = stepped(icc=0.01)
        n = stepped_size(experiment, 60)
        aim = (0.02 / (1.959964 + 0.841621)) ** 2
        exposed = exposure(60, 5)
        assert stepped_variance(exposed, n, 0.11, 0.01) <= aim < stepped_variance(exposed, n - 1, 0.11, 0.01)

    def test_too_few_areas(self) -> None:
        with pytest.raises(UsageError, match="at least as many areas"):
            stepped_size(stepped(), 3)


class TestDraw:
    def test_arms_are_even_within_each_stratum(self) -> None:
        drawn = allocate(parallel(), people(3000))
        for stratum in set(drawn.column(STRATUM).to_pylist()):
            here = [a for a, s in zip(drawn.column(ARM).to_pylist(), drawn.column(STRATUM).to_pylist(), strict=True)
                    if s == stratum]  # fmt: skip
            counts = Counter(here)
            assert abs(counts["letter"] - counts["letter_and_sms"]) <= 1

    def test_the_same_seed_gives_the_same_arms_in_any_order_of_the_file(self) -> None:
        one = allocate(parallel(), people(500))
        backwards = allocate(parallel(), people(500).take(list(range(499, -1, -1))))
        pairs = [set(zip(t.column("person").to_pylist(), t.column(ARM).to_pylist(), strict=True))
                 for t in (one, backwards)]  # fmt: skip
        assert pairs[0] == pairs[1]
        other = allocate(parallel(seed=2), people(500)).column(ARM).to_pylist()
        assert other != one.column(ARM).to_pylist()

    def test_shares_are_followed(self) -> None:
        arms = read_yaml(PARALLEL)["arms"]
        drawn = allocate(parallel(arms=[arms[0] | {"share": 3}, arms[1]], strata=[]), people(4000))
        assert Counter(drawn.column(ARM).to_pylist()) == {"letter": 3000, "letter_and_sms": 1000}

    def test_areas_go_over_in_even_steps(self) -> None:
        table = people(200).append_column("department", pa.array([f"{i % 20:02}" for i in range(200)]))
        drawn = allocate(stepped(), table)
        steps = dict(zip(drawn.column("department").to_pylist(), drawn.column(STEP).to_pylist(), strict=True))
        assert Counter(steps.values()) == {1: 4, 2: 4, 3: 4, 4: 4, 5: 4}

    def test_written_once_and_only_before_the_start(self, tmp_path: Path) -> None:
        source = write_people(tmp_path / "people.parquet", 3000)
        experiment, campaign = parallel(), load_campaign(CAMPAIGN)
        found = draw_to(experiment, campaign, source.files, "fr", DAY, tmp_path / "drawn.parquet")
        assert found["people"] == sum(found["arm"].values())
        assert found["people"] > 100
        assert not found["enough"]
        with pytest.raises(UsageError, match="a draw is made once"):
            draw_to(experiment, campaign, source.files, "fr", DAY, tmp_path / "drawn.parquet")
        with pytest.raises(UsageError, match="before the experiment starts"):
            draw_to(experiment, campaign, source.files, "fr", AFTER, tmp_path / "late.parquet")
        assert [one.name for one in tmp_path.iterdir() if one.suffix == ".part"] == []


class TestAnalysis:
    def test_a_difference_that_is_there_is_found(self) -> None:
        experiment = parallel()
        found = analyse(experiment, known(experiment, 9000, {"letter": 0.15, "letter_and_sms": 0.25}))
        comparison = found["comparisons"][0]
        low, high = comparison["interval"]
        assert low < 0.10 < high
        assert found["decision"] == "differs"
        assert not found["uneven"]

    def test_chance_alone_seldom_differs_and_the_interval_covers(self) -> None:
        """Of 200 experiments on nothing, about 5 % differ (2 to 9 %: the binomial's 99 % range)."""
        experiment = parallel()
        drawn = [known(experiment, 1000, {"letter": 0.2, "letter_and_sms": 0.2}, seed) for seed in range(200)]
        found = [analyse(experiment.model_copy(update={"subgroups": []}), one) for one in drawn]
        differs = sum(one["decision"] == "differs" for one in found)
        covers = sum(one["comparisons"][0]["interval"][0] <= 0 <= one["comparisons"][0]["interval"][1] for one in found)
        assert 2 <= differs <= 20
        assert covers >= 180

    def test_several_arms_share_alpha(self) -> None:
        """Holm: with two comparisons the smaller p counts twice, the other at least as much."""
        arms = read_yaml(PARALLEL)["arms"]
        three = parallel(arms=[*arms, arms[1] | {"id": "third"}], subgroups=[])
        found = analyse(three, known(three, 9000, {"letter": 0.2, "letter_and_sms": 0.23, "third": 0.2}))["comparisons"]
        first, second = sorted(found, key=lambda one: one["p"])
        assert first["p_adjusted"] == pytest.approx(min(1, 2 * first["p"]))
        assert second["p_adjusted"] == pytest.approx(max(first["p_adjusted"], second["p"]))

    def test_a_group_in_which_it_harms_is_seen(self) -> None:
        experiment = parallel()
        table = known(experiment, 12000, {"letter": 0.2, "letter_and_sms": 0.2})
        chance = np.random.default_rng(5).random(12000)
        fifths, arms = (table.column(name).to_pylist() for name in ("deprivation_quintile", ARM))
        did = [bool(c < (0.05 if fifth == "5" and arm == "letter_and_sms" else 0.2))
               for c, fifth, arm in zip(chance, fifths, arms, strict=True)]  # fmt: skip
        found = analyse(experiment, table.drop_columns([OUTCOME]).append_column(OUTCOME, pa.array(did)))
        by = {one["by"]: one for one in found["subgroups"]}
        assert by["deprivation_quintile"]["p_interaction"] < 0.001
        assert by["sex_at_birth"]["p_interaction"] > 0.001
        rows = {row["level"]: row["difference"] for row in by["deprivation_quintile"]["rows"]}
        assert rows["5"] < -0.1 < rows["1"]

    def test_harm_stops_earlier_than_benefit(self) -> None:
        experiment = parallel()
        for rates, decision in (({"letter": 0.3, "letter_and_sms": 0.2}, "stop_harm"),
                                ({"letter": 0.2, "letter_and_sms": 0.3}, "stop_benefit"),
                                ({"letter": 0.2, "letter_and_sms": 0.2}, "go_on")):  # fmt: skip
            table = known(experiment, 6000, rates, seed=3)
            assert analyse(experiment, table, look=0.5)["decision"] == decision

    def test_a_draw_that_was_not_followed_is_told(self) -> None:
        experiment = parallel()
        table = known(experiment, 4000, {"letter": 0.2, "letter_and_sms": 0.2})
        kept = [i for i, arm in enumerate(table.column(ARM).to_pylist()) if arm == "letter" or i % 5]
        assert analyse(experiment, table.take(kept))["uneven"]

    def test_few_people_are_not_told(self) -> None:
        experiment = parallel()
        found = analyse(experiment, known(experiment, 100, {"letter": 0.05, "letter_and_sms": 0.5}))
        assert {one["id"]: one["rate"] is None for one in found["arms"]} == {"letter": True, "letter_and_sms": False}
        assert all(row["difference"] is None for row in found["subgroups"][0]["rows"])
        with pytest.raises(UsageError, match="fewer than 11"):
            analyse(experiment, known(experiment, 12, {"letter": 0.5, "letter_and_sms": 0.5}))

    def test_a_stepped_wedge_finds_its_difference_beside_what_time_does(self) -> None:
        experiment = stepped()
        areas = [f"{i:02}" for i in range(40)]
        steps = {area: 1 + i * 5 // 40 for i, area in enumerate(areas)}
        random, rows = np.random.default_rng(3), []
        level = {area: random.normal(0, 0.02) for area in areas}
        for area in areas:
            for period in range(6):
                rate = 0.10 + level[area] + 0.02 * period + 0.05 * (period >= steps[area])
                rows += [(area, steps[area], period, bool(x < rate)) for x in random.random(200)]
        columns = dict(zip(("department", STEP, PERIOD, OUTCOME), map(list, zip(*rows, strict=True)), strict=True))
        comparison = analyse_stepped(experiment, pa.table(columns))["comparisons"][0]
        assert comparison["interval"][0] < 0.05 < comparison["interval"][1]
        assert comparison["interval"][1] - comparison["interval"][0] < 0.05
        assert comparison["differs"]


class TestCommand:
    """From the registered file to the answer, through files."""

    @pytest.fixture
    def drawn(self, tmp_path: Path) -> Path:
        source = write_people(tmp_path / "people.parquet", 3000)
        draw_to(parallel(), load_campaign(CAMPAIGN), source.files, "fr", DAY, tmp_path / "drawn.parquet")
        return tmp_path / "drawn.parquet"

    def analysed(self, drawn: Path, lines: list[str], *options: str, as_of: date = AFTER) -> Any:
        outcomes = drawn.with_name("outcomes.csv")
        outcomes.write_text("\n".join(lines), encoding="utf-8")
        return CliRunner().invoke(cli, [
            "campaigns", "experiment", "analyse", str(PARALLEL), "--allocation", str(drawn),
            "--outcomes", str(outcomes), "--as-of", as_of.isoformat(), *options,
        ])  # fmt: skip

    def lines(self, drawn: Path) -> list[str]:
        ids = pq.read_table(drawn).column("person").to_pylist()
        return ["person,outcome", *(f"{one},{('1', '0', '0', '')[n % 4]}" for n, one in enumerate(ids))]

    def test_the_end(self, drawn: Path) -> None:
        found = self.analysed(drawn, self.lines(drawn))
        assert found.exit_code == 0, found.output
        assert "Cela ne veut pas dire que les façons se valent" in found.output

    @pytest.mark.parametrize(
        ("change", "options", "as_of", "message"),
        [
            (lambda lines: lines, (), DAY, "ends on 2027-07-12"),
            (lambda lines: lines, ("--look", "0.3"), DAY, "was not registered"),
            (lambda lines: lines[:5], ("--look", "0.5"), DAY, "fewer than 11"),
            (lambda lines: [*lines, "stranger,1"], (), AFTER, "1 people were not drawn"),
            (lambda lines: [*lines, lines[1]], (), AFTER, "stands twice"),
            (lambda lines: [*lines[:-1], lines[-1].split(",")[0] + ",perhaps"], (), AFTER, "neither yes"),
            (lambda lines: ["somebody,outcome", *lines[1:]], (), AFTER, "no column person"),
        ],
    )
    def test_what_was_not_registered_is_not_read(
        self, drawn: Path, change: Any, options: tuple[str, ...], as_of: date, message: str
    ) -> None:
        found = self.analysed(drawn, change(self.lines(drawn)), *options, as_of=as_of)
        assert found.exit_code == 2
        assert message in found.output

    def test_an_experiment_changed_after_the_draw_is_not_analysed(self, drawn: Path) -> None:
        table = pq.read_table(drawn)
        assert table.schema.metadata[b"jalon.experiment"] == digest_of(parallel()).encode()
        pq.write_table(table.replace_schema_metadata({"jalon.experiment": digest_of(parallel(seed=9))}), drawn)
        assert "as it is registered" in self.analysed(drawn, self.lines(drawn)).output


class TestLint:
    def test_the_experiments_of_the_project_are_right(self) -> None:
        assert len(experiment_files()) >= 2
        assert lint_experiments(experiment_files()) == []

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"campaign": "nothing"}, "no campaign"),
            ({"registered_on": "2027-02-01"}, "registered before"),
            ({"ends_on": "2028-07-12"}, "outside its campaign"),
            ({"subgroups": ["income"]}, "subgroups"),
            ({"arms": [{"id": "one", "title": "One", "levers": [], "channels": ["letter"]}]}, "arms"),
            ({"arms": [{"id": "one", "title": "One", "levers": ["magic"], "channels": ["letter"]},
                       {"id": "two", "title": "Two", "levers": ["sms_instead_of_letter"], "channels": ["push"]}]},
             "unknown lever"),
        ],
    )  # fmt: skip
    def test_each_fault_is_found(self, tmp_path: Path, changes: dict[str, Any], problem: str) -> None:
        path = tmp_path / "experiment.yaml"
        path.write_text(yaml.safe_dump(read_yaml(PARALLEL) | changes, allow_unicode=True), encoding="utf-8")
        assert any(problem in str(one) for one in lint_experiments([path])), lint_experiments([path])

    def test_two_at_once_on_the_same_people(self, tmp_path: Path) -> None:
        other = tmp_path / "other.yaml"
        other.write_text(yaml.safe_dump(read_yaml(PARALLEL) | {"id": "exemple_autre"}, allow_unicode=True),
                         encoding="utf-8")  # fmt: skip
        found = lint_experiments([PARALLEL, other])
        assert ["exemple_sms_ajoute" in one.problem for one in found] == [True]
