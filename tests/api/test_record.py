"""Sending a record: what is kept, and everything for which nothing is kept."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.content import samples_dir
from app.services.services import Services

CLAUDINE = samples_dir() / "claudine" / "dossier.json"
OTHER = samples_dir() / "rachid" / "dossier.json"
URL = "/v1/me/record"


def bundle() -> Any:
    return json.loads(CLAUDINE.read_text(encoding="utf-8"))


def with_weight(kg: float) -> bytes:
    """Claudine's record with one more observation, so that it is another file."""
    data = bundle()
    patient = next(e["resource"] for e in data["entry"] if e["resource"]["resourceType"] == "Patient")
    entry = {
        "fullUrl": f"urn:uuid:00000000-0000-4000-8000-{int(kg * 10):012d}",
        "resource": {
            "resourceType": "Observation",
            "id": f"poids-{int(kg * 10)}",
            "status": "final",
            "subject": {"reference": f"Patient/{patient['id']}"},
            "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
            "effectiveDateTime": "2026-10-02",
            "valueQuantity": {
                "value": kg,
                "unit": "kg",
                "system": "http://unitsofmeasure.org",
                "code": "kg",
            },
        },
    }
    data["entry"].append(entry)
    return json.dumps(data).encode()


def kept(services: Services) -> tuple[int, int, str]:
    """Uploads, identities, and the digests of all facts."""
    with services.engine.connect() as connection:
        uploads = connection.execute(text("SELECT count(*) FROM health_upload")).scalar_one()
        identities = connection.execute(text("SELECT count(*) FROM health_identity")).scalar_one()
        digests = connection.execute(text("SELECT digest FROM health_facts ORDER BY person_id")).scalars()
        return uploads, identities, " ".join(digests)


@pytest.fixture
def unchanged(services: Services) -> Iterator[None]:
    """Whatever the test sends, nothing of it is kept, and the service still answers."""
    before = kept(services)
    yield
    assert kept(services) == before


async def test_a_new_file_is_kept_and_its_facts_are_in_the_plan(claudine: httpx.AsyncClient) -> None:
    before = (await claudine.get("/v1/me/facts")).json()
    answer = await claudine.post(
        URL, content=with_weight(64.2), headers={"Content-Type": "application/fhir+json"}
    )
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["stored"]) == 1
    after = (await claudine.get("/v1/me/facts")).json()
    new = [fact for fact in after["facts"] if fact not in before["facts"] and fact["value"] == 64.2]
    assert [fact["unit"] for fact in new] == ["kg"]


async def test_what_is_there_already_is_not_kept_twice(
    claudine: httpx.AsyncClient, services: Services
) -> None:
    before = kept(services)
    answer = await claudine.post(URL, content=CLAUDINE.read_bytes())
    assert (answer.status_code, answer.json()["stored"]) == (200, [])
    assert kept(services) == before


async def test_multipart_takes_several_files(claudine: httpx.AsyncClient, services: Services) -> None:
    uploads = kept(services)[0]
    files = [("file", ("a.json", with_weight(64.2))), ("file", ("../../a.json", with_weight(64.4)))]
    answer = await claudine.post(URL, files=files)
    assert answer.status_code == 201, answer.text
    names = [item["name"] for item in answer.json()["stored"]]
    assert names == ["a.json", "a-2.json"]
    assert kept(services)[0] == uploads + 2


async def test_the_same_key_is_one_write_even_at_the_same_time(
    claudine: httpx.AsyncClient, services: Services
) -> None:
    uploads = kept(services)[0]
    headers = {"Idempotency-Key": "k1"}
    body = with_weight(64.2)
    answers = await asyncio.gather(*(claudine.post(URL, content=body, headers=headers) for _ in range(3)))
    done = [answer for answer in answers if answer.status_code != 409]
    assert done
    assert len({(answer.status_code, answer.text) for answer in done}) == 1
    again = await claudine.post(URL, content=body, headers=headers)
    assert (again.status_code, again.text) == (201, done[0].text)
    assert kept(services)[0] == uploads + 1


async def test_the_same_key_for_something_else_is_a_problem(claudine: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    assert (await claudine.post(URL, content=with_weight(64.2), headers=headers)).status_code == 201
    answer = await claudine.post(URL, content=with_weight(70.1), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def two_patients() -> bytes:
    data, other = bundle(), json.loads(OTHER.read_text(encoding="utf-8"))
    data["entry"] += other["entry"]
    return json.dumps(data).encode()


def patient_only(**change: Any) -> bytes:
    patient = next(e["resource"] for e in bundle()["entry"] if e["resource"]["resourceType"] == "Patient")
    return json.dumps(patient | change).encode()


BAD = {
    "empty": (b"", 422),
    "spaces": (b"  \n", 422),
    "truncated json": (CLAUDINE.read_bytes()[:-500], 422),
    "truncated xml": (b"<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'><id", 422),
    "truncated zip": (zipped(**{"a.json": CLAUDINE.read_bytes()})[:-30], 422),
    "wrong encoding": (CLAUDINE.read_text(encoding="utf-8").encode("utf-16-le")[:-1], 422),
    "not utf-8": (CLAUDINE.read_bytes().replace(b"TEST", b"T\xe9ST", 1), 422),
    "entities": (
        b'<!DOCTYPE x [<!ENTITY a "b">]><ClinicalDocument xmlns="urn:hl7-org:v3">&a;</ClinicalDocument>',
        422,
    ),
    "deep": (b"[" * 100_000 + b"]" * 100_000, 422),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), 415),
    "another resource": (b'{"resourceType": "Basic"}', 422),
    "json, not fhir": (b'{"hello": "world"}', 415),
    "two patients": (two_patients(), 422),
    "other person": (OTHER.read_bytes(), 409),
    "other birth date": (patient_only(birthDate="1951-01-01"), 409),
    "no identity": (patient_only(identifier=[], name=[]), 422),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.usefixtures("unchanged")
async def test_bad_files_are_problems_and_nothing_is_kept(claudine: httpx.AsyncClient, name: str) -> None:
    content, status = BAD[name]
    answer = await claudine.post(URL, content=content)
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert answer.status_code in {status, 422, 415} if status != 409 else answer.status_code == 409, (
        answer.text
    )
    assert problem["type"].startswith("/problems/")
    assert not {"TEST-", "1951", "Claudine", "CLAUDINE"} & set(answer.text.split('"'))
    log = (await claudine.get("/v1/me/access-log")).json()["entries"]
    if content.strip():
        assert log[1]["tag"] == "citizen:record:refuse", log[:3]
        assert log[1]["outcome"].startswith("refused_")
    assert (await claudine.get("/v1/me/plan")).status_code == 200


@pytest.mark.usefixtures("unchanged")
async def test_a_record_of_somebody_else_is_in_the_log(claudine: httpx.AsyncClient) -> None:
    answer = await claudine.post(URL, content=OTHER.read_bytes(), headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/other-person")
    assert answer.json()["title"] == "This document is about another person"
    entries = (await claudine.get("/v1/me/access-log")).json()["entries"]
    assert entries[1]["outcome"] == "refused_other_person"


@pytest.mark.usefixtures("unchanged")
async def test_one_wrong_file_among_several_keeps_none(claudine: httpx.AsyncClient) -> None:
    files = [("file", ("a.json", with_weight(64.2))), ("file", ("b.json", OTHER.read_bytes()))]
    assert (await claudine.post(URL, files=files)).status_code == 409


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("multipart", [False, True])
async def test_sixty_megabytes_are_refused_while_reading(
    claudine: httpx.AsyncClient, multipart: bool
) -> None:
    chunk = b" " * 1024 * 1024

    async def body() -> Any:
        for _ in range(60):
            yield chunk

    if multipart:
        answer = await claudine.post(URL, files={"file": ("a.json", chunk * 60)})
    else:
        answer = await claudine.post(URL, content=body())
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


@pytest.mark.usefixtures("unchanged")
async def test_without_consent_the_file_is_not_even_read(lea: httpx.AsyncClient) -> None:
    answer = await lea.post(URL, content=b"\x00 not a record at all")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/consent-required")


async def test_no_answer_repeats_what_was_sent(claudine: httpx.AsyncClient) -> None:
    secret = "TEST-SECRET-9177"
    for content in (f'{{"{secret}": 1}}', f"<{secret}/>", f'{{"resourceType": "{secret}"}}'):
        answer = await claudine.post(URL, content=content.encode())
        assert answer.status_code >= 400
        assert secret not in answer.text
