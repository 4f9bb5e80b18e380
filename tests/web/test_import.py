"""Sending a record: whatever file comes, one is told what happened; a long reading leaves the pages usable."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile

import pytest
from starlette.testclient import TestClient

from app.content import samples_dir
from app.services.services import Services
from tests.web.conftest import sign_in, token

CLAUDINE = (samples_dir() / "claudine" / "dossier.json").read_bytes()
RACHID = (samples_dir() / "rachid" / "dossier.json").read_bytes()
PHOTO = b"\xff\xd8\xff\xe0" + b"0" * 2000


def send(visitor: TestClient, *files: tuple[str, bytes], csrf: str = "") -> object:
    csrf = csrf or token(visitor.get("/mon-dossier").text)
    return visitor.post("/mon-dossier", data={"csrf": csrf}, files=[("fichiers", file) for file in files])


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(("name", "content", "words"), [
    ("autre.json", RACHID, "autre personne"), ("compte-rendu.pdf", b"%PDF-1.7 0123", "PDF ou une photo"),
    ("photo.jpg", PHOTO, "PDF ou une photo"), ("vide.json", b"", "Aucun fichier n’est arrivé"),
    ("coupe.json", CLAUDINE[:2000], "abîmé ou incomplet"), ("coupe.zip", zipped({"a.json": CLAUDINE})[:300], "abîmé"),
    ("photos.zip", zipped({"a.jpg": PHOTO}), "PDF ou une photo"),
    ("note.txt", "Léa 🌞 مرحبا".encode(), "PDF ou une photo"),
])  # fmt: skip
def test_a_file_that_cannot_be_used_is_told_in_words_and_nothing_is_kept(
    visitor: TestClient, name: str, content: bytes, words: str
) -> None:
    sign_in(visitor, "claudine")
    before = visitor.get("/v1/me/facts").content
    answer = send(visitor, (name, content))
    assert answer.status_code == 422, answer.text[:300]
    assert words in answer.text
    assert "aria-invalid" in answer.text
    assert visitor.get("/v1/me/facts").content == before


def test_nothing_chosen_is_told(visitor: TestClient) -> None:
    sign_in(visitor, "claudine")
    answer = visitor.post(
        "/mon-dossier", data={"csrf": token(visitor.get("/mon-dossier").text)}, files=[("fichiers", ("", b""))]
    )
    assert (answer.status_code, "Aucun fichier" in answer.text) == (422, True)


def test_a_record_is_read_and_the_same_one_again_changes_nothing(visitor: TestClient) -> None:
    sign_in(visitor, "claudine")
    answer = send(visitor, ("dossier.json", CLAUDINE))
    assert (answer.status_code, answer.headers["location"]) == (303, "/mon-dossier/lecture")
    told = visitor.get("/mon-dossier/lecture")
    assert "déjà enregistré" in told.text
    assert told.text.rstrip().endswith("</html>")


def test_a_form_without_its_token_is_refused(visitor: TestClient) -> None:
    sign_in(visitor, "claudine")
    assert send(visitor, ("dossier.json", CLAUDINE), csrf="0" * 64).status_code == 403


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading takes its time, as that of a large record."""
    from app.services import reading

    read = reading.read_record_bytes

    def slowly(name: str, data: bytes, progress: object = None) -> object:
        time.sleep(1.5)
        return read(name, data, progress)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "read_record_bytes", slowly)


def test_pages_are_usable_while_a_record_is_read_and_a_double_tap_reads_it_once(
    visitor: TestClient, opened: Services, slow: None
) -> None:
    sign_in(visitor, "claudine")
    record = json.loads(CLAUDINE)
    record["timestamp"] = "2026-11-15T08:00:00Z"
    new = json.dumps(record).encode()
    assert send(visitor, ("nouveau.json", new)).status_code == 303
    plan = visitor.get("/mon-plan")
    assert plan.status_code == 200
    assert "en cours de lecture" in plan.text
    assert send(visitor, ("nouveau.json", new)).status_code == 303
    assert len([each for each in opened.imports.values() if each.state == "reading"]) == 1
    told = visitor.get("/mon-dossier/lecture").text
    assert re.search("[01] sur 1 documents lus", told)
    assert "C’est fini" in told
    assert "en cours de lecture" not in visitor.get("/mon-plan").text


def test_five_hundred_documents_are_counted_as_they_are_read() -> None:
    files = {f"{n}.json": CLAUDINE for n in range(500)}
    from app.records.load import read_record_bytes
    from app.services.records import documents_in

    archive, steps = zipped(files), []
    assert documents_in([("dossier.zip", archive)]) == 500
    read_record_bytes("dossier.zip", archive, lambda: steps.append(1))
    assert len(steps) == 500
