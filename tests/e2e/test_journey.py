"""The whole journey, in a real browser: first visit, consent, record, question, an item explained, calendar, a choice,
the log, erasing. With and without JavaScript, and in English on the smallest screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.content import samples_dir
from tests.e2e.conftest import Visitor

Visit = Callable[..., Visitor]

FRENCH = {
    "start": "Commencer", "next": "Continuer", "tick": "Vaccins", "choose": "Tout cocher et continuer", "person": "Léa",
    "confirm": "Confirmer mes choix", "record": "Confier mon dossier", "file": "Le fichier de votre dossier",
    "send": "Envoyer", "done": "C’est fini", "plan": "Voir mon plan", "title": "Mon plan de prévention",
    "unknown": "Je ne sais pas", "save": "Enregistrer ma réponse", "saved": "votre réponse est enregistrée",
    "why": "Pourquoi et comment", "me": "Pourquoi moi ?", "calendar": "Ajouter à mon calendrier",
    "event": "Télécharger l’événement", "not_me": "Pas pour moi", "no_more": "Ne plus me le proposer",
    "noted": "ne vous le propose plus", "data": "Mes données", "log": "Qui a consulté", "verify": "Vérifier que rien",
    "erase": "Tout effacer", "sure": "Oui, je veux tout effacer", "now": "Effacer maintenant",
    "erased": "Tout est effacé",
}
ENGLISH = {
    "start": "Start", "next": "Continue", "tick": "Vaccines", "choose": "Tick everything and continue", "person": "Léa",
    "confirm": "Confirm my choices", "record": "Entrust my record", "file": "The file of your record", "send": "Send",
    "done": "Done", "plan": "See my plan", "title": "My prevention plan", "unknown": "I do not know",
    "save": "Save my answer", "saved": "your answer is saved", "why": "Why and how", "me": "Why me?",
    "calendar": "Add to my calendar", "event": "Download the event", "not_me": "Not for me",
    "no_more": "Do not suggest it any more", "noted": "does not suggest it any more", "data": "My data",
    "log": "Who looked", "verify": "Check that nothing", "erase": "Erase everything", "sure": "Yes, I want to erase",
    "now": "Erase now", "erased": "Everything is erased",
}
EASY = FRENCH | {
    "choose": "Dire oui à tout et continuer", "confirm": "Dire oui à mes choix",
    "record": "Donner mon dossier de santé",
    "title": "Mon plan pour rester en bonne santé", "save": "Garder ma réponse", "saved": "Votre réponse est gardée",
    "why": "Pourquoi et comment faire", "event": "Prendre la date pour mon agenda", "no_more": "Ne plus me le dire",
    "noted": "Jalon ne le montre plus", "data": "Mes infos", "log": "Qui a regardé mes infos",
    "verify": "Vérifier que personne",
}


@pytest.mark.parametrize(
    ("scripts", "width", "lang"),
    [(True, 390, "fr-FR"), (False, 390, "fr-FR"), (False, 320, "en-GB"), (False, 320, "fr-falc")],
)
def test_from_the_first_visit_to_erasing(visit: Visit, scripts: bool, width: int, lang: str) -> None:
    words = {"fr-FR": FRENCH, "en-GB": ENGLISH, "fr-falc": EASY}[lang]
    visitor = visit(width, scripts=scripts, lang="fr-FR" if lang == "fr-falc" else lang)
    page = visitor.page
    visitor.go("/")
    if lang == "fr-falc":
        page.get_by_role("button", name="Facile à lire").click()
    page.get_by_role("link", name=words["start"], exact=True).click()
    for _ in range(2):
        page.get_by_role("link", name=words["next"], exact=True).click()
    page.get_by_role("button", name=words["choose"]).click()
    page.get_by_role("button", name=words["person"]).click()
    everything = page.get_by_role("checkbox")  # asked again, as it was ticked
    assert all(box.is_checked() for box in everything.all())
    page.get_by_role("button", name=words["confirm"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["record"])
    page.get_by_label(words["file"]).set_input_files(samples_dir() / "lea" / "dossier.json")
    page.get_by_role("button", name=words["send"], exact=True).click()
    expect(page.get_by_role("log")).to_be_visible()
    page.get_by_role("link", name=words["plan"]).first.click()
    heading(page, words["title"])
    answer_first_question(page, words)
    page.goto(visitor.site + "/mon-plan")
    page.get_by_role("link", name=re.compile(words["why"])).first.click()
    expect(page.get_by_role("region", name=words["me"])).to_be_visible()
    assert visitor.overflow <= 0
    page.locator("#agenda summary").click()
    with page.expect_download() as event:
        page.get_by_role("button", name=words["event"]).click()
    assert event.value.suggested_filename == "jalon.ics"
    item = page.get_by_role("heading", level=1).inner_text()
    page.locator("#pas-pour-moi summary").click()
    page.get_by_role("button", name=words["no_more"]).click()
    expect(page.get_by_role("status")).to_contain_text(words["noted"])
    page.goto(visitor.site + "/mon-plan")
    assert item not in page.locator("article h3").all_inner_texts()
    page.get_by_role("link", name=words["data"], exact=True).click()
    page.get_by_role("link", name=re.compile(words["log"])).click()
    page.get_by_role("link", name=re.compile(words["verify"])).click()
    expect(page.get_by_role("status")).to_be_visible()
    assert page.get_by_role("alert").count() == 0
    page.goto(visitor.site + "/mes-donnees")
    page.get_by_role("link", name=re.compile(words["erase"])).click()
    page.get_by_label(words["sure"]).check()
    page.get_by_role("button", name=words["now"]).click()
    heading(page, words["erased"])
    visitor.go("/mon-plan")
    expect(page).to_have_url(visitor.site + "/?fin=1")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def answer_first_question(page: Page, words: dict[str, str]) -> None:
    form = page.locator("form.ask").first
    form.get_by_label(words["unknown"]).check()
    form.get_by_role("button", name=words["save"]).click()
    expect(page.get_by_role("status")).to_contain_text(words["saved"])


TREES = {
    "/mon-plan": """
- banner:
  - link "Jalon"
  - navigation "Pages":
    - list:
      - listitem:
        - link "Mon plan"
- main:
  - heading "Mon plan de prévention" [level=1]
  - region "Ce qui va déjà bien":
    - heading "Ce qui va déjà bien" [level=2]
    - list
  - region "Maintenant":
    - heading "Maintenant" [level=2]
    - article "Mammographie de dépistage":
      - heading "Mammographie de dépistage" [level=3]
      - 'link "Pourquoi et comment : Mammographie de dépistage"'
      - 'link "C’est déjà fait : Mammographie de dépistage"'
      - 'button "Pas maintenant : Mammographie de dépistage"'
- contentinfo
""",
    "/mon-plan/breast_cancer_screening": """
- main:
  - paragraph:
    - link "← Mon plan"
  - heading "Mammographie de dépistage" [level=1]
  - region "Pourquoi moi ?":
    - heading "Pourquoi moi ?" [level=2]
  - region "Comment cela se passe"
  - region "Ce que cela apporte, et les inconvénients"
  - region "Et maintenant, à vous de choisir":
    - button "En parler à mon médecin"
""",
    "/mon-dossier": """
- main:
  - heading "Confier mon dossier" [level=1]
  - button "Le fichier de votre dossier"
  - button "Envoyer"
""",
    "/ma-famille": """
- main:
  - heading "Ma famille" [level=1]
  - paragraph:
    - link "Ajouter un proche"
    - link "Demander à ses proches"
  - heading "Parents, frères et sœurs, enfants" [level=2]
  - region "Ce que votre famille change dans votre plan"
  - region "En un dessin":
    - region "Le dessin, qui défile de côté"
""",
    "/ma-famille/proche": """
- main:
  - heading "Ajouter un proche" [level=1]
  - combobox "Qui est-ce pour vous ?"
  - group "Maladies que cette personne a eues":
    - checkbox "Cancer du sein"
    - textbox "à quel âge ? Cancer du sein"
  - group "Cette personne est-elle en vie ?":
    - radio "Oui"
  - button "Enregistrer"
""",
    "/me-faire-aider": """
- main:
  - heading "Me faire aider" [level=1]
  - region "Faire un code":
    - textbox "Votre nom, tel que la personne qui vous aide le verra"
    - group "Ce qu’elle pourra faire":
      - checkbox
    - group "Pendant combien de temps":
      - radio "30 minutes" [checked]
    - button "Faire le code, pour ce que j’ai coché"
""",
    "/aider": """
- main:
  - heading "Aider quelqu’un" [level=1]
  - textbox "Le code"
  - button "Commencer à aider"
""",
    "/mes-donnees/effacer": """
- main:
  - heading "Tout effacer" [level=1]
  - checkbox "Oui, je veux tout effacer"
  - button "Effacer maintenant"
""",
}


@pytest.mark.parametrize("path", TREES)
def test_what_a_screen_reader_hears(visit: Visit, path: str) -> None:
    """Landmarks, headings and names, in order: what the accessibility tree of the browser holds."""
    visitor = visit()
    visitor.sign_in("Claudine")
    visitor.go(path)
    expect(visitor.page.locator("body")).to_match_aria_snapshot(TREES[path])


def test_the_plan_is_light(visit: Visit) -> None:
    """At most six requests; less than 60 kB on the wire with everything, as a first visit."""
    visitor = visit()
    visitor.sign_in("Rachid")
    visitor.context.new_page()
    client = visitor.context.new_cdp_session(visitor.page)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    visitor.page.goto(visitor.site + "/mon-plan", wait_until="networkidle")
    assert 1 <= len(sizes) <= 6
    assert sum(sizes) < 60_000
