"""What is recommended at my age: an answer for anyone, and nothing left behind."""

from __future__ import annotations

import logging
import re

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.services.services import Services


def everything(services: Services) -> dict[str, list[object]]:
    """Every row of every table."""
    with services.engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        return {name: list(connection.execute(text(f'SELECT * FROM "{name}"')).all()) for name in names}


@pytest.mark.parametrize(("age", "sex", "there", "not_there"), [
    ("52", "female", ["Mammographie", "colorectal"], []), ("52", "male", ["colorectal"], ["Mammographie"]),
    ("30", "female", ["col de l"], ["Mammographie"]), ("80", "male", ["grippe"], ["colorectal"]),
])  # fmt: skip
def test_it_answers(visitor: TestClient, age: str, sex: str, there: list[str], not_there: list[str]) -> None:
    page = visitor.post("/a-mon-age", data={"age": age, "sex": sex})
    assert page.status_code == 200
    main = page.text.split('id="recommande"', 1)[1].split("Selon votre situation")[0]
    for words in there:
        assert words in main, words
    for words in not_there:
        assert words not in main, words


def test_nothing_is_stored_logged_or_set(
    visitor: TestClient, opened: Services, caplog: pytest.LogCaptureFixture
) -> None:
    before = everything(opened)
    with caplog.at_level(logging.DEBUG):
        answers = [visitor.get("/a-mon-age"), visitor.post("/a-mon-age", data={"age": "52", "sex": "female"}),
                   visitor.post("/v1/check", json={"age": 52, "sex": "female"})]  # fmt: skip
    assert everything(opened) == before
    assert not [record for record in caplog.records if record.name.startswith(("app", "uvicorn", "sqlalchemy"))]
    for answer in answers:
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
    assert re.findall(r'action="([^"]+)"', answers[0].text) == ["/a-mon-age#reponse"], "the answer is not in an address"


@pytest.mark.parametrize("form", [
    {}, {"age": "", "sex": "female"}, {"age": "52"}, {"age": "-3", "sex": "male"}, {"age": "121", "sex": "male"},
    {"age": "9" * 5000, "sex": "male"}, {"age": "٥٢٣٤", "sex": "male"}, {"age": "12", "sex": '"><script>'},
])  # fmt: skip
def test_what_is_not_understood_is_asked_again(visitor: TestClient, form: dict[str, str]) -> None:
    answer = visitor.post("/a-mon-age", data=form)
    assert answer.status_code == 422
    assert "<script" not in answer.text
