"""What is stopped answers nobody, hides no sign, and leaves the rest of the plan as if it were not in force."""

from __future__ import annotations

from datetime import date

from app.facts.model import FactSheet
from app.guidelines.pack import load_pack
from app.guidelines.stops import Stop, Stops
from app.plans.html import plan_html
from app.plans.pdf import prevention_plan
from app.plans.plan import make_plan
from app.plans.text import plan_text
from tests.plans.conftest import AS_OF

WHY = "un seuil est faux"


def stops(*targets: str, kind: str = "guideline", version: str | None = None) -> Stops:
    return Stops(tuple(Stop(name, kind, name, version, date(2026, 11, 1), WHY) for name in targets))  # type: ignore[arg-type]


def test_every_guideline_stopped_alone_leaves_the_others(everyone: list[FactSheet]) -> None:
    """Nothing is lost, nothing else moves but for those that read the answer of the stopped one or give way to it."""
    for person in everyone[:4]:
        before = {item.id for item in make_plan(person).items}
        for name in before:
            plan = make_plan(person, stops=stops(name))
            assert {item.id for item in plan.items} == before - {name}
            assert [one.id for one in plan.suspended] == [name]


def test_only_the_version_named_is_stopped(smoker: FactSheet) -> None:
    version = load_pack("fr").get("tobacco", AS_OF).effective_from.isoformat()
    assert make_plan(smoker, stops=stops("tobacco", version="1999-01-01")).suspended == []
    assert [one.id for one in make_plan(smoker, stops=stops("tobacco", version=version)).suspended] == ["tobacco"]


def test_a_sign_is_not_hidden(everyone: list[FactSheet]) -> None:
    seen = 0
    for person in everyone:
        for item in make_plan(person).to_see_with_doctor:
            [one] = make_plan(person, stops=stops(item.id)).suspended
            assert one.sign == (item.status == "see_doctor")
            assert ("la suspension n’y change rien" in " ".join(one.sentences)) == one.sign
            seen += one.sign
    assert seen


def test_it_is_said_on_paper_and_on_screen(smoker: FactSheet) -> None:
    plan = make_plan(smoker, stops=Stops((*stops("tobacco").all, *stops("score2", kind="model").all)))
    for text in (plan_html(plan), prevention_plan(plan), " ".join(plan_text(plan).split())):
        assert "suspendue depuis le 1er novembre 2026" in text.replace("\u00a0", " ")
        assert "Un calcul de risque est suspendu" in text


def test_the_language_of_the_plan_is_that_of_the_words_around_the_reason(smoker: FactSheet) -> None:
    [one] = make_plan(smoker, "en", stops=stops("tobacco")).suspended
    assert WHY in one.text
