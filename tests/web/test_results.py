"""My results: what stands outside the usual range is named first, and no value is told twice."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from app.web.results import written_otherwise
from tests.web.conftest import sign_in


@pytest.mark.parametrize(("written", "text", "others", "shown"), [
    ("2.55 g/L", "6,59 mmol/L", ["2,55 g/L"], None), ("5.9 mmol/L", "5,9 mmol/L", ["1,06 g/L"], None),
    ("2.550 g/L", "6,59 mmol/L", ["2,55\u00a0g/L"], None), ("88 µmol/L", "88 µmol/L", [], None),
    ("12 mg/dL", "6,59 mmol/L", ["2,55 g/L"], "12 mg/dL"), ("< 5 mg/L", "< 5 mg/L", [], None),
    ("<5 mg/L", "5 mg/L", [], "<5 mg/L"), ("100 g/L", "10 g/L", [], "100 g/L"), (None, "5 mg/L", [], None),
])  # fmt: skip
def test_a_value_is_told_as_written_only_when_it_differs(
    written: str | None, text: str, others: list[str], shown: str | None
) -> None:
    assert written_otherwise({"as_recorded": written, "text": text, "other_units": others}) == shown


def test_what_is_outside_comes_first_and_leads_to_its_result(visitor: TestClient) -> None:
    sign_in(visitor, "rachid")
    page = visitor.get("/mes-resultats").text
    first, rest = page.split('id="hors-usage"', 1)[1].split("</section>", 1)
    assert '<a href="#triglycerides">' in first
    assert 'id="triglycerides"' in rest
    assert "Glycémie" not in first
    assert page.count("c’est lui qui fait foi") == 1
