"""The export is valid FHIR R4, loses nothing, and gives the pack again."""

from __future__ import annotations

import copy
import json
from collections import Counter
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.exchange.export import export_bundle
from app.exchange.read_back import differences, read_bundle
from app.exchange.terms import resource_id
from app.exchange.words import translations
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack, read_pack
from app.i18n import translator

R4_HAS_NOT = {"subjectCanonical"}
"""Elements of R4B that R4 does not have, in the resources written here: `fhir.resources` checks R4B."""


@pytest.fixture(scope="module")
def french() -> dict[str, Any]:
    return export_bundle("fr")


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def check(resource: dict[str, Any]) -> None:
    kind = resource["resourceType"]
    model = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    again = json.loads(model.model_validate(resource).model_dump_json(by_alias=True))
    assert Counter(_leaves(again)) == Counter(_leaves(json.loads(json.dumps(resource))))


def _leaves(value: Any) -> Any:
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from _leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    else:
        yield str(value)


@pytest.mark.parametrize("country", ["fr", "us"])
def test_each_resource_is_valid(country: str) -> None:
    bundle = export_bundle(country)
    found = [one["resource"] for one in bundle["entry"]]
    for resource in found:
        check(resource)
        assert not R4_HAS_NOT & set(resource)
    assert len({(one["resourceType"], one["id"]) for one in found}) == len(found)
    assert len({(one["resourceType"], one["url"], one["version"]) for one in found}) == len(found)
    check({**bundle, "entry": bundle["entry"][:3]})


def test_every_version_of_every_guideline_is_there(french: dict[str, Any]) -> None:
    pack = load_pack("fr")
    plans = resources(french, "PlanDefinition")
    assert [(one["identifier"][0]["value"], one["effectivePeriod"]["start"]) for one in plans] == [
        (guideline.id, guideline.effective_from.isoformat()) for guideline in pack.guidelines
    ]
    retired = {one["identifier"][0]["value"] for one in plans if one["status"] == "retired"}
    assert retired == {one.id for one in pack.guidelines if one.effective_until}


def test_each_reference_leads_somewhere(french: dict[str, Any]) -> None:
    known = {f"{one['resource']['url']}|{one['resource']['version']}" for one in french["entry"]}
    named = set()
    for plan in resources(french, "PlanDefinition"):
        named.update(plan["library"])
        named.update(one["definitionCanonical"] for one in plan["action"][0]["action"] if "definitionCanonical" in one)
    for library in resources(french, "Library"):
        named.update(one["resource"] for one in library.get("relatedArtifact", ()) if "resource" in one)
    assert named <= known
    assert len(named) > 3 * len(load_pack("fr").guidelines)


def test_read_again_it_is_the_pack(french: dict[str, Any]) -> None:
    pack = load_pack("fr")
    read = read_bundle(json.loads(json.dumps(french)))
    assert differences(pack, read) == []
    by_key = {(one.id, one.effective_from): one for one in read.guidelines}
    for guideline in pack.guidelines:
        told = by_key[guideline.id, guideline.effective_from]
        assert (told.effective_until, told.last_checked) == (guideline.effective_until, guideline.last_checked)
        assert told.sources == guideline.sources
        assert [one.when for one in told.tracks] == [one.when for one in guideline.tracks]
        assert [one.schedule for one in told.tracks] == [one.schedule for one in guideline.tracks]
        assert (told.benefit, told.harm, told.doubts) == (
            guideline.wording.benefit, guideline.wording.harm, guideline.doubts
        )


def test_its_files_are_a_pack_that_loads(french: dict[str, Any], tmp_path: Path) -> None:
    for place, data in read_bundle(french).files.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(data)
    pack = load_pack("fr")
    again = read_pack("fr", tmp_path / "guidelines", load_vocabulary.fresh(tmp_path / "vocabulary"))
    assert (again.digest, again.vocabulary.digest) == (pack.digest, pack.vocabulary.digest)
    assert again.guidelines == pack.guidelines


def test_what_was_altered_is_found(french: dict[str, Any]) -> None:
    pack = load_pack("fr")
    altered = copy.deepcopy(french)
    plan = resources(altered, "PlanDefinition")[0]
    plan["action"][0]["action"][0]["condition"][0]["expression"]["expression"] = "{age: {from: 3}}"
    assert differences(pack, read_bundle(altered)) == [plan["identifier"][0]["value"]]
    altered = copy.deepcopy(french)
    file = resources(altered, "Library")[-1]["content"][0]
    file["data"] = "aWQ6IHdyb25nCg=="
    assert differences(pack, read_bundle(altered)) == ["files"]


def test_titles_are_in_french_and_english(french: dict[str, Any]) -> None:
    english = translator("en")
    for plan, guideline in zip(resources(french, "PlanDefinition"), load_pack("fr").guidelines, strict=True):
        assert plan["title"] == guideline.wording.title
        assert translations(plan, "title").get("en", plan["title"]) == english(guideline.wording.title)
    assert sum("_title" in one for one in resources(french, "PlanDefinition")) > len(load_pack("fr").guidelines) - 3


def test_a_known_interval_and_a_known_code(french: dict[str, Any]) -> None:
    plan = next(one for one in resources(french, "PlanDefinition") if one["name"] == "ColorectalCancerScreening")
    tracks = {one["id"]: one for one in plan["action"][0]["action"]}
    assert tracks["positive-test-without-colonoscopy"]["priority"] == "asap"
    assert "timingTiming" not in tracks["symptom"]
    library = next(one for one in resources(french, "Library") if one["name"] == "ColorectalCancerScreening")
    codes = [
        (need["type"], code["system"], code["code"])
        for need in library["dataRequirement"] for filtered in need.get("codeFilter", ()) for code in filtered["code"]
    ]
    assert ("Observation", "http://loinc.org", "29771-3") in codes
    assert not [code for code in codes if code[2].endswith("*")]
    assert {"colonoscopy", "fit", "lynch_variant", "family_colorectal_cancer"} <= {
        one["name"] for one in library["parameter"]
    }


def test_long_names_stay_apart() -> None:
    one, other = resource_id("fr", "a" * 80, "x"), resource_id("fr", "a" * 80, "y")
    assert one != other
    assert max(len(one), len(other)) <= 64


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli, ["guidelines", "export", *arguments])


def test_a_folder_or_a_bundle(french: dict[str, Any], tmp_path: Path) -> None:
    printed = run("--format", "fhir")
    assert (printed.exit_code, json.loads(printed.stdout)) == (0, json.loads(json.dumps(french)))
    out = tmp_path / "made" / "pack"
    written = run("--format", "fhir", "--country", "us", "--out", str(out))
    assert written.exit_code == 0, written.stderr
    names = sorted(path.name for path in out.iterdir())
    assert "Measure-us.breast-cancer-screening.json" in names
    assert all(json.loads(path.read_text())["resourceType"] == path.name.split("-")[0] for path in out.iterdir())
    assert [path.name for path in out.parent.iterdir()] == ["pack"]


def test_bad_arguments_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for arguments, told in [
        (["--country", "zz"], "no guideline pack 'zz'"),
        (["--out", str(tmp_path / "there")], "stands already"),
        (["--out", "/proc/none/here"], "cannot be written"),
        (["--format", "cql"], "'cql' is not"),
    ]:
        wrong = run(*arguments)
        assert (wrong.exit_code, wrong.stdout) == (2, ""), arguments
        assert told in wrong.stderr
    assert not list((tmp_path / "there").iterdir())


def test_the_day_of_the_pack_decides_what_is_retired(french: dict[str, Any]) -> None:
    released = load_pack("fr").head.released
    for one in french["entry"]:
        end = one["resource"].get("effectivePeriod", {}).get("end")
        if end:
            assert (date.fromisoformat(end) < released) == (one["resource"]["status"] == "retired")
