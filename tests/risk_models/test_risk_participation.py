"""The fitted model: fitted again to the same file, honest figures on its card, and one purpose only."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import ibis
import pytest

import risk_models
from app.population.participation import load_participation
from risk_models import NoColumnForm, NotApplicable, participation
from risk_models.columns import columns
from risk_models.models import participation as module

ROOT = Path(__file__).resolve().parents[2]
PERSON: dict[str, Any] = {
    "purpose": "plan_help",
    "programme": "colorectal",
    "sex": "female",
    "age": 60,
    "deprivation_quintile": 5,
    "area": "middle",
    "treating_doctor": False,
    "past_invitations": 4,
    "past_participations": 0,
}


def value(**changes: Any) -> float:
    found = participation(**(PERSON | changes)).value
    assert found is not None
    return found


def script() -> Any:
    spec = importlib.util.spec_from_file_location(
        "fit_participation", ROOT / "scripts" / "fit_participation.py"
    )
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_anybody_fits_the_same_model_again() -> None:
    assert module.DATA.read_text(encoding="utf-8") == script().made()


@pytest.mark.parametrize(
    "purpose", ["select_invitations", "withhold_invitation", "care", "insurance", "", "PLAN_HELP"]
)
def test_any_other_purpose_is_refused(purpose: str) -> None:
    with pytest.raises(NotApplicable) as caught:
        participation(**(PERSON | {"purpose": purpose}))
    assert caught.value.refusal.kind == "excluded"
    assert caught.value.refusal.input == "purpose"
    people = ibis.memtable({"age": [60]})
    with pytest.raises(NoColumnForm, match="purpose"):
        columns("participation", {**PERSON, "age": people.age, "purpose": purpose})


def test_a_purpose_is_never_presumed() -> None:
    given = {name: told for name, told in PERSON.items() if name != "purpose"}
    with pytest.raises(NotApplicable) as caught:
        participation(**given)
    assert caught.value.missing == ("purpose",)


@pytest.mark.parametrize(
    ("changes", "kind", "name"),
    [
        ({"age": 49}, "out_of_range", "age"),
        ({"age": 75}, "out_of_range", "age"),
        ({"programme": "breast", "sex": "male"}, "excluded", "sex"),
        ({"programme": "cervix", "age": 66}, "out_of_range", "age"),
        ({"past_participations": 5}, "invalid", "past_participations"),
        ({"deprivation_quintile": 6}, "implausible", "deprivation_quintile"),
    ],
)
def test_who_is_not_invited_has_no_estimate(changes: dict[str, Any], kind: str, name: str) -> None:
    with pytest.raises(NotApplicable) as caught:
        participation(**(PERSON | changes))
    assert (caught.value.refusal.kind, caught.value.refusal.input) == (kind, name)


def test_who_came_before_comes_again_and_help_is_planned_where_few_come() -> None:
    assert value() < value(past_participations=2) < value(past_participations=4)
    assert value() < value(deprivation_quintile=1)
    assert value() < value(treating_doctor=True)
    assert value(area="low") < value() < value(area="high")
    assert participation(**PERSON).category == "far_below_average"


def test_contributions_add_up() -> None:
    estimate = participation(**PERSON)
    assert estimate.reference is not None
    total = estimate.reference.value + sum(c.delta_pp or 0 for c in estimate.contributions)
    assert total == pytest.approx(value(), abs=1e-9)
    assert {c.input for c in estimate.contributions} == set(estimate.reference.inputs)


def test_averages_are_the_published_ones() -> None:
    published = {p.id: 100 * p.overall.rate for p in load_participation().programmes}
    assert published == pytest.approx(module._RATES)
    assert {p.id: p.ages for p in load_participation().programmes} == module._AGES


def test_the_evaluation_is_honest_and_on_the_card() -> None:
    told = module.fitted()["evaluation"]
    assert told["people"]["seed"] != module.fitted()["people"]["seed"]
    assert told["brier"] < told["brier_of_the_mean"]
    figures = {p.measure: p.value for p in risk_models.card("participation").data.performance}
    assert f"{told['brier']}" in figures["Brier score"]
    assert f"{told['auc']}" in figures["AUC"]
    body = risk_models.card("participation").body
    for kind in ("sex", "age", "deprivation_quintile"):
        for group, row in told["subgroups"][kind].items():
            assert f"| {group} | {row['predicted']} | {row['observed']} |" in body


def test_computing_needs_no_learning_library() -> None:
    code = (
        "import sys, risk_models; "
        f"print(risk_models.participation(**{PERSON!r}).value > 0, "
        "bool({'sklearn', 'numpy', 'pickle'} & {m.partition('.')[0] for m in sys.modules} - {'pickle'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def test_changed_coefficients_change_the_digest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from risk_models import cards

    before = cards._digest("participation")
    changed = tmp_path / "participation.json"
    changed.write_bytes(module.DATA.read_bytes().replace(b'"intercept": -', b'"intercept": '))
    monkeypatch.setattr(cards, "_DATA", tmp_path)
    assert cards._digest("participation") != before
