"""Help lines: shown where they help, with words in both languages; violence is never in a plan."""

from __future__ import annotations

import re

import pytest

from app.facts.model import FactSheet
from app.guidelines.pack import load_pack
from app.i18n import translator
from app.plans.help_lines import load_help_lines
from app.plans.plan import make_plan
from app.plans.text import plan_text
from tests.plans.conftest import fact, sheet


def test_every_line_is_shown_with_guidelines_that_exist() -> None:
    known = set(load_pack("fr").ids())
    lines = load_help_lines().lines
    assert {name for line in lines for name in (*line.shown_with, *line.urgent_with)} <= known
    assert len({line.id for line in lines}) == len(lines)
    for line in lines:
        told = line.to_json(translator("en"))
        assert told["number"].replace(" ", "").isdigit()
        assert all(told.values())


def test_who_smokes_is_given_the_number_that_helps(smoker: FactSheet) -> None:
    plan = make_plan(smoker)
    (tobacco,) = [item for item in plan.items if item.id == "tobacco"]
    assert [line["number"] for line in tobacco.to_json()["help_lines"]] == ["39 89"]
    assert "Appeler : 39 89, Tabac info service." in plan_text(plan).replace("\u00a0", " ")


def test_who_needs_nothing_is_given_no_number() -> None:
    plan = make_plan(sheet(fact("tobacco_status", "never", "2026-05-11")))
    (tobacco,) = [item for item in plan.items if item.id == "tobacco"]
    assert tobacco.to_json()["help_lines"] == []


def test_thoughts_of_suicide_come_first_with_the_number_to_call() -> None:
    plan = make_plan(sheet(fact("symptom_suicidal_thoughts", True, "2026-11-15")))
    first = plan.to_see_with_doctor[0]
    assert first.id == "mood"
    assert [line.number for line in first.help_lines] == ["3114", "15"]


def test_the_15_is_shown_with_every_urgent_answer_that_names_it() -> None:
    """What says « appelez le 15 » has the number beside it, as a link."""
    lines = load_help_lines()
    for guideline in load_pack("fr").guidelines:
        urgent = [track for track in guideline.tracks if track.urgent]
        names_it = any(re.search(r"\b15\b", f"{t.wording.action} {t.wording.where}") for t in urgent)
        assert names_it == ("15" in {line.number for line in lines.urgent_with(guideline.id)}), guideline.id


@pytest.mark.parametrize(("guideline", "number"), [
    ("mood", "3114"), ("perinatal_depression", "3114"), ("tobacco", "39 89"), ("alcohol", "0 980 980 930"),
    ("drugs", "0 800 23 13 13"), ("gambling", "09 74 75 13 13"), ("hiv_test", "0 800 840 800"),
    ("contraception", "0 800 08 11 11"), ("heatwave", "0 800 06 66 66"),
])  # fmt: skip
def test_each_theme_has_its_line_with_a_source(guideline: str, number: str) -> None:
    found = load_help_lines().shown_with(guideline)
    assert [line.number for line in found] == [number]
    assert all(line.sources and line.last_checked for line in found)


def test_violence_is_never_in_a_plan() -> None:
    violence = [line for line in load_help_lines().lines if line.topic == "violence"]
    assert violence
    assert all(line.shown_with == [] for line in violence)
