"""The pages over HTTP, without a browser: headers, form tokens, redirects, and nothing that needs a script."""

from __future__ import annotations

import html
import re

import pytest
from starlette.testclient import TestClient

from app.web.render import static_address
from tests.web.conftest import sign_in, token


def test_session_cookie_is_out_of_reach(visitor: TestClient) -> None:
    first = visitor.get("/")
    answer = visitor.post("/demonstration", data={"csrf": token(first.text), "person": "claudine"})
    session = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("jalon_session="))
    assert "HttpOnly" in session
    assert "SameSite=strict" in session


def test_signing_in_needs_our_own_form(visitor: TestClient) -> None:
    assert visitor.post("/demonstration", data={"person": "claudine"}).status_code == 403
    visitor.get("/")
    assert visitor.post("/demonstration", data={"csrf": "0" * 64, "person": "claudine"}).status_code == 403


def test_without_a_session_one_is_led_to_the_welcome(visitor: TestClient) -> None:
    for path in ("/mon-plan", "/mon-plan/tobacco", "/mes-autorisations", "/don-de-donnees", "/qui-a-consulte"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/?fin=1")


def test_pages_need_no_script_and_nothing_inline(visitor: TestClient) -> None:
    sign_in(visitor, "rachid")
    for path in ("/", "/mon-plan", "/mon-plan/tobacco", "/mes-autorisations", "/don-de-donnees", "/qui-a-consulte"):
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", answer.text), path
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert answer.headers["cache-control"] == "no-store"


def test_answering_redirects_to_an_address_without_health_data(visitor: TestClient) -> None:
    form = {"csrf": sign_in(visitor, "gerard"), "fact": "family_colorectal_cancer", "answer": "none"}
    answer = visitor.post("/mes-reponses", data=form)
    assert answer.status_code == 303
    assert re.fullmatch(r"/mon-plan\?reponse=\d+#nouveau", answer.headers["location"])
    shown = visitor.get(answer.headers["location"]).text
    assert "votre réponse est enregistrée" in shown
    assert "Test de dépistage du cancer colorectal" in shown.split('id="nouveau"')[1].split("</div>")[0]


def test_answers_add_up(visitor: TestClient) -> None:
    csrf = sign_in(visitor, "gerard")
    for year in ("2019", "2021"):
        form = {"csrf": csrf, "fact": "pcv13_vaccine", "date1": year, "more": "1"}
        assert visitor.post("/mes-reponses", data=form).status_code == 303
    kept = visitor.get("/v1/me/answers").json()
    assert kept["pcv13_vaccine"]["value"] == ["2019", "2021"]


def test_a_wrong_answer_comes_back_as_typed_and_escaped(visitor: TestClient) -> None:
    form = {"csrf": sign_in(visitor, "gerard"), "fact": "weight", "number": '"><script>alert(1)</script>'}
    answer = visitor.post("/mes-reponses", data=form)
    assert answer.status_code == 422
    assert "&#34;&gt;&lt;script&gt;" in answer.text
    assert "<script" not in answer.text
    assert "aria-invalid" in answer.text


def test_what_is_not_allowed_is_not_kept(visitor: TestClient) -> None:
    csrf = sign_in(visitor, "thierry")
    page = visitor.get("/mes-autorisations").text
    digest = re.search(r'name="digest" value="([^"]+)"', page)
    assert digest is not None
    choice = {
        "csrf": csrf,
        "digest": digest[1],
        "purpose": "own_prevention",
        "do": "save",
        "category": ["identity"],
    }
    assert visitor.post("/mes-autorisations", data=choice).status_code == 303
    refused = visitor.post("/mes-reponses", data={"csrf": csrf, "fact": "hypertension", "answer": "true"})
    assert refused.status_code == 422
    assert "Vous n’autorisez pas Jalon" in refused.text
    assert visitor.get("/v1/me/answers").json() == {}


@pytest.mark.parametrize(
    ("path", "status"),
    [("/mon-plan/no_such_guideline", 404), ("/mon-plan?reponse=99", 404), ("/static/secret", 404)],
)
def test_what_does_not_exist(visitor: TestClient, path: str, status: int) -> None:
    sign_in(visitor, "claudine")
    assert visitor.get(path).status_code == status


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere", "/v1/me/plan"]
)
def test_choosing_a_language_never_leads_elsewhere(visitor: TestClient, back: str) -> None:
    csrf = sign_in(visitor, "claudine")
    answer = visitor.post("/langue", data={"csrf": csrf, "lang": "en", "retour": back})
    assert answer.headers["location"] == "/"
    assert '<html lang="en">' in visitor.get("/mon-plan").text


def test_files_may_be_kept_for_ever(visitor: TestClient) -> None:
    answer = visitor.get(static_address("jalon.css"))
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]


def test_the_family_page_says_in_words_what_it_draws(visitor: TestClient) -> None:
    sign_in(visitor, "claudine")
    text = visitor.get("/ma-famille").text
    drawing = text[text.index("<svg", text.index('id="arbre"')) :]
    assert "Mère : cancer du sein à 47" in text[: text.index('id="arbre"')]
    assert "Mère : cancer du sein à 47" in drawing
    assert "style=" not in text


def test_help_numbers_are_there_for_everybody_and_leave_no_cookie(visitor: TestClient) -> None:
    answer = visitor.get("/numeros-utiles")
    assert answer.status_code == 200
    for number in ("3919", "3114", "119", "17", "114"):
        assert f'href="tel:{number}"' in answer.text
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert 'href="/numeros-utiles"' in visitor.get("/").text


def test_help_numbers_in_english(visitor: TestClient) -> None:
    answer = visitor.get("/numeros-utiles", headers={"accept-language": "en"})
    assert "At any hour" in answer.text
    assert "À toute heure" not in answer.text


def test_saying_no_to_donation_takes_one_button_and_gives_a_receipt(visitor: TestClient) -> None:
    sign_in(visitor, "ines")
    first = visitor.get("/don-de-donnees")
    assert "à partir du 27 décembre 2026" in first.text.replace("\N{NO-BREAK SPACE}", " ")
    digest = re.search(r'name="digest" value="(sha256:[0-9a-f]{64})"', first.text)
    assert digest
    form = {"csrf": token(first.text), "digest": digest[1], "version": "0", "choix": "non"}
    done = visitor.post("/don-de-donnees", data=form)
    assert (done.status_code, done.headers["location"]) == (303, "/don-de-donnees?fait=1#nouveau")
    after = visitor.get(done.headers["location"]).text
    assert "Vous avez dit non." in after
    kept = visitor.get("/don-de-donnees/recu/1")
    assert "attachment" in kept.headers["content-disposition"]
    assert kept.json()["format"] == "jalon-receipt/1"
    late = visitor.post("/don-de-donnees", data=form | {"choix": "oui"})
    assert late.status_code == 412
    assert "Vous avez dit non." in late.text
    some = form | {"choix": "detail", "version": "1", "usage": "research", "projet": "exemple_glycemie"}
    assert visitor.post("/don-de-donnees", data=some).status_code == 303
    assert "sauf pour certains usages" in visitor.get("/don-de-donnees").text
    assert visitor.post("/don-de-donnees", data=form | {"choix": "peut-être"}).status_code == 403


def test_reminders_are_asked_by_channel_and_statistics_apart_and_both_taken_back(visitor: TestClient) -> None:
    csrf = sign_in(visitor, "claudine")

    def asked(purpose: str) -> str:
        """The form of one purpose."""
        forms = visitor.get(f"/mes-autorisations?fait={purpose}").text.split("<form")
        return next(form for form in forms if f'value="{purpose}"' in form)

    for purpose, field, value in (("reminders", "channel", "email"), ("campaign_statistics", "category", "screening")):
        form = asked(purpose)
        assert " checked" not in form, "nothing is ticked beforehand"
        digest = re.search(r'name="digest" value="([^"]+)"', form)
        assert digest
        sent = {"csrf": csrf, "purpose": purpose, "digest": digest[1], "do": "save", field: [value]}
        done = visitor.post("/mes-autorisations", data=sent)
        assert (done.status_code, done.headers["location"]) == (303, f"/mes-autorisations?fait={purpose}#nouveau")
        assert f'value="{value}" checked' in asked(purpose)
        assert visitor.post("/mes-autorisations", data=sent | {"do": "none"}).status_code == 303
        assert " checked" not in asked(purpose)
    wrong = {"csrf": csrf, "purpose": "insurance", "digest": "", "do": "all"}
    assert visitor.post("/mes-autorisations", data=wrong).status_code == 404


def test_donation_is_explained_at_the_first_look_at_the_plan_once_and_can_be_put_off(visitor: TestClient) -> None:
    csrf = sign_in(visitor, "monique")  # which looks at the plan
    log = [entry["tag"] for entry in visitor.get("/v1/me/access-log").json()["entries"]]
    assert "citizen:donation:inform" in log, "the delay runs from the showing"
    assert visitor.get("/v1/me/donation").json()["state"] == "waiting"
    visitor.cookies.clear()
    csrf = sign_in(visitor, "monique")
    recalled = visitor.get("/mon-plan").text
    assert "27 décembre 2026" in recalled.replace("\N{NO-BREAK SPACE}", " ")
    assert 'id="don"' not in recalled, "the whole information is shown once; the donation page has it for ever"
    before = len(visitor.get("/v1/me/access-log").json()["entries"])
    visitor.get("/mon-plan")
    assert len(visitor.get("/v1/me/access-log").json()["entries"]) == before + 2, "the plan, the log: no other reading"
    later = visitor.post("/don-de-donnees", data={"csrf": csrf, "choix": "plus-tard"})
    assert (later.status_code, later.headers["location"]) == (303, "/mon-plan")
    assert "27 décembre" not in visitor.get("/mon-plan").text
    assert visitor.get("/v1/me/donation").json()["history"] == [], "putting it off is no choice"


def test_the_information_about_donation_stands_below_the_plan_and_never_before_it(visitor: TestClient) -> None:
    first = visitor.get("/")
    visitor.post("/demonstration", data={"csrf": token(first.text), "person": "youssef"})
    page = visitor.get("/mon-plan").text
    assert page.index('id="maintenant"') < page.index('id="don"')
    assert "six semaines après avoir vu cette information" in page
    assert page.count('name="choix"') == 3


def test_the_treating_doctor_of_the_record_sees_nothing_before_being_confirmed(visitor: TestClient) -> None:
    csrf = sign_in(visitor, "rachid")
    before = visitor.get("/v1/me/practices").json()["practices"]
    assert "00000000000" not in {one["number"] for one in before}, "a record opens nothing by itself"
    page = visitor.get("/mon-medecin/dossier").text
    assert "Luc TEST-SORBIER" in page
    other = visitor.post("/mon-medecin/dossier", data={"csrf": csrf, "number": "10101234567"})
    assert other.status_code == 422, "only whom the record names is confirmed here"
    done = visitor.post("/mon-medecin/dossier", data={"csrf": csrf, "number": "00000000000"})
    assert (done.status_code, done.headers["location"]) == (303, "/mon-medecin?fait=1#nouveau")
    [named] = [one for one in visitor.get("/v1/me/practices").json()["practices"] if one not in before]
    assert (named["number"], named["kind"]) == ("00000000000", "recorded")
    assert "Luc TEST-SORBIER" not in visitor.get("/mon-medecin/dossier").text
    assert "d’après votre dossier" in visitor.get("/mon-medecin").text
    assert visitor.get("/v1/me/practices/proposed").json()["proposed"][0]["number"] == "00000000000"


def test_without_consent_to_read_the_record_no_doctor_is_looked_for_in_it(visitor: TestClient) -> None:
    sign_in(visitor, "lea")
    asked = visitor.get("/mon-medecin/dossier")
    assert (asked.status_code, asked.headers["location"]) == (303, "/mes-autorisations?besoin=1")


@pytest.mark.parametrize("back", ["questionnaire", "", "mood"])
def test_an_answer_that_worries_is_met_with_a_number_at_once(visitor: TestClient, back: str) -> None:
    """Wherever the question was answered, the next page says what to do and whom to call before anything else."""
    csrf = sign_in(visitor, "rachid")
    answer = visitor.post("/mes-reponses", data={"csrf": csrf, "fact": "phq_9", "answer": "1", "retour": back})
    assert answer.status_code == 303
    page = visitor.get(answer.headers["location"]).text
    note = page.split('id="nouveau"', 1)[1].split("</div>", 1)[0]
    assert 'href="tel:3114"' in note
    assert 'href="tel:15"' in note
    assert "Appelez le 3114, à toute heure." in note


def test_of_two_tabs_the_late_one_allows_nothing_but_may_always_take_back(visitor: TestClient) -> None:
    csrf = sign_in(visitor, "claudine")
    page = visitor.get("/mes-autorisations").text
    digest, etag = (re.search(f'name="{name}" value="([^"]+)"', page) for name in ("digest", "etag"))
    assert digest
    assert etag
    seen = {"digest": digest[1], "etag": html.unescape(etag[1])}
    sent = {"csrf": csrf, "purpose": "own_prevention", "do": "save", **seen}
    first = sent | {"category": ["identity", "habits"]}
    assert visitor.post("/mes-autorisations", data=first).status_code == 303
    late = visitor.post("/mes-autorisations", data=sent | {"do": "all"})
    assert late.status_code == 412
    assert "ont changé ailleurs" in late.text
    shown = visitor.get("/v1/me/consents").json()["consents"][0]
    assert {one["id"] for one in shown["categories"] if one["granted"]} == {"identity", "habits"}
    assert visitor.post("/mes-autorisations", data=sent | {"do": "none"}).status_code == 303
