"""The way back: what an export says of a pack, from its FHIR elements, and the files that it carries."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.content import digest_of_bytes
from app.exchange.expressions import criterion_of, schedule_of
from app.exchange.terms import PUBLISHER, Resource, extensions
from app.exchange.words import french, stated
from app.guidelines.criteria import Criterion
from app.guidelines.model import Guideline, Source, Statement
from app.guidelines.pack import Pack
from app.guidelines.schedule.model import Schedule


@dataclass(frozen=True, slots=True)
class ReadTrack:
    id: str
    level: str
    when: Criterion
    status: str | None
    schedule: Schedule | None
    source: str
    verified: str


@dataclass(frozen=True, slots=True)
class ReadGuideline:
    """A guideline as its PlanDefinition tells it."""

    id: str
    title: str
    effective_from: date
    effective_until: date | None
    last_checked: date
    priority: int
    benefit: Statement
    harm: Statement
    sources: list[Source]
    doubts: list[str]
    tracks: list[ReadTrack]


@dataclass(frozen=True, slots=True)
class ReadPack:
    """`files`: place in `content/` → bytes, of every Library."""

    id: str
    version: str
    digest: str
    guidelines: list[ReadGuideline]
    files: dict[str, bytes]


def read_bundle(bundle: Resource) -> ReadPack:
    """Read what `export_bundle` made. Raises KeyError or ValueError for what it did not."""
    resources = [entry["resource"] for entry in bundle["entry"]]
    libraries = [one for one in resources if one["resourceType"] == "Library"]
    head = next(one for one in libraries if one["type"]["coding"][0]["code"] == "asset-collection")
    names = {one["system"].rpartition(":")[2]: one["value"] for one in head["identifier"]}
    return ReadPack(
        names["pack"], head["version"], names["digest"],
        [_guideline(one) for one in resources if one["resourceType"] == "PlanDefinition"],
        {file["title"]: b64decode(file["data"]) for library in libraries for file in library["content"]},
    )


def differences(pack: Pack, read: ReadPack) -> list[str]:
    """What the export does not give back as it is in the pack: names of its parts."""
    carried = {place.rpartition("/")[2]: data for place, data in read.files.items() if len(place.split("/")) == 3}
    heads = {
        "id": (pack.id, read.id), "version": (pack.version, read.version), "digest": (pack.digest, read.digest),
        "files": (pack.digest, digest_of_bytes(carried)),
    }  # guidelines/<country>/<file>; vocabularies and measures stand higher or deeper
    wrong = [name for name, (ours, theirs) in heads.items() if ours != theirs]
    told = {(one.id, one.effective_from): one for one in read.guidelines}
    return wrong + [one.id for one in pack.guidelines if told.get((one.id, one.effective_from)) != _of(one)]


def _of(guideline: Guideline) -> ReadGuideline:
    """What should be read of a guideline."""
    return ReadGuideline(
        guideline.id, guideline.wording.title, guideline.effective_from, guideline.effective_until,
        guideline.last_checked, guideline.priority, guideline.wording.benefit, guideline.wording.harm,
        guideline.sources, guideline.doubts,
        [
            ReadTrack(one.id, one.level, one.when, one.status, one.schedule, one.source, one.verified)
            for one in guideline.tracks
        ],
    )


def _guideline(plan: Resource) -> ReadGuideline:
    days = plan["effectivePeriod"]
    return ReadGuideline(
        plan["identifier"][0]["value"], plan["title"], date.fromisoformat(days["start"]),
        date.fromisoformat(days["end"]) if "end" in days else None, date.fromisoformat(plan["lastReviewDate"]),
        _value(plan, "priority"), stated(next(extensions(plan, "benefit"))), stated(next(extensions(plan, "harm"))),
        [_source(one) for one in plan["relatedArtifact"] if one["type"] == "citation"],
        [french(one) for one in extensions(plan, "doubt")],
        [_track(one) for one in plan["action"][0]["action"] if one["id"] != "otherwise"],
    )


def _track(action: Resource) -> ReadTrack:
    schedule = _value(action, "schedule")
    return ReadTrack(
        _value(action, "track"), action["code"][0]["coding"][0]["code"],
        criterion_of(action["condition"][0]["expression"]), _value(action, "status"),
        schedule_of(schedule) if schedule else None, action["documentation"][0]["label"], _value(action, "verified"),
    )


def _source(artifact: Resource) -> Source:
    return Source(
        id=artifact["label"], title=artifact["display"], publisher=_value(artifact, PUBLISHER),
        date=artifact["document"]["creation"], url=artifact.get("url"),
    )


def _value(element: Resource, name: str) -> Any:
    """The value of the extension of this name, whatever its type; None when it is not there."""
    found = next(extensions(element, name), None)
    return None if found is None else next(value for key, value in found.items() if key.startswith("value"))
