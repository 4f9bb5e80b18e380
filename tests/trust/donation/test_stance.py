"""What holds, of any history: held against the rule written another way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ContentError
from app.store.tables import stamp
from app.trust.donation.projects import load_projects
from app.trust.donation.stance import Choice, stance
from app.trust.donation.terms import load_terms
from tests.trust.donation.projects import written

START = datetime(2026, 3, 30, 22, 30, tzinfo=UTC)
TERMS = load_terms()
CHANNELS = ("self", "paper", "helper", "relatives", "external")
CHOICES = st.lists(
    st.builds(
        Choice, version=st.just(0), channel=st.sampled_from(CHANNELS), wish=st.sampled_from(["included", "opposed"]),
        purposes=st.lists(st.sampled_from(["research", "policy"]), max_size=2).map(tuple),
        projects=st.lists(st.sampled_from(["p1", "p2"]), max_size=2).map(tuple),
        text_digest=st.just(""), at=st.just(""),
    ),
    max_size=5,
)  # fmt: skip


@given(CHOICES, st.none() | st.integers(0, 80), st.integers(0, 80))
def test_every_history(choices: list[Choice], informed: int | None, now: int) -> None:
    at = None if informed is None else stamp(START + timedelta(days=informed))
    found = stance(choices, at, TERMS, START + timedelta(days=now))
    others = [one for one in choices if one.channel != "external"]
    external = [one.wish for one in choices if one.channel == "external"][-1:]
    waited = informed is not None and now - informed >= 42
    opposed = external == ["opposed"] or (bool(others) and others[-1].wish == "opposed")
    for project, purpose in (("p1", "research"), ("p3", "statistics")):
        may = not opposed and (bool(others) or waited)
        if others:
            may = may and project not in others[-1].projects and purpose not in others[-1].purposes
        assert found.gives(project, purpose) == may
    assert (found.state == "opposed") == opposed


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"purpose": "insurance"}, "no purpose of secondary use"),
        ({"categories": ["identity"]}, "write habits, identity"),
        ({"columns": [{"name": "a", "fact": "nothing", "keep": "as_is", "why": "x", "identifies": True}]}, "no fact"),
        ({"columns": [{"name": "a", "fact": "age", "keep": "as_is", "why": "x", "identifies": True}]}, "one of band"),
        ({"columns": [{"name": "a", "fact": "birth_date", "keep": "year", "why": "x", "identifies": True}]}, "no fact"),
        ({"columns": [{"name": "pseudonym", "fact": "age", "keep": "band", "width": 5, "why": "x"}]}, "first column"),
        ({"columns": [{"name": "a", "fact": "age", "keep": "band", "why": "x", "identifies": True}]}, "width"),
        ({"columns": [{"name": "a", "fact": "tobacco_status", "keep": "as_is", "why": "x"}]}, "identifies"),
        ({"ethics": {"committee": "c", "reference": "r", "decision": "favourable"}}, "decided_on"),
        ({"ends_on": "2020-01-01"}, "follow each other"),
        ({"id": "another"}, "name both alike"),
        ({"insurer": "yes"}, "not known"),
    ],
)  # fmt: skip
def test_a_wrong_project_is_told_with_file_and_remedy(tmp_path: object, change: dict[str, object], told: str) -> None:
    with pytest.raises(ContentError, match=r"p_test\.yaml") as caught:
        load_projects(written(tmp_path, **change))
    assert told in str(caught.value)


def test_a_right_project_is_read(tmp_path: object) -> None:
    assert [project.id for project in load_projects(written(tmp_path))] == ["p_test"]
