"""Web Push, against a service that decrypts as the device would and checks who signs."""

from __future__ import annotations

import base64
import json
import os
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from py_vapid import Vapid02

from app.nudges.parcel import Parcel, PushTo
from app.nudges.push import PushSender
from app.services import devices
from app.services.nudges.look import look
from app.services.nudges.send import send
from app.services.services import Services
from app.trust.endpoints import public_addresses
from tests.nudges.conftest import (
    signed_in,
    wants,
)


class PushService(ThreadingHTTPServer):
    """A push service over TLS, which decrypts as the device would and checks who signs."""

    def __init__(self, folder: Path) -> None:
        self.status, self.got = 201, list[dict[str, Any]]()
        self.device, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        super().__init__(("127.0.0.1", 0), _Push)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.certificate = certificate(folder)
        context.load_cert_chain(self.certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def to(self) -> PushTo:
        point = self.device.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return PushTo("d", f"https://push.example.org:{self.server_address[1]}/send/1", b64(point), b64(self.auth))


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class _Push(BaseHTTPRequestHandler):
    server: PushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        clear = http_ece.decrypt(
            body, private_key=self.server.device, auth_secret=self.server.auth, version="aes128gcm"
        )
        self.server.got.append({"headers": dict(self.headers), "clear": json.loads(clear), "size": len(body)})
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def certificate(folder: Path) -> Path:
    """A self-signed certificate of push.example.org, with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("push.example.org")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "push.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def pushed(tmp_path: Path) -> Iterator[PushService]:
    opened = PushService(tmp_path)
    yield opened
    opened.shutdown()
    opened.server_close()


def push_sender(pushed: PushService, key: ec.EllipticCurvePrivateKey) -> PushSender:
    client = httpx.Client(verify=ssl.create_default_context(cafile=str(pushed.certificate)), timeout=5)
    return PushSender(key, "mailto:prevention@example.test", lambda host, port: ["127.0.0.1"], client)


PARCEL = Parcel("ab" * 16, "push", "Jalon", "Vous avez un message de prévention.", "https://x/m/y", "s", "fr", ())


def test_a_push_is_encrypted_for_the_device_signed_and_says_nothing_of_health(pushed: PushService) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    sender = push_sender(pushed, key)
    assert sender.hand_over(replace(PARCEL, to=(pushed.to,))).state == "sent"
    (got,) = pushed.got
    assert got["clear"] == {"title": "Jalon", "body": "Vous avez un message de prévention.", "url": "https://x/m/y",
                            "tag": "ab" * 16}  # fmt: skip
    assert got["size"] <= 4096
    headers = {name.lower(): value for name, value in got["headers"].items()}
    assert headers["content-encoding"] == "aes128gcm"
    assert int(headers["ttl"]) > 0
    assert len(headers["topic"]) <= 32
    assert headers["host"].startswith("push.example.org")
    assert Vapid02.verify(headers["authorization"])
    token = headers["authorization"].split("t=")[1].split(",")[0]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["aud"] == f"https://push.example.org:{pushed.server_address[1]}"
    assert claims["sub"] == "mailto:prevention@example.test"
    assert claims["exp"] <= time.time() + 24 * 3600
    sender.close()


@pytest.mark.parametrize(("status", "state"), [
    (201, "sent"), (404, "bounced"), (410, "bounced"), (429, "again"), (503, "again"), (400, "refused"),
])  # fmt: skip
def test_what_a_push_service_answers(pushed: PushService, status: int, state: str) -> None:
    pushed.status = status
    sender = push_sender(pushed, ec.generate_private_key(ec.SECP256R1()))
    found = sender.hand_over(replace(PARCEL, to=(pushed.to,)))
    assert found.state == state
    assert found.gone == (("d",) if state == "bounced" else ())
    sender.close()


def test_a_push_service_that_is_inside_the_network_gets_nothing(pushed: PushService) -> None:
    sender = PushSender(ec.generate_private_key(ec.SECP256R1()), "mailto:a@b.fr", public_addresses)
    inside = replace(pushed.to, endpoint=f"https://localhost:{pushed.server_address[1]}/send/1")
    assert sender.hand_over(replace(PARCEL, to=(inside,))).state == "refused"
    assert pushed.got == []
    sender.close()


async def test_a_device_that_is_gone_is_forgotten(services: Services, pushed: PushService) -> None:
    who = await wants(services, channels=("push",))
    wanted = devices.Wanted("https://push.example.org/send/1", pushed.to.p256dh, pushed.to.auth, "Mon téléphone")
    await devices.add(services, who, wanted)
    await look(services, {"push"})
    key = ec.generate_private_key(ec.SECP256R1())
    pushed.status = 410
    sender = push_sender(pushed, key)
    port = pushed.server_address[1]
    sender._resolve = lambda host, _: [f"127.0.0.1:{port}".partition(":")[0]]
    original = sender._request

    def elsewhere(to: PushTo, parcel: Parcel) -> httpx.Request:
        return original(replace(to, endpoint=to.endpoint.replace(".org/", f".org:{port}/")), parcel)

    sender._request = elsewhere  # type: ignore[method-assign]
    done = await send(services, {"push": sender})
    assert done.to_json()["became"] == {"push": {"bounced": 1}}
    assert (await devices.mine(services, await signed_in(services)))["subscriptions"] == []
    sender.close()
