"""A citizen's visit, in a real browser without JavaScript: the plan, its questions, consents and the log."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def someone(visit: Visit) -> Visitor:
    return visit(scripts=False)


def test_the_plan_starts_with_what_goes_well(someone: Visitor) -> None:
    someone.sign_in("Claudine")
    page = someone.page
    expect(page).to_have_url(someone.site + "/mon-plan")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon plan de prévention")
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert headings.index("Ce qui va déjà bien") < headings.index("Maintenant")
    now = page.get_by_role("region", name="Maintenant")
    expect(now.get_by_role("article", name=re.compile("Mammographie"))).to_be_visible()
    assert now.get_by_role("article").count() <= 3


def test_a_card_says_why_with_the_fact_its_date_and_source(someone: Visitor) -> None:
    someone.sign_in("Claudine")
    card = someone.page.get_by_role("article", name=re.compile("Mammographie"))
    expect(card.get_by_text("17 septembre 2024")).to_be_visible()
    card.get_by_role("link", name=re.compile("Pourquoi et comment")).click()
    expect(someone.page.get_by_role("heading", level=1)).to_have_text(re.compile("Mammographie"))
    known = someone.page.get_by_role("region", name="Pourquoi moi ?").get_by_role("listitem")
    expect(known.filter(has_text="17 septembre 2024").first).to_contain_text("professionnel de santé")
    expect(someone.page.get_by_role("heading", name="Ce qui changerait la réponse")).to_be_visible()


def test_a_positive_test_without_follow_up_goes_to_the_doctor_first(someone: Visitor) -> None:
    someone.sign_in("Youssef")
    doctor = someone.page.get_by_role("region", name="À voir avec un médecin")
    expect(doctor.get_by_role("article").first).to_contain_text("coloscopie")


def test_an_answer_changes_the_plan_and_says_what(someone: Visitor) -> None:
    someone.sign_in("Claudine")
    card = someone.page.get_by_role("article", name=re.compile("Mammographie"))
    card.get_by_role("link", name=re.compile("C’est déjà fait")).click()
    someone.page.locator("#fait summary").click()
    someone.page.locator("#fait").get_by_label("Date").fill("10/2026")
    someone.page.locator("#fait").get_by_role("button", name="Enregistrer").click()
    told = someone.page.get_by_role("status")
    expect(told).to_contain_text("votre réponse est enregistrée")
    expect(told).to_contain_text("Mammographie")
    expect(told).to_contain_text("À jour")
    someone.go("/mon-plan")
    now = someone.page.get_by_role("region", name="Maintenant")
    expect(now.get_by_role("article", name=re.compile("Mammographie"))).to_have_count(0)


def test_a_question_is_answered(someone: Visitor) -> None:
    someone.sign_in("Youssef")
    page = someone.page
    for folded in page.get_by_role("region", name=re.compile("questions pour préciser")).locator("summary").all():
        folded.click()
    form = page.locator("form.ask").filter(has=page.locator("input[type=radio][value=false]")).first
    asked = form.locator("legend").inner_text()
    form.get_by_text("Non", exact=True).click()
    form.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("votre réponse est enregistrée")
    assert asked not in page.locator("form.ask legend").all_inner_texts()
    page.reload()  # the address can be opened again: nothing is sent twice
    expect(page.get_by_role("status")).to_be_visible()


def test_a_wrong_answer_is_told_beside_its_field_and_not_lost(someone: Visitor) -> None:
    someone.sign_in("Gérard")
    page = someone.page
    page.get_by_role("link", name=re.compile("C’est déjà fait")).first.click()
    page.locator("#fait summary").click()
    page.locator("#fait").get_by_label("Date").first.fill("la semaine dernière")
    page.locator("#fait").get_by_role("button", name="Enregistrer").first.click()
    expect(page.get_by_role("alert")).to_contain_text("n’est pas enregistrée")
    field = page.locator("[aria-invalid=true]")
    expect(field).to_have_value("la semaine dernière")
    expect(field).to_have_accessible_description(re.compile("2019, 05/2019 ou 14/05/2019"))


def test_nothing_is_shown_before_consent_and_withdrawing_takes_effect_at_once(someone: Visitor) -> None:
    someone.sign_in("Léa")
    page = someone.page
    expect(page).to_have_url(re.compile("/mes-autorisations"))
    assert page.locator("input[type=checkbox]:checked").count() == 0
    page.get_by_role("button", name="Tout autoriser").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confier mon dossier")
    page.get_by_role("link", name="Mon plan", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon plan de prévention")
    someone.go("/mes-autorisations")
    page.get_by_role("button", name="Tout retirer").click()
    someone.go("/mon-plan")
    expect(page).to_have_url(re.compile("/mes-autorisations"))


def test_the_log_shows_every_access(someone: Visitor) -> None:
    someone.sign_in("Monique")
    someone.page.get_by_role("link", name="Mes données").click()
    someone.page.get_by_role("link", name="Qui a consulté").click()
    shown = someone.page.get_by_role("main")
    for words in ("Connexion", "Lecture de votre plan", "Lecture de cette page", "Vous"):
        expect(shown.get_by_text(words, exact=words != "Vous").first).to_be_visible()


def test_english_and_back(someone: Visitor) -> None:
    someone.sign_in("Claudine")
    someone.page.get_by_role("button", name="English").click()
    expect(someone.page.locator("html")).to_have_attribute("lang", "en")
    expect(someone.page.get_by_role("heading", level=1)).not_to_have_text("Mon plan de prévention")
    someone.page.get_by_role("button", name="Français").click()
    expect(someone.page.get_by_role("heading", level=1)).to_have_text("Mon plan de prévention")


def test_signing_out_ends_the_session(someone: Visitor) -> None:
    someone.sign_in("Claudine")
    someone.page.get_by_role("button", name="Quitter").click()
    expect(someone.page.get_by_role("heading", name="Votre prévention, à votre pas")).to_be_visible()
    someone.go("/mon-plan")
    expect(someone.page).to_have_url(someone.site + "/?fin=1")


def test_a_form_of_another_site_is_refused(someone: Visitor) -> None:
    someone.sign_in("Claudine")
    sent = someone.context.request.post(
        someone.site + "/mes-autorisations", form={"do": "none", "csrf": "guessed"}, max_redirects=0
    )
    assert sent.status == 403
    someone.go("/mon-plan")
    expect(someone.page.get_by_role("heading", level=1)).to_have_text("Mon plan de prévention")
