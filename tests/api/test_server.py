"""The service under Uvicorn, over a real socket."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.content import samples_dir

ROOT = Path(__file__).resolve().parents[2]
SERVE = "import sys; from app.api.server import serve; serve(port=int(sys.argv[1]), demo=True)"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("JALON_", "DATABASE_URL"))
    }
    return kept | {"JALON_DATA_DIR": str(folder)} | more


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("service"), free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(port)],
            cwd=ROOT,
            env=environment(folder),
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(f"{address}/readyz").raise_for_status()
                break
            except httpx.HTTPError:
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)
        written = (folder / "log").read_text()
    assert "Traceback" not in written, written


async def test_sixty_megabytes_get_an_answer_and_the_service_goes_on(address: str) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        token = (await client.post("/v1/demo/sign-in", json={"person": "rachid"})).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        before = (await client.get("/v1/me/facts")).json()
        answer = await client.post("/v1/me/record", content=b" " * (60 * 1024 * 1024))
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
        assert (await client.get("/v1/me/facts")).json() == before


async def test_requests_at_the_same_time_all_get_their_plan(address: str) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        listed = [item["id"] for item in (await client.get("/v1/demo/people")).json()["people"]]
        people = [person for person in listed if (samples_dir() / person).is_dir()]  # the invented doctor has no plan
        tokens = {}
        for person in people:
            tokens[person] = (await client.post("/v1/demo/sign-in", json={"person": person})).json()["token"]
            client.cookies.clear()

        async def plan(person: str) -> tuple[str, int, str]:
            answer = await client.get("/v1/me/plan", headers={"Authorization": f"Bearer {tokens[person]}"})
            return person, answer.status_code, answer.text

        answers = await asyncio.gather(*(plan(person) for person in people * 5))
    by_person: dict[str, set[tuple[int, str]]] = {}
    for person, status, body in answers:
        by_person.setdefault(person, set()).add((status, body))
    assert all(len(different) == 1 for different in by_person.values())
    assert len({body for _, body in (next(iter(item)) for item in by_person.values())}) == len(people)
    assert sum(status == 200 for person in by_person.values() for status, _ in person) >= len(people) - 1


async def test_a_request_cut_short_leaves_nothing(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /v1/demo/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{")
    await writer.drain()
    writer.close()
    async with httpx.AsyncClient(base_url=address) as client:
        assert (await client.get("/healthz")).status_code == 200
    del reader


@pytest.mark.parametrize(
    "more",
    [
        {"DATABASE_URL": "postgresql://someone:secret9177@db.example/jalon"},
        {
            "JALON_OIDC_CITIZEN_ISSUER": "https://issuer.example",
            "JALON_OIDC_CITIZEN_CLIENT_ID": "a",
            "JALON_OIDC_CITIZEN_CLIENT_SECRET": "b",
        },
    ],
)
def test_demo_refuses_to_start_beside_the_real_thing(tmp_path: Path, more: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "serve", "--demo", "--port", str(free_port())],
        cwd=ROOT,
        env=environment(tmp_path, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "secret9177" not in done.stderr + done.stdout
    assert list(tmp_path.iterdir()) == []
