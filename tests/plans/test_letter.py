"""The plan on paper in large letters: the same words, and no letter below 16 points but in the margin."""

from __future__ import annotations

import re

import pytest

from app.errors import UsageError
from app.plans.pdf import plan_pdf, prevention_plan
from app.plans.plan import make_plan
from tests.plans.conftest import SMOKER, sheet

_TAG = re.compile(r"<style>.*?</style>|<[^>]+>", re.DOTALL)


def test_large_letters_say_the_same() -> None:
    plan = make_plan(sheet(*SMOKER), "fr")
    usual, large = prevention_plan(plan), prevention_plan(plan, large=True)
    assert _TAG.sub("", large).split() == _TAG.sub("", usual).split()
    assert "font-size: 16pt" in large
    assert "16pt" not in usual


def test_the_letter_is_a_pdf_of_more_pages() -> None:
    plan = make_plan(sheet(*SMOKER), "fr-falc")
    try:
        assert plan_pdf(plan, large=True).startswith(b"%PDF")
    except UsageError as error:
        pytest.skip(str(error))
    from weasyprint import HTML  # type: ignore[import-untyped]

    usual, large = (HTML(string=prevention_plan(plan, large=each)).render().pages for each in (False, True))
    assert len(large) > len(usual)
