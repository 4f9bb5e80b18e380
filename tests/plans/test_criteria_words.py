"""What a criterion, a schedule, a deferral and another guideline say in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from pydantic import TypeAdapter

from app.content import parse_yaml
from app.facts.model import FactSheet
from app.facts.vocabulary import load_vocabulary
from app.guidelines.criteria import Criterion
from app.guidelines.model import Status
from app.guidelines.rules import recommend
from app.guidelines.schedule.model import Schedule
from app.i18n import translator
from app.plans.criteria_words import criterion_words
from app.plans.guideline_text import guideline_lines
from app.plans.model import Item
from app.plans.schedule_words import schedule_words
from app.plans.sentences import Sentences
from app.plans.words import Words
from tests.spec.table import fact, guideline, person, reader

WORDS = Words(FactSheet(date.min, None), translator("fr"), titles={"tobacco": "Arrêter de fumer"})

CRITERIA = {
    "{age: {from: 30}, at: colonoscopy_last_date}": "Dernière coloscopie complète : à 30 ans ou plus",
    "{age: {to: 30}, at: colonoscopy_last_date}": "Dernière coloscopie complète : à 30 ans ou moins",
    "{age: {from: 20, to: 30}, at: colonoscopy_last_date}": "Dernière coloscopie complète : entre 20 et 30 ans",
    "{born: {from: 1980-01-01}}": "Date de naissance : le 1er janvier 1980 ou après",
    "{born: {to: 1980-01-01}}": "Date de naissance : le 1er janvier 1980 ou avant",
    "{born: {from: 1980-01-01, to: 1999-12-31}}": "Date de naissance : du 1er janvier 1980 au 31 décembre 1999",
    '{season: {from: "09-01", to: "01-31"}}': "Période du 01/09 au 31/01 de l'année",
    "{fact: colonoscopy_last_date, within: P1Y, after: fit_last_negative_date}":
        "Dernière coloscopie complète : moins de 1 an après « Dernier test immunologique négatif »",
    "{fact: colonoscopy_last_date, before: fit_last_negative_date}":
        "Dernière coloscopie complète : avant « Dernier test immunologique négatif »",
    "{guideline: tobacco, status: [due, overdue, specialist]}":
        "Arrêter de fumer : c'est le moment ou suivi particulier, avec un médecin",
    "{guideline: tobacco, track: [smoker]}": "Arrêter de fumer : situation « smoker »",
    "{family: {condition: breast_cancer, at_most_degree: 2, sex: female, side: maternal, years_before: 5}}":
        "Cancer du sein dans la famille, jusqu'au deuxième degré, chez une femme, du côté de la mère, "
        "à partir de 5 ans avant l'âge de ce diagnostic",
    "{family: {condition: breast_cancer, same_side: true}, at_least: 2}":
        "Cancer du sein dans la famille, du même côté de la famille (2 personnes ou plus)",
}

SCHEDULES = {
    "{milestones: {ages: [25, 45], then_every: 10, event: influenza_vaccine_last_date, skip_if_within: P5Y, "
    "max_gap: P25Y}}":
        "à 25 et 45 ans, puis tous les 10 ans, sauf un rendez-vous à moins de 5 ans du dernier acte, "
        "jamais plus de 25 ans sans l'acte",
    "{doses: {event: x, start: {now: true}, then: P10Y, series: [{first_dose_before_age: 15, count: 2, "
    "intervals: [P5M]}, {count: 3, intervals: [P1M, P3M]}]}}":
        "2 doses, pour une première dose avant 15 ans, espacées d'au moins 5 mois ; "
        "3 doses, espacées d'au moins 1 mois et 3 mois, dans l'ordre ; puis un rappel tous les 10 ans",
}


@pytest.mark.parametrize("written", CRITERIA)
def test_a_criterion(written: str) -> None:
    criterion = TypeAdapter(Criterion).validate_python(parse_yaml(written, name="words"))
    assert criterion_words(criterion, WORDS) == CRITERIA[written]


@pytest.mark.parametrize("written", SCHEDULES)
def test_a_schedule(written: str) -> None:
    schedule = Schedule.model_validate(parse_yaml(written, name="words"))
    assert schedule_words(schedule, WORDS) == SCHEDULES[written]


RULES = guideline("""
- {id: soon, when: {fact: hypertension, is: true}, status: see_doctor, urgency: days}
- id: everyone
  when: {age: {from: 18}}
  schedule: {due: [{after: fit_last_negative_date, plus: P2Y}], never: {age: 50}}
  defer: [{when: {fact: asthma, is: true}, why: Attendez la fin du traitement.}]
""")


def item(*said: str) -> Item:
    facts = [fact(name, name in said) for name in ("hypertension", "asthma")]
    sheet = person(fact("fit", "negative", "2020-01-01"), *facts)
    say = Sentences(sheet, translator("fr"), load_vocabulary(), {})
    return Item(recommend(RULES, reader(sheet)), say)


def test_how_soon_to_see_a_doctor() -> None:
    found = item("hypertension")
    assert found.when == "À montrer à un médecin dans les jours qui viennent."
    assert found.to_json()["urgency"] == "days"


def test_why_it_waits() -> None:
    found = item("asthma")
    assert found.when == "À faire plus tard : voyez avec un professionnel de santé à partir de quand."
    assert found.why[1] == "Attendez la fin du traitement."
    assert any("Attendez la fin du traitement." in text for _, text in guideline_lines(RULES.guideline, WORDS.t))


def test_what_covers_it() -> None:
    found = item()
    covering = replace(found.recommendation, status=Status.NOT_NEEDED, covered_by=RULES.guideline)
    covered = Item(covering, found._say)
    assert covered.why == ["Déjà compris dans : …."]
    assert covered.to_json()["covered_by"] == "spec"
