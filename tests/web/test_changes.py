from __future__ import annotations

from typing import Any

from app.services.changes import Change, changes


def plan(**lists: list[tuple[str, str]]) -> dict[str, Any]:
    names = ("to_see_with_doctor", "now", "next", "up_to_date", "not_for_you")
    return {
        name: [
            {"guideline": guideline, "title": guideline.upper(), "status": status, "when": f"is {status}"}
            for guideline, status in lists.get(name, [])
        ]
        for name in names
    }


def test_only_what_changed_is_told_with_what_it_was() -> None:
    before = plan(next=[("a", "ask"), ("b", "due_soon")])
    after = plan(now=[("a", "due")], next=[("b", "due_soon")])
    assert changes(before, after) == [Change("a", "A", "is ask", "is due")]


def test_an_item_that_only_moved_is_not_a_change() -> None:
    assert changes(plan(now=[("a", "due")]), plan(next=[("a", "due")])) == []


def test_a_new_item_has_no_before() -> None:
    assert changes(plan(), plan(now=[("a", "due")])) == [Change("a", "A", None, "is due")]
