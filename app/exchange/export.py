"""A country's pack as FHIR R4: PlanDefinition, ActivityDefinition, Library; Measure and Library for its measures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from app.content import content_dir
from app.errors import ContentError, UsageError
from app.exchange.actions import activities
from app.exchange.library import guideline_library, pack_library, vocabulary_library
from app.exchange.measures import measure_resources
from app.exchange.plan_definition import plan_definition
from app.exchange.read_back import differences, read_bundle
from app.exchange.terms import Resource
from app.guidelines.pack import Pack, guideline_files, load_pack


def export_bundle(country: str) -> Resource:
    """A Bundle of type `collection`. It is read back first: what would not give the pack again is not handed out.

    Raises UsageError for an unknown country, ContentError with file and line for a pack that is wrong.
    """
    pack = load_pack(country)
    # FHIR knows no empty list
    found = [{key: part for key, part in one.items() if part != []} for one in _resources(pack, country)]
    entries = [{"fullUrl": f"urn:jalon:{one['resourceType']}:{one['id']}", "resource": one} for one in found]
    made = f"{pack.head.released}T00:00:00Z"
    bundle: Resource = {"resourceType": "Bundle", "type": "collection", "timestamp": made, "entry": entries}
    if wrong := differences(pack, read_bundle(bundle)):
        raise ContentError(f"the export would lose: {wrong[0]}", remedy="the files changed meanwhile: export again")
    return bundle


def write_resources(bundle: Resource, folder: Path) -> int:
    """One file a resource, `PlanDefinition-….json`; the folder appears when it is whole. Returns their number.

    Raises UsageError when something stands there already, or it cannot be written.
    """
    if folder.exists():
        raise UsageError("stands already: remove it, or choose another name", code="exists", where=folder.name)
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        for entry in bundle["entry"]:
            one = entry["resource"]
            text = json.dumps(one, ensure_ascii=False, indent=1)
            (partial / f"{one['resourceType']}-{one['id']}.json").write_text(text + "\n", encoding="utf-8")
        partial.rename(folder)
    except OSError as error:
        problem = f"cannot be written: {error.strerror or 'unknown reason'}"
        raise UsageError(problem, code="unwritable", where=folder.name) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return len(bundle["entry"])


def _resources(pack: Pack, country: str) -> Iterator[Resource]:
    folder = content_dir() / "guidelines" / country
    yield pack_library(pack, folder / "pack.yaml")
    if pack.guidelines:
        yield vocabulary_library(pack.head, pack.vocabulary, sorted((content_dir() / "vocabulary").glob("*.yaml")))
    for guideline, file in zip(pack.guidelines, guideline_files(country), strict=True):
        yield plan_definition(guideline, pack.head)
        yield from activities(guideline, pack.head)
        yield guideline_library(guideline, pack.head, file, pack.vocabulary)
    yield from measure_resources(pack.head, folder)
