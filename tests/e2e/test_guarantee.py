"""The human guarantee on its pages, without a script: stop and lift, report in two taps, ask and be answered."""

from __future__ import annotations

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

Visit = Callable[..., Visitor]
FIRST, SECOND, BREAST = "Alix", "Noé", "/mon-plan/breast_cancer_screening"


def clean(visitor: Visitor) -> None:
    """Axe finds nothing with everything unfolded, and nothing is wider than the screen. Needs scripts."""
    visitor.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(visitor.page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:150]) for one in found] == []
    assert visitor.overflow == 0


def stop(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/equipe/arrets")
    page.locator("#quoi").select_option(value="guideline:breast_cancer_screening:2004-01-01")
    page.locator("#pourquoi").fill("Un seuil d’âge est faux dans cette version.")
    page.get_by_role("button", name="Arrêter", exact=True).click()
    expect(page.locator("#nouveau")).to_contain_text("C’est fait")


def test_one_stops_and_two_lift(visit: Visit) -> None:
    team, other, citizen = (visit(320, scripts=False) for _ in range(3))
    team.sign_in(FIRST)
    stop(team)
    citizen.sign_in("Claudine")
    expect(citizen.page.locator("#suspendu + ul")).to_contain_text("Un seuil d’âge est faux dans cette version.")
    citizen.go(BREAST)
    expect(citizen.page.locator("#pourquoi")).to_have_text("Suspendu pour le moment")
    expect(citizen.page.locator("#choisir")).to_have_count(0)
    team.go("/equipe/arrets")
    team.page.get_by_label("Parce que", exact=True).fill("La version est corrigée.")
    team.page.get_by_role("button", name="Proposer de lever").click()
    expect(team.page.get_by_role("button", name="Confirmer la levée")).to_have_count(0)
    other.sign_in(SECOND)
    other.go("/equipe/arrets")
    other.page.get_by_label("Parce que", exact=True).fill("Relu à deux.")
    other.page.get_by_role("button", name="Confirmer la levée").click()
    citizen.go(BREAST)
    expect(citizen.page.locator("#pourquoi")).to_have_text("Pourquoi moi ?")


def test_a_problem_is_reported_in_two_taps_and_answered(visit: Visit) -> None:
    citizen, team = visit(320, scripts=False), visit(320, scripts=False)
    citizen.sign_in("Claudine")
    citizen.go(BREAST)
    citizen.page.locator("#signaler-item summary").click()
    citizen.page.get_by_role("button", name="Une information sur moi est fausse").click()
    expect(citizen.page.locator("#nouveau")).to_be_visible()
    team.sign_in(FIRST)
    team.go("/equipe/registre")
    team.page.locator("ol.rows a").first.click()
    team.page.get_by_label("Ce qui a été trouvé").fill("La date du record est celle de l’envoi.")
    team.page.locator("#effet").select_option("none")
    team.page.get_by_label("Ce que la personne lira").fill("Merci, c’est corrigé.")
    team.page.get_by_role("button", name="Analysé").click()
    expect(team.page.locator("#nouveau")).to_be_visible()
    citizen.go("/mes-demandes")
    expect(citizen.page.locator("article")).to_contain_text("Merci, c’est corrigé.")
    citizen.go("/qui-a-consulte")
    expect(citizen.page.locator("ul.rows")).to_contain_text("L’équipe de santé publique")


def test_axe_finds_nothing(visit: Visit) -> None:
    for width, dark in ((390, False), (1280, True)):
        team, citizen, doctor = (visit(width, dark=dark) for _ in range(3))
        citizen.sign_in("Claudine")
        if not dark:
            citizen.go(BREAST)
            citizen.page.locator("#relecture summary").click()
            citizen.page.get_by_role("button", name="À mon médecin", exact=True).click()
        team.sign_in(FIRST)
        if not dark:
            stop(team)
        for path in ("/equipe", "/equipe/arrets", "/equipe/registre"):
            team.go(path)
            clean(team)
        team.page.goto(team.site + "/equipe/registre")
        for path in ("/mes-demandes", "/mon-plan", BREAST, "/ma-consultation"):
            citizen.go(path)
            clean(citizen)
        doctor.sign_in("Denis")
        expect(doctor.page.locator("ol.rows")).to_contain_text("Demande une relecture")
        doctor.page.get_by_role("link", name=re.compile("CLAUDINE|Claudine")).first.click()
        doctor.page.wait_for_selector("#demandes")
        clean(doctor)
