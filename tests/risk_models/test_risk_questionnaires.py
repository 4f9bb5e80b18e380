"""Questionnaires: every limit of AUDIT-C, AUDIT, PHQ and GAD-7, and answers that are no answers."""

from __future__ import annotations

from typing import Any

import pytest

from risk_models import NotApplicable, audit, audit_c, card, compute, gad_7, phq


def spread(total: int, count: int, most: int) -> list[int]:
    """Answers that add up to `total`, the first ones highest."""
    answers = []
    for _ in range(count):
        answers.append(min(most, total))
        total -= answers[-1]
    assert total == 0
    return answers


@pytest.mark.parametrize(("sex", "limit"), [("male", 4), ("female", 3)])
def test_audit_c_limits(sex: str, limit: int) -> None:
    assert audit_c(sex=sex, items=spread(limit - 1, 3, 4)).category == "low"
    assert audit_c(sex=sex, items=spread(limit, 3, 4)).category == "at_risk"
    assert audit_c(sex=sex, items=spread(9, 3, 4)).category == "at_risk"
    assert audit_c(sex=sex, items=spread(10, 3, 4)).category == "probable_dependence"


@pytest.mark.parametrize(("sex", "limit"), [("male", 7), ("female", 6)])
def test_audit_limits(sex: str, limit: int) -> None:
    assert audit(sex=sex, items=spread(limit - 1, 10, 4)).category == "low"
    assert audit(sex=sex, items=spread(limit, 10, 4)).category == "at_risk"
    assert audit(sex=sex, items=spread(12, 10, 4)).category == "at_risk"
    assert audit(sex=sex, items=spread(13, 10, 4)).category == "probable_dependence"


@pytest.mark.parametrize(
    ("score", "severity"),
    [(0, "none_minimal"), (4, "none_minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"),
     (15, "moderately_severe"), (19, "moderately_severe"), (20, "severe"), (27, "severe")],
)  # fmt: skip
def test_phq_9_classes(score: int, severity: str) -> None:
    found = phq(items=spread(score, 9, 3))
    assert (found.value, found.category) == (score, severity)


@pytest.mark.parametrize(
    ("score", "severity"),
    [(0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"), (15, "severe"),
     (21, "severe")],
)  # fmt: skip
def test_gad_7_classes(score: int, severity: str) -> None:
    assert gad_7(items=spread(score, 7, 3)).category == severity


@pytest.mark.parametrize(
    ("first", "second", "positive"), [(2, 0, False), (1, 1, False), (3, 0, True), (1, 2, True)]
)
def test_phq_2_is_positive_from_three(first: int, second: int, positive: bool) -> None:
    result = phq(items=[first, second, 0, 0, 0, 0, 0, 0, 0]).result
    assert (result["phq2"], result["phq2_positive"]) == (first + second, positive)


@pytest.mark.parametrize("ninth", [0, 1, 2, 3])
def test_thoughts_of_death_are_never_left_inside_the_score(ninth: int) -> None:
    found = phq(items=[0] * 8 + [ninth])
    assert found.result["item9_flag"] is (ninth > 0)
    assert [c.code for c in found.warnings] == (["help_now"] if ninth else [])


ANSWERS = {"audit-c": 3, "audit": 10, "phq": 9, "gad-7": 7}


def answers(model: str, items: list[Any]) -> dict[str, Any]:
    return {"items": items} | ({"sex": "female"} if model.startswith("audit") else {})


@pytest.mark.parametrize(("model", "count"), ANSWERS.items())
@pytest.mark.parametrize(
    ("answer", "kind"),
    [(None, "missing"), (5, "invalid"), (-1, "invalid"), (1.5, "invalid"), (True, "invalid"), ("often", "invalid"),
     (float("nan"), "invalid")],
)  # fmt: skip
def test_what_is_no_answer_is_named(model: str, count: int, answer: Any, kind: str) -> None:
    with pytest.raises(NotApplicable) as caught:
        compute(model, answers(model, [1] + [0] * (count - 2) + [answer]))
    assert (caught.value.refusal.kind, caught.value.refusal.input) == (kind, f"items[{count - 1}]")


@pytest.mark.parametrize(("model", "count"), ANSWERS.items())
@pytest.mark.parametrize("other", [-1, 1])
def test_too_few_or_too_many_answers(model: str, count: int, other: int) -> None:
    with pytest.raises(NotApplicable, match="items"):
        compute(model, answers(model, [0] * (count + other)))


def test_every_missing_answer_is_asked_for_at_once() -> None:
    with pytest.raises(NotApplicable) as caught:
        phq(items=[0, None, 0, None, 0, 0, 0, 0, 0])
    assert caught.value.missing == ("items[1]", "items[3]")


@pytest.mark.parametrize("items", [[0, 1, 0], [0, 0, 1]])
def test_never_drinking_and_drinking_much_contradict(items: list[int]) -> None:
    for found in (lambda: audit_c(sex="male", items=items), lambda: audit(sex="male", items=items + [0] * 7)):
        with pytest.raises(NotApplicable, match=r"items\[0\].*never"):
            found()


@pytest.mark.parametrize("answer", [1, 3])
@pytest.mark.parametrize("place", [8, 9])
def test_the_last_two_of_audit_are_worth_0_2_or_4(answer: int, place: int) -> None:
    items = [1] + [0] * 9
    items[place] = answer
    with pytest.raises(NotApplicable, match=rf"items\[{place}\]"):
        audit(sex="male", items=items)
    items[place] = 2
    assert audit(sex="male", items=items).value == 3


@pytest.mark.parametrize("model", ["phq", "gad-7"])
def test_adolescents_have_their_own_form(model: str) -> None:
    with pytest.raises(NotApplicable, match="adults"):
        compute(model, {"items": [0] * ANSWERS[model], "under_18": True})
    assert compute(model, {"items": [0] * ANSWERS[model]}).assumed == ("under_18",)


@pytest.mark.parametrize("model", ANSWERS)
def test_contributions_are_the_points(model: str) -> None:
    given = [1, 2, 0] + [0] * (ANSWERS[model] - 3)
    found = compute(model, answers(model, given))
    assert [c.delta for c in found.contributions] == given
    assert found.reference is not None
    assert found.reference.value + sum(c.delta for c in found.contributions) == found.value
    assert found.what_ifs == ()


@pytest.mark.parametrize("model", ANSWERS)
def test_screening_is_told_in_words_with_somebody_to_call(model: str) -> None:
    data = card(model).data
    assert data.shown_as == "words"
    assert data.help_lines
    assert ("3114" in {line.number for line in data.help_lines}) is (model in ("phq", "gad-7"))
