"""What a campaign would change: an effect on the local base, capped, not multiplied, at both scales; who is left."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner

from app.campaigns.baseline import baseline_scores, programme_of
from app.campaigns.effects import Effect, load_effects
from app.campaigns.levers import counted, draw_effect, gain
from app.campaigns.model import Campaign
from app.campaigns.people import people_of
from app.campaigns.report import age_pyramid, department_map, report_html
from app.campaigns.simulate import simulate
from app.campaigns.tiles import places
from app.campaigns.words import by_age
from app.cli import cli
from app.content import content_dir, read_yaml
from app.errors import UsageError
from app.guidelines.pack import load_pack
from app.i18n import translator
from app.population.files import Source
from app.population.invitations import probability
from tests.population.synthetic_people import DAY, write_people

EXAMPLE = content_dir() / "campaigns" / "exemple_colorectal_relance.yaml"
AGES = {"age": {"from": 50, "to": 74}}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return write_people(tmp_path_factory.mktemp("people") / "people.parquet", 6000)


def campaign(**changes: Any) -> Campaign:
    return Campaign.model_validate(read_yaml(EXAMPLE) | changes)


def run(source: Source, **changes: Any) -> dict[str, Any]:
    return simulate(campaign(**changes), load_pack("fr"), source, DAY, draws=400)


def scenario(found: dict[str, Any], name: str) -> dict[str, Any]:
    result: dict[str, Any] = next(one for one in found["scenarios"] if one["id"] == name)
    return result


def test_the_target_is_who_the_columns_say(people: Source) -> None:
    """The same question put to DuckDB by hand."""
    found = run(people, target=AGES)["people"]
    born = "date_sub('year', birth_date, ?)"
    by_hand = duckdb.execute(f"SELECT count(*) FROM read_parquet(?) WHERE {born} BETWEEN 50 AND 74",
                             [str(people.files[0]), DAY]).fetchall()[0][0]  # fmt: skip
    assert found == {"everyone": 6000, "target": by_hand, "not_known": 0}
    assert by_hand > 1000


def test_a_record_that_does_not_say_is_left_behind_first(people: Source) -> None:
    found = run(people, target={"fact": "bmi", "at_least": 25})
    assert found["people"]["not_known"] > 100
    first = report_html(found, translator("fr")).split("<h2")[1]
    assert "Qui reste de côté" in first
    assert "le dossier ne le dit pas" in first


def test_the_baseline_is_the_published_rate(people: Source) -> None:
    groups = people_of(campaign(target=AGES).target, load_pack("fr"), people, DAY)
    programme = programme_of("colorectal")
    rates = probability(baseline_scores(groups, programme, None))
    everyone = (groups.inside + groups.outside + groups.unknown) * (groups.age >= 50) * (groups.age <= 75)
    assert np.average(rates, weights=everyone) == pytest.approx(programme.overall.rate, abs=1e-6)
    own = probability(baseline_scores(groups, programme, 0.15))
    assert np.average(own, weights=groups.inside) == pytest.approx(0.15, abs=1e-6)


def test_the_most_deprived_take_part_less_and_stand_first(people: Source) -> None:
    rows = scenario(run(people), "campaign")["national"]["by"]["deprivation"]
    assert [row["stratum"] for row in rows] == ["5", "4", "3", "2", "1"]
    assert sum(row["people"] for row in rows) == run(people)["people"]["target"]


def test_at_scale_a_campaign_adds_less_than_in_journals(people: Source) -> None:
    now = scenario(run(people), "campaign")
    journal, national = (now[scale]["extra_tests"][1] for scale in ("journal", "national"))
    assert 0 < national < journal
    assert national == pytest.approx(load_effects().rules.shrink * journal, rel=0.01)


def test_levers_are_not_multiplied(people: Source) -> None:
    found = run(people)
    one, both = scenario(found, "campaign")["journal"], scenario(found, "with_sms")["journal"]
    assert both["extra_tests"] == one["extra_tests"]
    assert both["not_added"] == ["sms_added"]


def test_an_sms_in_place_of_the_letter_loses_tests_at_both_scales(people: Source) -> None:
    now = scenario(run(people), "sms_only")
    assert now["journal"]["extra_tests"][2] < 0
    assert now["national"]["extra_tests"] == now["journal"]["extra_tests"]
    # the whole trial's harm, not that of the half whom an SMS finds: odds of 0.15 times 0.71
    odds = 0.15 / 0.85 * 0.71
    assert now["journal"]["participation"][1] == pytest.approx(odds / (1 + odds), abs=0.005)


def test_harm_counts_before_gain() -> None:
    what = counted(["reminder_letter", "sms_instead_of_letter"], "colorectal", "journal", load_effects(), 0.3)
    assert what is not None
    assert what.harms
    assert what.left_out == ("reminder_letter",)


@pytest.mark.parametrize("scale", ["journal", "national"])
def test_a_lever_without_a_known_effect_is_refused(scale: Any) -> None:
    with pytest.raises(UsageError, match="fixed_appointment"):
        counted(["fixed_appointment"], "colorectal", scale, load_effects(), 0.3)


def test_a_lever_that_no_journal_tried_says_so() -> None:
    assert counted(["enhanced_reminder"], "colorectal", "journal", load_effects(), 0.3) is None
    at_scale = counted(["enhanced_reminder"], "colorectal", "national", load_effects(), 0.3)
    assert at_scale is not None
    assert at_scale.shrink == 1


@pytest.mark.parametrize(
    ("measure", "value", "base", "expected"),
    [
        ("relative_risk", 1.2, 0.3, 0.06), ("odds_ratio", 2.0, 0.2, 1 / 3 - 0.2), ("points", 0.05, 0.3, 0.05),
        ("relative_risk", 1.8, 0.6, 0.15), ("points", 0.15, 0.95, 0.05), ("points", -0.3, 0.1, -0.1),
    ],
)  # fmt: skip
def test_a_gain_is_on_the_local_base_and_capped(measure: Any, value: float, base: float, expected: float) -> None:
    effect = Effect(id="one", scale="journal", programmes=["breast"], measure=measure, value=value, low=value,
                    high=value, setting="s", source="s")  # fmt: skip
    drawn = draw_effect(effect, 3, np.random.default_rng(1))
    assert gain(effect, drawn, np.array([base]), load_effects()) == pytest.approx(expected)


def test_draws_have_the_interval_of_the_effect() -> None:
    effect = load_effects().of("reminder_letter", "colorectal", "journal")
    assert effect is not None
    low, high = np.quantile(draw_effect(effect, 200_000, np.random.default_rng(1)), (0.025, 0.975))
    assert (low, high) == (pytest.approx(effect.low, abs=0.01), pytest.approx(effect.high, abs=0.01))


def test_cases_add_up(people: Source) -> None:
    now = scenario(run(people), "campaign")["national"]
    cases = now["cases"]
    assert cases["positives"][1] == pytest.approx(0.04 * now["tests"][1], rel=0.2)
    assert cases["followed"][1] + cases["never_followed"][1] == pytest.approx(cases["positives"][1], abs=2)
    parts = cases["true_positives"][1] + cases["false_positives"][1]
    assert parts == pytest.approx(cases["followed"][1], abs=2)


def test_work_beyond_capacity_and_budget_is_told(people: Source) -> None:
    found = run(people, budget=1, capacity=[{"area": "all", "act": "colonoscopy", "per_week": 0.01},
                                            {"area": "no such place", "act": "colonoscopy", "per_week": 1}])
    now = scenario(found, "campaign")["national"]
    assert now["work"][0]["too_much"] == 1
    assert now["work"][1]["asked"] is None
    assert now["over_budget"] == 1


def test_the_same_seed_gives_the_same_figures(people: Source) -> None:
    assert run(people) == run(people)
    other = simulate(campaign(), load_pack("fr"), people, DAY, draws=400, seed=2)
    assert other["scenarios"] != run(people)["scenarios"]


def test_small_groups_are_not_told(people: Source) -> None:
    rows = scenario(run(people), "campaign")["national"]["by"]["department"]
    told, hidden = ([row for row in rows if (row["people"] is None) is none] for none in (False, True))
    assert hidden
    assert all(row["after"] is None for row in hidden)
    assert all(row["people"] >= 11 for row in told)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ({"age": {"from": 119}}, "finds nobody"),
        ({"age": {"from": 0}}, "takes everybody"),
        ({"all": [AGES, {"born": {"from": "1960-05-01", "to": "1960-05-10"}}]}, "fewer than 11"),
        ({"guideline": "no_such_one", "status": ["due"]}, "no guideline no_such_one"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(people: Source, target: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        run(people, target=target)


def test_a_target_may_read_guidelines_and_models(people: Source) -> None:
    target = {"all": [{"guideline": "breast_cancer_screening", "status": ["due", "overdue"]},
                      {"not": {"risk": "score2", "category": ["very_high"], "if_missing": False}}]}  # fmt: skip
    assert run(people, target=target, programme="breast", levers=["reminder_letter"], alternatives=[],
               )["people"]["target"] > 11  # fmt: skip


def test_the_commands(people: Source, tmp_path: Path) -> None:
    asked = [str(EXAMPLE), "--population", str(people.files[0]), "--as-of", DAY.isoformat(), "--draws", "100"]
    text = CliRunner().invoke(cli, ["campaigns", "simulate", *asked])
    assert text.exit_code == 0, text.output
    assert text.stdout.index("Qui reste de côté") < text.stdout.index("Ce que changerait chaque choix")
    out = tmp_path / "report.html"
    done = CliRunner().invoke(cli, ["campaigns", "report", *asked, "--html", str(out)])
    assert done.exit_code == 0, done.output
    page = out.read_text(encoding="utf-8")
    assert "<script" not in page
    assert '<svg role="img"' in page
    before = CliRunner().invoke(cli, ["campaigns", "simulate", *asked[:3], "--as-of", date(2026, 1, 1).isoformat()])
    assert before.exit_code == 2


def test_the_age_pyramid_is_that_of_its_table(people: Source) -> None:
    """Every person of the target is in one bar, and the drawing has what its table has."""
    found = simulate(campaign(), load_pack("fr"), people, DAY, draws=100)
    rows = by_age(found)
    told = [row["people"] for row in rows if row["people"] is not None]
    assert sum(told) <= found["people"]["target"]
    assert sum(told) > 0.9 * found["people"]["target"], "few are in groups that are too small to be told"
    assert {row["sex"] for row in rows if row["ages"]} == {"female", "male"}
    assert {row["ages"][0] for row in rows if row["ages"]} == {50, 55, 60, 65, 70}
    drawn = age_pyramid(found, translator("fr"))
    assert drawn.count("aria-roledescription=\"bar\"") == 2 * sum(1 for row in rows if row["ages"] and row["after"])


def test_the_map_has_every_departement_once(people: Source) -> None:
    codes = {f"{n:02}" for n in range(1, 96) if n != 20} | {"2A", "2B", "971", "972", "973", "974", "976"}
    assert set(places()) == codes
    assert len(set(places().values())) == len(codes), "no two on one tile"
    found = simulate(campaign(), load_pack("fr"), people, DAY, draws=100)
    drawn = department_map(found, translator("fr"))
    assert drawn.count("<rect") == len(codes) + 3
    told = [row for row in found["scenarios"][1]["national"]["by"]["department"] if row["after"]]
    assert drawn.count('fill="#f0f0f0"') == len(codes) - len(told) + 1, "grey where the table says nothing"
