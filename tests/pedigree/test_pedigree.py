"""The family of a record: who is one person, what the drawing shows, and that FHIR gives the same family back."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dates import PartialDate
from app.errors import UsageError
from app.facts.answers import apply_answers
from app.facts.extract import extract
from app.facts.kin import Kin, KinCondition
from app.facts.model import Fact, FactSheet
from app.facts.vocabulary import load_vocabulary
from app.i18n import translator
from app.pedigree.build import Pedigree, pedigree_of
from app.pedigree.content import load_content
from app.pedigree.fhir import family_bundle
from app.pedigree.layout import CHILDREN, GRANDPARENTS, OWN, PARENTS, layout
from app.pedigree.svg import pedigree_svg
from app.pedigree.words import family_lines
from app.records.load import read_record_bytes
from app.records.model import Code, Source, Subject
from app.records.relatives import KINSHIPS
from tests.records.cda.builders import disease, document, relative, section

AS_OF = date(2026, 11, 15)
WOMAN = Subject(PartialDate.parse("1974-03-08"), "female")
GENDER = "http://hl7.org/fhir/administrative-gender"
SVG = "{http://www.w3.org/2000/svg}"


def sheet(*kin: Kin) -> FactSheet:
    return FactSheet(AS_OF, WOMAN, kin=kin)


def told(relation: str, *conditions: KinCondition, file: str = "a.json", entry: str = "", **more: Any) -> Kin:
    sex = KINSHIPS[relation].sex
    return Kin(relation, sex, conditions=conditions, sources=(Source(file, entry or relation),), **more)


def cancer(name: str = "breast_cancer", age: float | None = None) -> KinCondition:
    return KinCondition(name, onset_low=age, onset_high=age)


def of_bundle(data: dict[str, Any]) -> Pedigree:
    return pedigree_of(extract(read_record_bytes("family.json", json.dumps(data).encode()), AS_OF))


def of_answer(answer: dict[str, Any]) -> FactSheet:
    return apply_answers(FactSheet(AS_OF, WOMAN), {"family": answer})


# Who is one person


def test_a_mother_told_twice_is_one_mother_with_all_that_is_known() -> None:
    letter = told("mother", cancer(age=47), file="a.xml", born=PartialDate.parse("1950"))
    person = told("mother", cancer(), cancer("diabetes"), file="answers", author="citizen", age_at_death=71.0)
    (mother,) = pedigree_of(sheet(person, letter)).relatives
    assert [(c.name, c.onset_low) for c in mother.conditions] == [("breast_cancer", 47.0), ("diabetes", None)]
    assert (mother.author, mother.age_at_death, mother.born) == ("professional", 71.0, PartialDate.parse("1950"))
    assert len(mother.sources) == 2


@pytest.mark.parametrize(
    ("other", "people"),
    [
        (told("sister", cancer(age=40), file="b.json"), 1),
        (told("sister", cancer(), file="b.json"), 1),
        (told("sister", cancer(age=52), file="b.json"), 2),
        (told("sister", cancer("ovarian_cancer", 40), file="b.json"), 2),
        (told("sister", cancer(age=40), file="a.json", entry="other"), 2),
        (told("half_sister", cancer(age=40), file="b.json"), 2),
    ],
)
def test_sisters_are_one_only_when_another_document_tells_the_same(other: Kin, people: int) -> None:
    assert len(pedigree_of(sheet(told("sister", cancer(age=40)), other)).relatives) == people


def test_two_cancers_of_one_woman_at_different_ages_both_stay() -> None:
    (mother,) = pedigree_of(sheet(told("mother", cancer(age=40), cancer(age=58)))).relatives
    assert [c.onset_low for c in mother.conditions] == [40, 58]


def test_a_disease_that_somebody_reports_wins_over_one_that_is_denied() -> None:
    denied = KinCondition("breast_cancer", absent=True)
    (mother,) = pedigree_of(sheet(told("mother", denied), told("mother", cancer(age=60), file="b"))).relatives
    assert [(c.absent, c.onset_low) for c in mother.conditions] == [(False, 60)]


def test_the_person_carries_their_own_diseases() -> None:
    facts = FactSheet(AS_OF, WOMAN, {"breast_cancer_history": [Fact("breast_cancer_history", True)]})
    person = pedigree_of(facts).person
    assert (person.sex, [c.name for c in person.conditions]) == ("female", ["breast_cancer"])


# What records tell of a relative


def test_fhir_tells_sex_birth_death_and_adoption() -> None:
    def history(role: str, **more: Any) -> dict[str, Any]:
        return {"resource": {"resourceType": "FamilyMemberHistory", "status": "completed",
                             "patient": {"reference": "urn:uuid:p"}, "relationship": {"coding": [
                                 {"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": role}]},
                             **more}}  # fmt: skip

    patient = {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "birthDate": "1974-03-08"}}
    family = of_bundle(
        {"resourceType": "Bundle", "type": "collection", "entry": [
            patient,
            history("MTH", bornDate="1950", deceasedDate="2021-06-01"),
            history("COUSN", sex={"coding": [{"system": GENDER, "code": "female"}]}, deceasedBoolean=False),
            history("SONADOPT"),
            history("SPS"),
            history("FTH"),
        ]}
    )  # fmt: skip
    mother, father, son, cousin = family.relatives
    assert (mother.relation, mother.deceased, mother.age_at_death) == ("mother", True, 70)
    assert (father.relation, father.deceased) == ("father", None)
    assert (son.relation, son.adoption) == ("son", "in")
    assert (cousin.relation, cousin.sex, cousin.deceased) == ("cousin", "female", False)


def test_cda_keeps_the_diseases_of_one_relative_together() -> None:
    with_life = relative("MTH", disease("C50.9"), disease("C56")).replace(
        "</relatedSubject>",
        '<subject><administrativeGenderCode code="F"/><birthTime value="1950"/>'
        '<sdtc:deceasedInd xmlns:sdtc="urn:hl7-org:sdtc" value="true"/></subject></relatedSubject>',
    )
    data = document(section("10157-6", with_life, relative("SIS", disease("C18.9")), relative("FTH")))
    family = pedigree_of(extract(read_record_bytes("a.xml", data), AS_OF))
    mother, father, sister = family.relatives
    assert (father.relation, father.conditions) == ("father", ())
    assert [c.name for c in mother.conditions] == ["breast_cancer", "ovarian_cancer"]
    assert (mother.deceased, str(mother.born)) == (True, "1950")
    assert [c.name for c in sister.conditions] == ["colorectal_cancer"]


# The person's own words


def test_one_answer_gives_people_and_facts() -> None:
    found = of_answer(
        {"asked": ["breast_cancer", "ovarian_cancer"], "relatives": [
            {"relation": "mother", "conditions": [{"condition": "breast_cancer", "age_at_diagnosis": 47}]},
            {"relation": "sister"},
            {"relation": "cousin", "sex": "female", "conditions": [{"condition": "breast_cancer"}]},
        ]}
    )  # fmt: skip
    facts = found.facts["family_breast_cancer"]
    assert [(f.value, f.details["onset_low"], f.details["sex"]) for f in facts] == [
        ("mother", 47.0, "female"),
        ("cousin", None, "female"),
    ]
    assert [f.value for f in found.facts["family_ovarian_cancer"]] == [False]
    assert [kin.relation for kin in pedigree_of(found).relatives] == ["mother", "sister", "cousin"]


def test_answers_to_the_questions_of_the_plan_are_people_too() -> None:
    answers = {"family_breast_cancer": [{"relation": "mother", "age_at_diagnosis": 47}, "sister"]}
    more = {"family_ovarian_cancer": [{"relation": "mother", "age_at_diagnosis": "unknown"}], "family_melanoma": []}
    mother, sister = pedigree_of(apply_answers(FactSheet(AS_OF, WOMAN), answers | more)).relatives
    assert [(c.name, c.onset_low) for c in mother.conditions] == [("breast_cancer", 47), ("ovarian_cancer", None)]
    assert [c.name for c in sister.conditions] == ["breast_cancer"]


@pytest.mark.parametrize(
    "answer",
    [
        {"asked": ["breast_cancer"], "relatives": [{"relation": "mother", "health": "unknown"}]},
        {"asked": ["breast_cancer"], "adopted": True},
    ],
)
def test_what_nobody_can_tell_stays_unknown(answer: dict[str, Any]) -> None:
    assert "family_breast_cancer" not in of_answer(answer).facts


def test_a_distant_relative_of_unknown_health_leaves_nothing_open() -> None:
    found = of_answer({"asked": ["breast_cancer"], "relatives": [{"relation": "cousin", "health": "unknown"}]})
    assert [f.value for f in found.facts["family_breast_cancer"]] == [False]


def test_who_was_adopted_into_the_family_gives_no_heredity() -> None:
    ill = [{"condition": "breast_cancer", "age_at_diagnosis": 30}]
    found = of_answer({"relatives": [{"relation": "sister", "adopted": "in", "conditions": ill}]})
    assert found.facts == {}
    assert pedigree_of(found).relatives[0].adoption == "in"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"relatives": [{"relation": "neighbour"}]}, "family.relatives.0.relation"),
        ({"relatives": [{"relation": "mother", "sex": "male"}]}, "fits the relation"),
        ({"relatives": [{"relation": "mother", "deceased": False, "age_at_death": 70}]}, "age at death"),
        ({"relatives": [{"relation": "mother", "born": "19xx"}]}, "a date"),
        ({"relatives": [{"relation": "mother", "name": "TEST-X"}]}, "family.relatives.0.name"),
        ({"relatives": [{"relation": "mother", "conditions": [{"condition": "plague"}]}]}, "plague"),
        ({"relatives": [{"relation": "mother", "age_at_death": 50, "conditions": [
            {"condition": "breast_cancer", "age_at_diagnosis": 60.5}]}]}, "up to the age at death"),
        ([], "family"),
        ("nobody", "family"),
    ],
)  # fmt: skip
def test_wrong_answers_are_told_without_repeating_ages_or_dates(answer: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        of_answer(answer)
    assert "19xx" not in str(caught.value)
    assert "60.5" not in str(caught.value)


# FHIR there and back

CODED = [c for c in load_content().conditions if c.code and c.id != "other_cancer"]
ages = st.none() | st.integers(0, 110).map(float)
births = st.sampled_from([None, "1950", "1950-03", "1950-03-07"]).map(lambda text: text and PartialDate.parse(text))


@st.composite
def conditions(draw: st.DrawFn) -> KinCondition:
    known = draw(st.sampled_from(CODED))
    low, high = sorted(float(age) for age in draw(st.tuples(st.integers(0, 110), st.integers(0, 110))))
    onset = draw(st.sampled_from([(None, None), (low, low), (low, high), (None, high), (low, None)]))
    codes = draw(st.sampled_from([(), (Code("cim10", known.code or ""),)]))
    return KinCondition(known.id, None, codes, *onset)


@st.composite
def relatives(draw: st.DrawFn) -> Kin:
    relation = draw(st.sampled_from(sorted(KINSHIPS)))
    how = draw(st.sampled_from([None, None, None, "out", "in" if relation in ("son", "daughter", "child") else None]))
    dead = draw(st.sampled_from([None, False, True]))
    unique = {c.name: c for c in draw(st.lists(conditions(), max_size=3))}
    sex = KINSHIPS[relation].sex or draw(st.sampled_from([None, "female", "male"]))
    return Kin(
        relation, sex, draw(births), dead, draw(ages) if dead else None, how, bool(unique) or draw(st.booleans()),
        tuple(unique.values()), sources=(Source("a", str(draw(st.integers(0, 10**9)))),),
    )  # fmt: skip


def essence(pedigree: Pedigree) -> list[tuple[Any, ...]]:
    """All but authors, sources and words: what FHIR has to give back."""
    return sorted(
        (
            (k.relation, k.sex, k.born, k.deceased, k.age_at_death, k.adoption, k.health_known,
             sorted((c.name or "", c.onset_low, c.onset_high) for c in k.conditions))
            for k in pedigree.relatives
        ),
        key=repr,
    )  # fmt: skip


@settings(max_examples=80, derandomize=True, deadline=None)
@given(st.lists(relatives(), max_size=6), st.booleans())
def test_fhir_gives_the_same_family_back(family: list[Kin], adopted: bool) -> None:
    everyone = [*family, Kin("parent", adoption="adopter")] if adopted else family
    before = pedigree_of(sheet(*everyone))
    after = of_bundle(family_bundle(before))
    assert essence(after) == essence(before)
    assert (after.adopted, after.person.sex, after.person.born) == (adopted, "female", WOMAN.birth_date)


def test_the_export_is_valid_fhir() -> None:
    from fhir.resources.R4B.bundle import Bundle

    mother = told("mother", cancer(age=47), KinCondition("diabetes", onset_low=50, onset_high=59), deceased=True)
    Bundle.model_validate(family_bundle(pedigree_of(sheet(mother, told("father", health_known=False)))))


def test_every_condition_of_relatives_can_be_drawn_and_written() -> None:
    vocabulary = load_vocabulary()
    known = {condition.id: condition for condition in load_content().conditions}
    facts = {f.id.removeprefix("family_") for f in vocabulary.facts.values() if f.type == "family"}
    assert set(known) <= facts
    for condition in known.values():
        if condition.code is None:
            continue
        names = [d.id for d, pattern in vocabulary.find("cim10", condition.code, "family_member") if pattern != "*"]
        assert f"family_{condition.id}" in names
        assert condition.own is None or condition.own in vocabulary.facts


# The drawing


def big() -> Pedigree:
    return pedigree_of(
        sheet(
            told("mother", cancer(age=47), deceased=True),
            told("sister", cancer("ovarian_cancer", 44)),
            told("brother", adoption="in"),
            told("maternal_grandmother", cancer()),
            told("maternal_aunt", cancer("colorectal_cancer")),
            told("maternal_uncle", health_known=False),
            told("paternal_uncle", cancer("melanoma"), cancer("diabetes")),
            told("daughter"),
            told("cousin", cancer("pancreatic_cancer")),
        )
    )


def test_generations_and_sides() -> None:
    drawing = layout(big())
    rows = {s.kin.relation: s.row for s in drawing.spots}
    assert (rows["maternal_grandmother"], rows["mother"], rows["self"], rows["daughter"]) == (
        GRANDPARENTS,
        PARENTS,
        OWN,
        CHILDREN,
    )
    x = {s.kin.relation: s.x for s in drawing.spots}
    assert x["paternal_uncle"] < x["father"] < x["mother"] < x["maternal_aunt"]
    assert {s.kin.relation for s in drawing.spots if not s.told} == {
        "father", "paternal_grandfather", "paternal_grandmother", "maternal_grandfather",
    }  # fmt: skip
    assert [kin.relation for kin in drawing.apart] == ["cousin"]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(relatives(), max_size=12))
def test_nobody_stands_on_anybody_and_nobody_is_lost(family: list[Kin]) -> None:
    pedigree = pedigree_of(sheet(*family))
    drawing = layout(pedigree)
    for row in range(CHILDREN + 1):
        places = sorted(spot.x for spot in drawing.at(row))
        assert all(right - left > 0.99 for left, right in pairwise(places))
    shown = [spot.kin for spot in drawing.spots if spot.told] + drawing.apart
    assert sorted(map(repr, shown)) == sorted(map(repr, [pedigree.person, *pedigree.relatives]))
    ElementTree.fromstring(pedigree_svg(pedigree, translator("fr")))


def test_the_symbols_are_the_standard_ones() -> None:
    root = ElementTree.fromstring(pedigree_svg(big(), translator("fr")))
    people = [g for g in root.iter(f"{SVG}g") if g.find(f"{SVG}text") is not None]
    by_word = {"".join(text.text or "" for text in g.iter(f"{SVG}text")).split("\u00a0")[0]: g for g in people}

    def of(word: str) -> ElementTree.Element:
        return next(g for text, g in by_word.items() if text.startswith(word))

    mother = of("mère")
    assert mother.find(f"{SVG}circle") is not None
    assert mother.find(f"{SVG}line") is not None, "a slash for the dead"
    assert len(mother.findall(f"{SVG}path")) == 1, "one quadrant"
    assert of("frère").findall(f"{SVG}polyline"), "brackets for the adopted"
    assert of("frère").find(f"{SVG}rect") is not None
    assert of("vous").find(f"{SVG}polygon") is not None, "an arrow for the person"
    assert of("?").find(f"{SVG}rect") is not None
    assert of("cousin").find(f"{SVG}polygon") is not None, "a diamond where the sex is not known"
    dashed = [line for line in root.iter(f"{SVG}line") if line.get("stroke-dasharray")]
    assert len(dashed) == 1, "a dashed line to who was adopted into the family"


def test_the_drawing_says_in_words_what_it_shows() -> None:
    for lang in ("fr", "en"):
        t = translator(lang)
        root = ElementTree.fromstring(pedigree_svg(big(), t))
        assert root.get("role") == "img"
        described = root.findtext(f"{SVG}desc") or ""
        for _, line in family_lines(big(), t):
            assert line.removeprefix("- ") in described


def test_words_of_a_record_cannot_break_out_of_the_drawing() -> None:
    evil = KinCondition(None, '</desc><script>alert("x")</script>&')
    text = pedigree_svg(pedigree_of(sheet(told("mother", evil))), translator("fr"))
    assert "<script" not in text
    ElementTree.fromstring(text)
