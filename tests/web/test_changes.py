from __future__ import annotations

from typing import Any

from app.services.changes import Change, changes
from app.services.plans import LISTS
from app.web.changes import helps


def plan(**lists: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        name: [
            {"guideline": guideline, "title": guideline.upper(), "status": status, "when": f"is {status}"}
            for guideline, status in lists.get(name, [])
        ]
        for name in LISTS
    }


def test_only_what_changed_is_told_with_what_it_was() -> None:
    before = plan(next=[("a", "ask"), ("b", "due_soon")])
    after = plan(now=[("a", "due")], next=[("b", "due_soon")])
    assert changes(before, after) == [Change("a", "A", "is ask", "is due")]


def test_an_item_that_only_moved_is_not_a_change() -> None:
    assert changes(plan(now=[("a", "due")]), plan(next=[("a", "due")])) == []


def test_a_new_item_has_no_before() -> None:
    assert changes(plan(), plan(now=[("a", "due")])) == [Change("a", "A", None, "is due")]


def test_what_becomes_urgent_is_a_change_with_what_to_do_and_whom_to_call() -> None:
    """The answer about thoughts of death, of somebody whose low mood was known: the same status, and not the same."""
    before, after = plan(to_see_with_doctor=[("mood", "see_doctor")]), plan(to_see_with_doctor=[("mood", "see_doctor")])
    after["to_see_with_doctor"][0] |= {"urgent": True, "action": "Appelez", "help_lines": [{"number": "3114"}]}
    (change,) = changes(before, after)
    assert (change.urgent, change.action, change.help_lines) == (True, "Appelez", ({"number": "3114"},))
    assert helps([change, change]) == [{"number": "3114"}]
