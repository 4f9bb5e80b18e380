"""Every page, for everybody: axe finds nothing, nothing overflows, the keyboard is enough, targets are large."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from app.content import samples_dir
from tests.e2e.conftest import Visitor

Visit = Callable[..., Visitor]
PEOPLE = ["Claudine", "Rachid", "Inès", "Gérard", "Thierry", "Monique", "Youssef"]

MODEL_PAGES = ["/transparence/modeles"] + [
    f"/transparence/modeles/{model}" for model in ("score2", "phq", "kdigo-grid", "participation", "eisinger", "none")
]

PUBLIC_PAGES = [
    "/", "/bienvenue/1", "/bienvenue/2", "/bienvenue/3", "/bienvenue/4", "/a-mon-age", "/ou-aller", "/affichage",
    "/accessibilite", "/numeros-utiles", "/sans-connexion", "/bienvenue/9", *MODEL_PAGES,
    "/transparence/garantie-humaine", "/transparence/surveillance",
    "/transparence/catalogue", "/transparence/recommandations/breast_cancer_screening",
]  # fmt: skip
SIGNED_IN_PAGES = [
    "/ma-famille", "/ma-famille/proche", "/ma-famille/demander",
    "/mes-risques", "/mes-resultats", "/mes-donnees", "/mes-autorisations",
    "/mes-autorisations?besoin=1",
    "/qui-a-consulte", "/qui-a-consulte/verification", "/mes-donnees/effacer", "/hors-ligne", "/mes-rappels",
    "/mes-rappels/appareil", "/mon-dossier",
    "/questionnaire",
    "/mon-medecin", "/mon-medecin/dossier", "/mes-aidants", "/me-faire-aider", "/aider",
    "/mes-questions", "/don-de-donnees", "/transparence/projets",
    "/transparence/projets/exemple_glycemie",
    "/ma-consultation", "/mes-demandes", "/mes-informations/weight?conseil=weight", "/mon-plan/no_such_thing",
]  # fmt: skip

COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
SMALL_TARGETS = """
() => [...document.querySelectorAll(
  "button, summary, select, input[type=text], input[type=date], input[type=file], input[type=range], label.choice, " +
  ".nav a, a.button, a.plain:not(.rows a), a.tile"
)]
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)
  .map(each => each.outerHTML.slice(0, 120))
"""


def pages(visitor: Visitor) -> Iterator[str]:
    """Opens each kind of page in turn, everything unfolded, and gives its name."""
    for path in PUBLIC_PAGES:
        visitor.go(path)
        yield path
    visitor.go("/a-mon-age")
    visitor.page.get_by_label("Votre âge").fill("66")
    visitor.page.get_by_role("button", name="Voir").click()
    yield "public check, wrong"
    visitor.page.get_by_text("Homme").click()
    visitor.page.get_by_role("button", name="Voir").click()
    yield "public check"
    visitor.go("/ou-aller?pour=vaccination")
    visitor.page.get_by_label("Code postal").fill("x")
    visitor.page.get_by_role("button", name="Chercher").click()
    yield "places, wrong"
    visitor.page.get_by_label("Code postal").fill("01400")
    visitor.page.get_by_role("button", name="Chercher").click()
    yield "places"
    visitor.page.get_by_role("button", name="Les suivants").click()
    yield "places, second page"
    for person in PEOPLE:
        visitor.sign_in(person)
        yield f"plan of {person}"
    links = visitor.page.locator('a[href^="/mon-plan/"]').evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    for path in sorted(set(links))[:6]:
        visitor.go(path)
        yield path
    for path in SIGNED_IN_PAGES:
        visitor.go(path)
        yield path
    visitor.go("/mes-donnees/effacer")
    visitor.page.get_by_role("button", name="Effacer maintenant").click()
    yield "not erased"
    visitor.sign_in("Rachid")
    visitor.go("/mes-risques")
    visitor.page.get_by_role("button", name="Voir ce que cela change").click()
    yield "what if"
    visitor.go("/mon-dossier")
    visitor.page.get_by_role("button", name="Envoyer", exact=True).click()
    yield "nothing sent"
    visitor.page.get_by_label("Le fichier de votre dossier").set_input_files(samples_dir() / "rachid" / "dossier.json")
    visitor.page.get_by_role("button", name="Envoyer", exact=True).click()
    yield "record read"
    visitor.sign_in("Gérard")
    visitor.page.get_by_role("link", name=re.compile("C’est déjà fait")).first.click()
    visitor.page.locator("#fait summary").click()
    visitor.page.locator("#fait").get_by_role("button", name="Enregistrer").first.click()
    yield "wrong answer"
    visitor.page.get_by_role("button", name="En parler à mon médecin").click()
    yield "decided"
    visitor.go("/mes-questions")
    yield "list for the doctor"


def unfold(visitor: Visitor) -> None:
    visitor.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    visitor.page.evaluate("document.querySelectorAll('[data-opens]').forEach(each => each.checked = true)")


def team_pages(visitor: Visitor) -> Iterator[str]:
    """The studio of a public-health team, from the example to a second version."""
    visitor.sign_in("Alix")
    for path in ("/equipe", "/equipe/arrets", "/equipe/campagnes", "/equipe/campagnes/nouvelle"):
        visitor.go(path)
        yield path
    visitor.go("/equipe/campagnes/nouvelle?exemple=exemple_colorectal_relance")
    text = visitor.page.get_by_label("Texte (YAML)")
    written = text.input_value()
    text.fill(written.replace("Bonjour.", "C’est votre dernière chance.", 1))
    visitor.page.get_by_role("button", name="Vérifier sans garder").click()
    yield "campaign, to mend"
    visitor.page.get_by_label("Texte (YAML)").fill(written)
    visitor.page.get_by_role("button", name="Garder comme brouillon").click()
    yield "campaign, first screen"
    here = "/equipe/campagnes/exemple_colorectal_relance"
    visitor.page.get_by_role("button", name="Soumettre à une autre personne").click()
    yield "campaign, submitted"
    visitor.go(here + "/texte")
    visitor.page.get_by_label("Texte (YAML)").fill(written.replace("budget: 60000", "budget: 50000"))
    visitor.page.get_by_role("button", name="Garder comme brouillon").click()
    for path in ("/messages", "/texte", "/changements?de=1&a=2"):
        visitor.go(here + path)
        yield path


@pytest.mark.parametrize("tour", [pages, team_pages])
def test_every_page_is_for_everybody(visit: Visit, tour: Callable[[Visitor], Iterator[str]]) -> None:
    """On each page, everything unfolded: axe finds nothing in both themes; nothing is wider than the screen, at 320 px
    and with text twice as large; targets are large; nothing comes from elsewhere, and nothing breaks the policy."""
    visitor, axe, found = visit(), Axe(), {}
    asked: set[str] = set()
    complaints: list[str] = []
    visitor.page.on("request", lambda request: asked.add(request.url))
    # what the browser only informs of (the storage that was cleared as asked) is no complaint
    visitor.page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    visitor.page.on("pageerror", lambda error: complaints.append(str(error)))
    for name in tour(visitor):
        unfold(visitor)
        for violation in axe.run(visitor.page).response["violations"]:
            found[f"{name}: {violation['id']}"] = [node["html"][:200] for node in violation["nodes"][:3]]
        visitor.page.emulate_media(color_scheme="dark")  # only colours change: only rules about them are tried again
        for violation in axe.run(visitor.page, options=COLOURS).response["violations"]:
            found[f"{name}, dark: {violation['id']}"] = [node["html"][:200] for node in violation["nodes"][:3]]
        visitor.page.emulate_media(color_scheme="light")
        if small := visitor.page.evaluate(SMALL_TARGETS):
            found[f"{name}: small targets"] = small
        for width, size in ((390, "200%"), (320, "100%")):
            visitor.page.set_viewport_size({"width": width, "height": 844})
            visitor.page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            if visitor.overflow > 0:
                found[f"{name}: wider than {width} px with text at {size}"] = [visitor.overflow]
        visitor.page.set_viewport_size({"width": 390, "height": 844})
    assert found == {}
    assert {url for url in asked if not url.startswith(visitor.site)} == set()
    assert [text for text in complaints if "status of 4" not in text] == []
    policy = visitor.page.goto(visitor.site + "/").headers["content-security-policy"]  # type: ignore[union-attr]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_keyboard_is_enough(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("Claudine")
    page, keyboard = visitor.page, visitor.page.keyboard
    expect(page).to_have_url(visitor.site + "/mon-plan")
    keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Aller au contenu")
    keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    opener = page.get_by_role("article", name=re.compile("Mammographie")).get_by_role(
        "link", name=re.compile("Pourquoi et comment")
    )
    for _ in range(60):
        keyboard.press("Tab")
        if opener.evaluate("each => each === document.activeElement"):
            break
    expect(opener).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "the focus is not visible"
    keyboard.press("Enter")
    page.wait_for_url(re.compile("/mon-plan/breast"))
    done = page.locator("#fait summary")
    for _ in range(60):
        keyboard.press("Tab")
        if done.evaluate("each => each === document.activeElement"):
            break
    expect(done).to_be_focused()
    keyboard.press("Enter")
    keyboard.press("Tab")
    keyboard.type("2026")
    keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("votre réponse est enregistrée")
