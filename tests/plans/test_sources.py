"""Where a value comes from, and what it is, as the reader is told."""

from __future__ import annotations

from datetime import date

import pytest

from app.content import samples_dir
from app.facts.extract import extract
from app.facts.reduce import ReducedValue
from app.facts.vocabulary import load_vocabulary
from app.guidelines.evaluate import evaluate
from app.guidelines.pack import load_pack
from app.guidelines.recommendation import Step
from app.i18n import translator
from app.plans.gp_text import gp_lines
from app.plans.plan import make_plan
from app.plans.sentences import Sentences
from app.records.load import read_record
from app.records.model import Document, Source
from tests.plans.conftest import fact, sheet


def told(*documents: Document) -> str:
    """The sentence of a stool test whose source is `dossier.json`, entry `Observation/test`."""
    one = fact("fit", "negative", "2025-06-11", entry="Observation/test")
    return Sentences(sheet(one, documents=documents), translator("fr"), load_vocabulary(), {}).words.fact(one)


def test_a_report_gives_its_title_to_itself_alone() -> None:
    report = Document("dossier.json", "report", "Mammographie", source=Source("dossier.json", "DiagnosticReport/sein"))
    assert "Observation/test" not in told(report), "the entry is for who goes back to it, on the doctor's page"
    assert "Mammographie" not in told(report)
    own = Document("dossier.json", "report", "Biologie", source=Source("dossier.json", "Observation/test"))
    assert "« Biologie »".replace(" ", "\u00a0") in told(own)


def test_a_document_that_is_the_whole_file_gives_it_to_everything() -> None:
    whole = Document("dossier.json", "cda", "Biologie", source=Source("dossier.json", "ClinicalDocument"))
    attached = Document("dossier.json", "image", "Radio", source=Source("dossier.json", "observationMedia"))
    assert "Biologie" in told(whole, attached)
    assert "Radio" not in told(whole, attached)


def test_the_sex_at_birth_that_follows_the_registered_one_is_told() -> None:
    person = sheet(born="1958-03-02", sex="male")
    (found,) = evaluate(load_pack(), person, only=["aortic_aneurysm_screening"])
    words = Sentences(person, translator("fr"), load_vocabulary(), {}).words
    said = {words.reading(one) for step in found.trace for one in _readings(step.step) if one.name == "sex_at_birth"}
    assert {text.replace("\u00a0", " ") for text in said} == {"Sexe de naissance : masculin"}


def _readings(step: Step) -> list[ReducedValue]:
    return [*([step.reading] if step.reading else []), *(one for child in step.steps for one in _readings(child))]


@pytest.mark.parametrize("sample", ["claudine", "rachid", "gerard", "ines"])
def test_a_citizen_reads_no_entry_of_a_file_and_a_doctor_does(sample: str) -> None:
    """Whatever the plan tells, of the project's own samples: names of entries stand in the sources' JSON alone."""
    files = sorted(p for p in (samples_dir() / sample).iterdir() if p.suffix in {".json", ".xml"})
    plan = make_plan(extract(read_record(files), date(2026, 11, 15)), "fr")
    entries = {source.entry for facts in plan.sheet.facts.values() for fact in facts for source in fact.sources}
    told = "\n".join(sentence for item in plan.items for sentence in item.why)
    assert not [entry for entry in entries if entry and entry in told]
    for_a_doctor = "\n".join(text for _, text in gp_lines(plan))
    assert not plan.sheet.facts or [entry for entry in entries if entry and entry in for_a_doctor.replace("\n", "")]
