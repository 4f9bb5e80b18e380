"""The connection is lost: while a record is sent, or while its reading is watched."""

from __future__ import annotations

import json
import re
import socket
import time
from contextlib import closing

import httpx

from app.content import samples_dir

RECORD = samples_dir() / "claudine" / "dossier.json"


def signed_in(site: str) -> httpx.Client:
    client = httpx.Client(base_url=site)
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/").text)
    assert token is not None
    client.post("/demonstration", data={"csrf": token[1], "person": "claudine"})
    return client  # open: whoever asked closes it


def another_record() -> bytes:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    record["timestamp"] = "2026-11-15T08:00:00Z"
    return json.dumps(record).encode()


def test_half_a_record_leaves_nothing_and_can_be_sent_again(site: str) -> None:
    with closing(signed_in(site)) as client:
        before = client.get("/v1/me/facts").content
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/mon-dossier").text)
        assert found is not None
        request = client.build_request(
            "POST", "/mon-dossier", data={"csrf": found[1]}, files={"fichiers": ("dossier.json", another_record())}
        )
        body = request.read()
        lines = ["POST /mon-dossier HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers.items()), "", ""]
        host, port = site.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as wire:
            wire.sendall("\r\n".join(lines).encode() + body[: len(body) // 2])
            time.sleep(0.2)
        assert client.get("/v1/me/facts").content == before
        assert client.get("/mon-plan").status_code == 200
        assert "en cours de lecture" not in client.get("/mon-plan").text
        assert client.send(request).headers["location"] == "/mon-dossier/lecture"
        assert "C’est fini" in client.get("/mon-dossier/lecture").text


def test_who_stops_watching_finds_the_record_read(site: str) -> None:
    with closing(signed_in(site)) as client:
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/mon-dossier").text)
        assert found is not None
        files = {"fichiers": ("dossier.json", another_record())}
        client.post("/mon-dossier", data={"csrf": found[1]}, files=files)
        with client.stream("GET", "/mon-dossier/lecture") as watched:
            next(watched.iter_bytes())  # and the connection is closed here
        assert "C’est fini" in client.get("/mon-dossier/lecture").text
        assert client.get("/v1/me/plan").status_code == 200
