"""« Ma famille » as a form: what is typed is kept, what is wrong is told beside it, and nothing needs a script."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from tests.web.conftest import sign_in, token

NEW = "/ma-famille/proche"


def add(visitor: TestClient, **typed: object) -> object:
    form = visitor.get(NEW).text
    once = re.search(r'name="once" value="(\w+)"', form)
    assert once
    return visitor.post(NEW, data={"csrf": token(form), "once": once[1], **typed})


def test_a_relative_is_added_changed_and_removed(visitor: TestClient) -> None:
    sign_in(visitor, "rachid")
    answer = add(visitor, relation="paternal_aunt", condition="breast_cancer", **{"age-breast_cancer": "41"})
    assert answer.status_code == 303  # type: ignore[attr-defined]
    shown = visitor.get("/ma-famille").text
    assert "Tante paternelle : cancer du sein à 41 ans" in shown
    place = re.search(r'href="(/ma-famille/proche/\w+)"', shown)
    assert place
    form = visitor.get(place[1]).text
    assert re.search(r'value="breast_cancer" checked', form)
    assert 'value="41"' in form
    seen = re.search(r'name="seen" value="([^"]+)"', form)
    assert seen
    fields = {"csrf": token(form), "seen": seen[1].replace("&#34;", '"'), "relation": "paternal_aunt"}
    changed = visitor.post(place[1], data={**fields, "condition": "breast_cancer", "age-breast_cancer": "52"})
    assert changed.status_code == 303
    assert "cancer du sein à 52 ans" in visitor.get("/ma-famille").text
    stale = visitor.post(place[1], data={**fields, "do": "remove"})
    assert stale.status_code == 409, "the form shows what is not so any more"
    form = visitor.get(place[1]).text
    assert visitor.post(place[1], data={"csrf": token(form), "do": "remove"}).status_code == 303
    assert "Tante paternelle" not in visitor.get("/ma-famille").text.split("En un dessin")[0]
    assert visitor.get(place[1]).status_code == 404


def test_an_age_that_is_not_known_is_left_empty(visitor: TestClient) -> None:
    sign_in(visitor, "thierry")
    assert add(visitor, relation="maternal_uncle", condition="stroke").status_code == 303  # type: ignore[attr-defined]
    shown = visitor.get("/ma-famille").text
    assert "Oncle maternel : accident vasculaire cérébral" in shown
    told = visitor.get("/v1/me/family").json()["told"]["relatives"]
    assert [one["age_at_diagnosis"] for one in told[0]["conditions"]] == ["unknown"]
    place = re.search(r'href="(/ma-famille/proche/\w+)"', shown)
    assert place
    assert 'id="age-stroke" name="age-stroke" autocomplete="off" maxlength="3" value=""' in visitor.get(place[1]).text


def test_each_relative_says_who_tells_of_them(visitor: TestClient) -> None:
    sign_in(visitor, "claudine")
    assert add(visitor, relation="father", condition="diabetes").status_code == 303  # type: ignore[attr-defined]
    page = visitor.get("/ma-famille").text
    assert re.search("Père : diabète<br><span class=\"quiet\">D’après vous<", page)
    assert re.search("Mère : cancer du sein à 47 ans<br><span class=\"quiet\">D’après votre dossier<", page)
    assert add(visitor, relation="mother", condition="breast_cancer").status_code == 303  # type: ignore[attr-defined]
    assert "D’après votre dossier et vous" in visitor.get("/ma-famille").text


def test_a_form_sent_twice_tells_of_one_relative(visitor: TestClient) -> None:
    sign_in(visitor, "gerard")
    form = visitor.get(NEW).text
    once = re.search(r'name="once" value="(\w+)"', form)
    assert once
    for _ in range(2):
        sent = {"csrf": token(form), "once": once[1], "relation": "brother", "deceased": "yes", "age_at_death": "70"}
        assert visitor.post(NEW, data=sent).status_code == 303
    assert len(visitor.get("/v1/me/family").json()["told"]["relatives"]) == 1


def test_what_is_wrong_is_told_and_what_was_typed_stays(visitor: TestClient) -> None:
    sign_in(visitor, "youssef")
    wrongs = (
        {"relation": ""}, {"relation": "mother", "born": "50"},
        {"relation": "mother", "age-stroke": "abc", "condition": "stroke"},
        {"relation": "mother", "deceased": "no", "age_at_death": "80"},
        {"relation": "mother", "age_at_death": "40", "condition": "stroke", "age-stroke": "60"},
        {"relation": "mother", "condition": "stroke", "health": "unknown"},
        {"relation": "mother", "condition": "stroke", "absent": "stroke"},
    )
    for wrong in wrongs:
        answer = add(visitor, **wrong)
        assert answer.status_code == 422, wrong  # type: ignore[attr-defined]
        text = answer.text  # type: ignore[attr-defined]
        assert 'role="alert"' in text
        if wrong.get("relation"):
            assert 'value="mother" selected' in text
    assert visitor.get("/v1/me/family").json()["told"]["relatives"] == []


def test_the_sheet_for_relatives_holds_nothing_of_anybody(visitor: TestClient) -> None:
    anonymous = visitor.get("/ma-famille/demander")
    assert anonymous.status_code == 200
    sign_in(visitor, "claudine")
    mine = visitor.get("/ma-famille/demander").text
    sheet = re.compile(r'<section class="card" aria-labelledby="lettre">.*?</section>', re.DOTALL)
    assert sheet.findall(mine) == sheet.findall(anonymous.text)
    assert "L. 1131-1" in mine
