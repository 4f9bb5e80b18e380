"""The sample people of demo mode, loaded at start, and signing in as one of them."""

from __future__ import annotations

import json
import logging
from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, TypeAdapter

from app.content import load_model, parse_yaml, samples_dir, text_of
from app.errors import JalonError, UsageError
from app.facts.vocabulary import Category
from app.services.asks import ALL
from app.services.nearby import load_sample as load_places_sample
from app.services.reading import check_identity, facts_of, read_all
from app.services.services import Services
from app.store.tables import stamp
from app.trust import consents, health, people, relations
from app.trust.door import Job
from app.trust.grant import Grant
from app.trust.health import Upload
from app.trust.people import SamplePerson
from app.trust.rules import Asked
from app.trust.vocabulary import Tag

log = logging.getLogger(__name__)
_LOAD = Asked(Tag.SAMPLE_LOAD, "write", "sample", "demonstration", ALL)


class SampleFile(BaseModel):
    """`person.yaml` of a sample. `consents`: what this person is said to have allowed (nothing when it is
    silent)."""

    id: str
    label: str
    language: str = "fr"
    consents: Literal["all", "none"] | list[Category] = "none"


class PracticeFile(BaseModel):
    """`practice.yaml`: an invented doctor, and the sample people who named the practice and share all with it."""

    id: str
    label: str
    name: str
    number: str
    patients: list[str]


class TeamMember(BaseModel):
    """One of `team.yaml`: an invented person of a public-health team."""

    id: str
    label: str


def load_samples(services: Services, folder: Path | None = None) -> int:
    """Load the sample people that the database does not have yet; gives how many. A sample that cannot be
    read is skipped with a warning."""
    loaded = 0
    for path in sorted((folder or samples_dir()).glob("*/person.yaml")):
        try:
            loaded += _load(services, path.parent, load_model(path, SampleFile))
        except JalonError as error:
            log.warning("sample %s cannot be loaded: %s", path.parent.name, error)
    practice = (folder or samples_dir()) / "practice.yaml"
    if practice.is_file():
        _load_practice(services, load_model(practice, PracticeFile))
    team = (folder or samples_dir()) / "team.yaml"
    if team.is_file():
        _load_team(services, TypeAdapter(list[TeamMember]).validate_python(parse_yaml(text_of(team), name=team.name)))
    load_places_sample(services)
    return loaded


def _load_team(services: Services, members: list[TeamMember]) -> None:
    now = services.now()
    for one in members:
        services.door.account(partial(people.add_professional, sample=one.id, label=one.label, detail="", now=now,
                                      profile="team"))  # fmt: skip


def _load_practice(services: Services, sample: PracticeFile) -> None:
    now, number = services.now(), relations.normal(sample.number)
    detail = json.dumps({"name": sample.name, "profession": "doctor"}, sort_keys=True)

    doctor, new = services.door.account(
        lambda connection: people.add_professional(connection, sample.id, sample.label, detail, now)
    )
    services.door.account(lambda connection: relations.join(connection, doctor, [number], stamp(now)))
    digest = services.door.consents[relations.REVIEW].texts["fr"].digest

    def share(grant: Grant) -> None:
        relations.name(grant, number, "named", stamp(now))
        consents.change(grant, relations.REVIEW, ALL, digest, "fr", stamp(now))

    for patient in services.door.account(people.samples) if new else []:
        if patient.sample in sample.patients:
            services.door.enter_now(Job(patient.id), _LOAD, share)


def _load(services: Services, folder: Path, sample: SampleFile) -> bool:
    now = services.now()
    person, full = services.door.account(
        lambda connection: people.add_sample(connection, sample.id, sample.label, sample.language, now)
    )
    if full:
        return False
    files = sorted(path for path in folder.iterdir() if path.suffix in {".json", ".xml"})
    uploads = [Upload.of(path.name, path.read_bytes()) for path in files]
    records = read_all(uploads)
    subject = check_identity(None, records, services.settings.accepted_identity)
    sheet = facts_of(records, services.today())
    allowed = (
        ALL if sample.consents == "all" else frozenset(() if sample.consents == "none" else sample.consents)
    )
    consent = services.door.consent
    language: Literal["fr", "en"] = "en" if sample.language == "en" else "fr"

    def store(grant: Grant) -> None:
        at = stamp(now)
        for upload in uploads:
            health.add_upload(grant, upload, at)
        health.write_identity(grant, subject, at)
        health.write_facts(grant, sheet, services.vocabulary, at)
        if allowed:
            digest = consent.texts[language].digest
            consents.change(grant, consent.purpose, allowed, digest, language, at)

    services.door.enter_now(Job(person), _LOAD, store)
    return True


async def sample_people(services: Services) -> list[SamplePerson]:
    """Whom one can sign in as; nobody outside of demo mode."""
    return await services.door.look_up(people.samples) if services.settings.demo else []


async def sign_in(services: Services, sample: str, replaces: str | None = None) -> str:
    """A new session as a sample person: the token. Raises UsageError (`demo_only`, `unknown_person`)."""
    if not services.settings.demo:
        raise UsageError("signing in as a sample person needs demo mode", code="demo_only")
    for person in await sample_people(services):
        if person.sample == sample:
            return await services.door.sign_in(person.id, person.role, replaces)
    raise UsageError("no such sample person", code="unknown_person")
