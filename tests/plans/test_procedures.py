"""How examinations go: told of acts that exist, in both languages, and never of what a doctor should see first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.content import content_dir
from app.errors import ContentError
from app.facts.model import FactSheet
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack
from app.i18n import translator
from app.plans.explain import explain
from app.plans.procedures import load_procedures
from tests.plans.conftest import fact, sheet


def test_acts_and_guidelines_exist_and_sources_are_dated() -> None:
    known, facts = set(load_pack("fr").ids()), load_vocabulary().facts
    for procedure in load_procedures().procedures:
        assert set(procedure.guidelines) <= known, procedure.id
        assert {facts[act].type for act in procedure.acts} <= {"event", "dose"}, procedure.id
        assert procedure.acts or procedure.guidelines, procedure.id
        assert all(procedure.to_json(translator("en")).values())


def test_every_vaccine_and_screening_act_is_told() -> None:
    """What a plan proposes to do first is explained, or left out knowingly."""
    told = {act for procedure in load_procedures().procedures for act in procedure.acts}
    reductions = load_vocabulary().reductions
    schedules = [track.schedule for guideline in load_pack("fr").guidelines for track in guideline.tracks]
    events = {name for schedule in schedules if schedule for name in schedule.events if name in reductions}
    vaccines = {reductions[name][0].id for name in events if reductions[name][0].type == "dose"}
    assert len(vaccines) > 10
    assert vaccines | {"mammography", "fit", "hpv_test", "cytology", "colonoscopy"} <= told


def test_a_positive_test_is_not_told_how_the_test_goes(smoker: FactSheet) -> None:
    due = explain(replace(smoker, complete=True), "colorectal_cancer_screening").to_json()
    assert due["status"] in {"due", "overdue"}
    assert "enveloppe" in due["how"]["steps"][2]
    positive = sheet(fact("fit", "positive", "2026-05-02"))
    found = explain(positive, "colorectal_cancer_screening").to_json()
    assert found["status"] == "see_doctor"
    assert found["how"] is None


def test_an_act_told_twice_is_an_error_with_its_file(tmp_path: Path) -> None:
    wrong = tmp_path / "procedures.yaml"
    text = (content_dir() / "procedures.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("acts: [fit]", "acts: [mammography]"), encoding="utf-8")
    with pytest.raises(ContentError, match="told twice: mammography"):
        load_procedures(wrong)
