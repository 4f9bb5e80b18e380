from __future__ import annotations

from typing import Any

import pytest

from app.services.answers import joined


@pytest.mark.parametrize(
    ("before", "more", "after"),
    [
        (None, "2024", ["2024"]),
        ("never", "2024", ["2024"]),
        ("unknown", ["2024"], ["2024"]),
        ("2020", "2024", ["2020", "2024"]),
        (["1996"], ["1998"], ["1996", "1998"]),
        (["1996"], "1996", ["1996"]),
        ({"date": "2023", "result": "normal"}, "2024", [{"date": "2023", "result": "normal"}, "2024"]),
    ],
)
def test_one_more_act_joins_those_already_told(before: Any, more: Any, after: Any) -> None:
    assert joined(before, more) == after
