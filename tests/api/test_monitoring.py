"""Monitoring: what is counted, of whom, what crosses a threshold, what is stopped, and what nobody may read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.dates import PartialDate
from app.facts.model import Fact
from app.i18n import translator
from app.services.monitoring import complaints, figures
from app.services.monitoring.alerts import alerts
from app.services.monitoring.content import load_monitoring
from app.services.monitoring.counts import Counts
from app.services.monitoring.public import published
from app.services.monitoring.run import compute, reference_of
from app.services.services import Services
from app.trust.guarantee import months
from app.trust.guarantee.register import Result
from app.trust.signals import Signal
from app.trust.vocabulary import CATEGORIES
from tests.api.conftest import sign_in
from tests.api.test_guarantee import consent
from tests.api.test_review import decide, doctor, patient_of  # noqa: F401

EMPTY: dict[str, Any] = {"people": 0, "pack": "", "statuses": {}, "inputs": {}, "decisions": {}, "software": {},
                         "groups": {}, "calibration": {}, "edges": {}}  # fmt: skip
RULES = load_monitoring()


def test_the_index_is_that_of_the_textbook() -> None:
    """(0.5, 0.3, 0.2) → (0.4, 0.4, 0.2): 0.1·ln(0.5/0.4) + 0.1·ln(0.4/0.3) = 0.05108, of samples large enough for the
    half person added to each cell not to count."""
    found = figures.drift({"a": 5e6, "b": 3e6, "c": 2e6}, {"a": 4e6, "b": 4e6, "c": 2e6})
    assert found is not None
    assert found.psi == pytest.approx(0.05108, abs=1e-4)
    assert found.beyond_chance
    same = figures.drift({"a": 50, "b": 50}, {"a": 48, "b": 52})
    assert same is not None
    assert not same.beyond_chance, "two samples of the same people differ so much by chance"
    assert figures.drift({}, {"a": 3}) is None
    gone = figures.drift({"a": 100}, {"b": 100})
    assert gone is not None
    assert gone.psi > 1, "what nobody was is a drift, not a division by zero"


def test_chance_is_beyond_one_time_in_twenty() -> None:
    """Two samples of 300 of the same distribution, 400 times: 20 expected beyond, standard deviation 4.4."""
    import random

    draw = random.Random(2026)
    beyond = 0
    for _ in range(400):
        two: list[dict[str, float]] = [{}, {}]
        for cells in two:
            for _ in range(300):
                name = draw.choices("abcd", (4, 3, 2, 1))[0]
                cells[name] = cells.get(name, 0) + 1
        found = figures.drift(*two)
        beyond += found is not None and found.beyond_chance
    assert 5 <= beyond <= 36


def test_a_calibration_is_judged_against_chance() -> None:
    """20 of 10 announced: exact Poisson limits of 20 are 12.2 and 30.9 (Garwood 1936)."""
    cells = {"all:people": 200, "all:announced": 10.0, "all:happened": 20}
    found = figures.calibrations(cells)["all"]
    assert (found.ratio, round(found.low, 2), round(found.high, 2)) == (2.0, 1.22, 3.09)
    assert found.beyond_chance
    assert not figures.calibrations(cells | {"all:happened": 14})["all"].beyond_chance
    none = figures.calibrations(cells | {"all:happened": 0})["all"]
    assert (none.low, round(none.high * 10, 2)) == (0.0, 3.69)


def test_cards_that_nobody_answered_are_no_decision() -> None:
    share = figures.overrides({"accept": 3, "set_aside:not_now": 1, "overridden": 1, "accepted": 1, "unanswered": 50})
    assert (share.part, share.whole) == (2, 6)


def found(month: dict[str, Any], reference: dict[str, Any] | None = None, *results: Result) -> dict[str, Any]:
    return {one.threshold: one for one in alerts({**EMPTY, **month}, reference, results, RULES)}


def test_each_threshold_is_crossed_on_one_side_only() -> None:
    """Just beyond it alerts; at the bound, with too little behind it, or by chance alone, it does not."""
    before = {**EMPTY, "statuses": {"g@2024-01-01": {"due": 150, "up_to_date": 150}},
              "inputs": {"weight": {"bin0": 150, "bin1": 150}}}  # fmt: skip
    moved = {"due": 30, "up_to_date": 270}
    assert "status_drift" in found({"statuses": {"g@2024-01-01": moved}}, before)
    assert "status_drift" not in found({"statuses": {"g@2024-01-01": {"due": 145, "up_to_date": 155}}}, before)
    assert "status_drift" not in found({"statuses": {"g@2024-01-01": {"due": 3, "up_to_date": 27}}}, before)
    assert "status_drift" not in found({"statuses": {"g@2024-01-01": moved}}, None)
    assert "input_drift" in found({"inputs": {"weight": {"bin0": 270, "bin1": 30}}}, before)
    key = "g@2024-01-01"
    assert found({"decisions": {key: {"set_aside:other": 16, "accept": 14}}})["override_rate"].version == "2024-01-01"
    assert "override_rate" not in found({"decisions": {key: {"set_aside:other": 15, "accept": 15}}})
    assert "override_rate" not in found({"decisions": {key: {"set_aside:other": 29}}})
    joined = {"decisions": {key: {"adapt": 16}}, "software": {key: {"accepted": 14}}}
    assert "override_rate" in found(joined), "decisions here and in their software are one"
    wrong = [Result("m", "g", "2024-01-01_1", "more", "more", "more", False)] * 7
    right = [Result("m", "g", "2024-01-01_1", "right", "right", "right", False)] * 13
    assert found({}, None, *wrong, *right)["wrong_answers"].suspends
    assert "wrong_answers" not in found({}, None, *wrong[1:], *right, right[0])
    split = [Result("m", "g", "v", "right", "more", "right", True)] * 15
    turned = [Result("m", "g", "v", "more", "right", "right", True)] * 15
    assert found({}, None, *split, *turned)["agreement"].value < 0
    cells = {"all:people": 300, "all:announced": 10.0, "all:happened": 21}
    assert found({"calibration": {"score2": cells}})["calibration"].kind == "model"
    assert "calibration" not in found({"calibration": {"score2": cells | {"all:happened": 19}}})
    groups = {"female:decided": 40, "female:overridden": 20, "male:decided": 40, "male:overridden": 8}
    assert found({"groups": {"g": groups}})["subgroup_gap"].group == "female"
    assert "subgroup_gap" not in found({"groups": {"g": groups | {"male:overridden": 12}}})


def signal(kind: str, sent: str, *steps: tuple[str, str], due: str = "2026-11-30", state: str = "received") -> Signal:
    answers = ((step, "team", "", f"{day}T08:00:00Z") for step, day in steps)
    done = (("received", "citizen", "", f"{sent}T08:00:00Z"), *answers)
    return Signal("s-1", kind, "citizen", "team", "tobacco", "2024-01-01", "p", "due", "other", "", state,
                  f"{sent}T08:00:00Z", due, done)  # type: ignore[arg-type]  # fmt: skip


def test_how_long_people_wait_for_an_answer() -> None:
    register = [
        signal("review", "2026-11-02", ("answered", "2026-11-12")),
        signal("review", "2026-10-02", ("answered", "2026-11-12"), due="2026-11-02"),
        signal("review", "2026-09-02", due="2026-10-02"),
        signal("review", "2026-11-03", due="2026-12-03"),
        signal("review", "2026-08-02", ("answered", "2026-09-12")),
        signal("problem", "2026-11-02", ("analysed", "2026-11-03"), ("closed", "2026-11-20")),
    ]
    made = complaints.counted(register, "2026-11", date(2026, 11, 26))
    assert made["kinds"]["review"] == {"sent": 2, "answered": 2, "late": 1, "overdue": 1, "days": [10, 41]}
    assert made["kinds"]["problem"]["days"] == [1], "the first answer, not the last step"
    assert made["guidelines"] == {"tobacco@2024-01-01": {"review": 2, "problem": 1}}
    public = {one["kind"]: one for one in complaints.told({"signals": made}, translator("fr"))}
    assert {public["review"][name] for name in ("sent", "answered", "late", "median_days")} == {None}
    many = complaints.counted([*register[:2] * 12], "2026-11", date(2026, 11, 26))
    told = next(one for one in complaints.told({"signals": many}, translator("fr")) if one["kind"] == "review")
    assert (told["sent"], told["answered"], told["late"], told["median_days"]) == (12, 24, 12, 25)
    alerted = found({"signals": many})
    assert (alerted["late_answers"].about, alerted["late_answers"].value) == ("review", 0.5)
    assert alerted["reports"].value == 12
    assert "reports" not in found({"signals": complaints.counted(register * 3, "2026-11", date(2026, 11, 26))})


async def test_only_those_who_consent_are_counted_and_it_is_in_their_log(
    client: httpx.AsyncClient, services: Services
) -> None:
    assert compute(services, "2026-11")["people"] == 0
    await consent(client, services, "claudine", list(CATEGORIES))
    done = compute(services, "2026-11")
    assert done["people"] == 1
    assert all(sum(cells.values()) == 1 for cells in done["statuses"].values())
    assert len(done["statuses"]) == len(services.pack.on(services.today()))
    with services.engine.connect() as connection:
        rows = connection.execute(text("SELECT purpose, role FROM audit_entry WHERE tag = 'system:plan:count'")).all()
        kept = connection.execute(text("SELECT month, content FROM guarantee_month")).all()
    assert [tuple(row) for row in rows] == [("quality_reading", "system")]
    [(month, content)] = kept
    assert month == "2026-11", "computed again, it replaces itself"
    assert "TEST-" not in content
    assert set(json.loads(content)) == {*EMPTY, "reference", "alerts", "signals"}
    await consent(client, services, "claudine", [])
    assert compute(services, "2026-11")["people"] == 0


def test_the_reference_is_the_first_month_kept_or_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, dict[str, Any]] = {"2026-09": {}, "2026-10": {}}
    assert reference_of(known, "2026-11") == reference_of(known, "2026-10") == "2026-09"
    assert reference_of(known, "2026-09") is reference_of(known, "2026-08") is reference_of({}, "2026-11") is None
    named = RULES.model_copy(update={"reference": "2026-10"})
    monkeypatch.setattr("app.services.monitoring.run.load_monitoring", lambda: named)
    assert reference_of(known, "2026-11") == reference_of(known, "2026-09") == "2026-10"
    assert reference_of(known, "2026-10") is None
    assert reference_of({"2026-09": {}}, "2026-11") is None, "it was never computed"


async def test_what_doctors_decide_is_counted_by_version_reason_and_group(
    doctor: httpx.AsyncClient, services: Services  # noqa: F811
) -> None:
    at = await patient_of(doctor)
    breast = {"guideline": "breast_cancer_screening", "decision": "set_aside", "reason": "not_now"}
    assert (await decide(doctor, at, breast)).status_code == 200
    await consent(doctor, services, "claudine", list(CATEGORIES))
    month = services.today().isoformat()[:7]
    done = compute(services, month)
    [(key, cells)] = done["decisions"].items()
    guideline, _, version = key.partition("@")
    assert (guideline, cells) == ("breast_cancer_screening", {"set_aside:not_now": 1})
    assert version == str(services.pack.get(guideline, services.today()).effective_from)
    assert done["groups"][guideline]["female:overridden"] == 1
    assert compute(services, "2025-01")["decisions"] == {}, "another month's decisions"


async def test_nothing_of_a_small_group_is_public(client: httpx.AsyncClient, services: Services) -> None:
    await consent(client, services, "claudine", list(CATEGORIES))
    compute(services, "2026-10")
    compute(services, "2026-11")
    public = (await client.get("/v1/transparency/monitoring")).json()
    assert (public["month"], public["months"]) == ("2026-11", ["2026-10", "2026-11"])
    assert public["shown"]["people"] is None
    assert public["shown"]["drift"] == []
    assert (await client.get("/v1/transparency/monitoring?month=2026-13")).status_code == 422
    assert (await client.get("/v1/transparency/monitoring?month=2020-01")).json()["shown"] is None
    cells = {"set_aside:not_now": 12, "set_aside:other": 3, "accept": 40, "adapt": 13}
    few = {"set_aside:not_now": 4, "accept": 40}
    month = {**EMPTY, "decisions": {"tobacco@2024-01-01": cells, "alcohol@2024-01-01": few}, "people": 60,
             "groups": {"tobacco": {"female:decided": 30, "female:overridden": 12, "male:decided": 30,
                                    "male:overridden": 2}},
             "calibration": {"score2": {"all:people": 60, "all:announced": 3.0, "all:happened": 4}},
             "reference": None, "alerts": []}  # fmt: skip
    services.door.account(lambda connection: months.keep(connection, "2026-12", month, "2026-12-31T00:00:00.000000Z"))
    shown = (await published(services, None, lang="fr"))["shown"]
    rates = {one["guideline"]: one for one in shown["overrides"]}
    assert rates["tobacco"]["rate"] is None or rates["tobacco"]["decided"] == 68
    assert (rates["alcohol"]["rate"], rates["alcohol"]["what"]) == (None, [])
    assert all(one["times"] >= 11 for one in rates["tobacco"]["what"])
    hidden = 68 - sum(one["times"] for one in rates["tobacco"]["what"])
    assert not 0 < hidden < 11, "the three others cannot be found by subtraction"
    assert shown["groups"] == [], "two women's figures would tell the men's"
    assert [one["ratio"] for one in shown["calibration"]] == [None]


async def test_a_threshold_that_suspends_stops_and_two_people_lift(
    client: httpx.AsyncClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = str(services.pack.get("tobacco", services.today()).effective_from)
    wrong = [Result("2026-11", "tobacco", f"{version}_x", "less", "less", "less", False)] * 20
    monkeypatch.setattr("app.services.monitoring.run.register.results", lambda connection: wrong)
    told = compute(services, "2026-11")
    [one] = told["alerts"]
    assert (one["threshold"], one["stopped"]) == ("wrong_answers", False), "told; stopped only when asked for"
    await sign_in(client, "claudine")
    assert (await client.get("/v1/me/plan")).json()["suspended"] == []
    assert [each["stopped"] for each in compute(services, "2026-11", suspend=True)["alerts"]] == [True]
    [stopped] = (await client.get("/v1/me/plan")).json()["suspended"]
    assert stopped["guideline"] == "tobacco"
    assert "surveillance automatique" in stopped["why"][0]
    assert [each["stopped"] for each in compute(services, "2026-11", suspend=True)["alerts"]] == [False], "once"


def test_what_was_known_then_announces_what_happened_since(services: Services) -> None:
    """A woman of 60 whose figures were known six years ago: her risk of then is counted, and the event since; one
    before that day, or without a day, is not an event of these years."""
    from app.facts.model import FactSheet
    from app.plans.plan import make_plan
    from app.records.model import Subject
    from app.services.guarantee.people import Looked

    today = services.today()
    then = PartialDate.parse((today - timedelta(days=6 * 365)).isoformat())

    def fact(name: str, value: Any, day: PartialDate | None = then) -> list[Fact]:
        return [Fact(name, value, date=day)]

    facts = {"systolic_bp": 150.0, "total_cholesterol": 6.0, "hdl_cholesterol": 1.2, "tobacco_status": "current",
             "diabetes": "none", "cardiovascular_disease": False, "chronic_kidney_disease": False,
             "familial_hypercholesterolaemia": False}  # fmt: skip
    sheet = FactSheet(today, Subject(PartialDate.parse(f"{today.year - 60}-01-15"), "female"),
                      facts={name: fact(name, value) for name, value in facts.items()})  # fmt: skip

    def counted(*events: Fact, well: bool = True) -> dict[str, float]:
        said = fact("cardiovascular_disease", False) if well else []
        one = replace(sheet, facts={**sheet.facts, "cardiovascular_disease": [*said, *events]})
        counts = Counts(RULES, services.pack, "2026-11")
        counts.add(Looked("p", make_plan(one, "fr", services.pack), []))
        return counts.calibration.get("score2", {})

    quiet = counted()
    assert quiet["all:people"] == quiet["female:people"] == 1
    assert quiet["all:happened"] == 0
    assert 0.005 < quiet["all:announced"] < 0.2
    year_ago = PartialDate.parse((today - timedelta(days=365)).isoformat())
    event = Fact("cardiovascular_disease", True, date=year_ago)
    assert counted(event)["all:happened"] == 1
    assert counted(event)["all:announced"] == quiet["all:announced"], "what came later was not known then"
    long_ago = Fact("cardiovascular_disease", True, date=PartialDate.parse("2015-01-01"))
    assert counted(long_ago, well=False) == {}, "who was ill already has no risk of becoming so"
