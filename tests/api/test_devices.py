"""The devices on which a person asked to be told: whose they are, how they are kept, what is refused."""

from __future__ import annotations

import base64
import secrets
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.services.services import Services
from app.trust.devices import MOST
from tests.api.conftest import sign_in

URL = "/v1/me/push-subscriptions"


def device(endpoint: str = "", **more: Any) -> dict[str, Any]:
    """What a browser gives: keys made anew."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    keys = {"p256dh": text(point), "auth": text(secrets.token_bytes(16))}
    return {"endpoint": endpoint or f"https://push.example.org/{secrets.token_hex(8)}", "keys": keys} | more


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


async def listed(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(URL)).json()["subscriptions"]
    return found


async def test_a_device_is_added_once_listed_and_ended(claudine: httpx.AsyncClient) -> None:
    sent = device(device="  Mon   téléphone ", expirationTime=None)
    made = await claudine.post(URL, json=sent)
    again = await claudine.post(URL, json=sent | {"keys": device()["keys"]})
    assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])
    assert [one["device"] for one in await listed(claudine)] == ["Mon téléphone"]
    assert (await claudine.delete(f"{URL}/{made.json()['id']}")).status_code == 204
    assert await listed(claudine) == []
    assert (await claudine.delete(f"{URL}/{made.json()['id']}")).status_code == 404


async def test_nothing_of_an_address_is_kept_in_clear_or_told(
    claudine: httpx.AsyncClient, services: Services
) -> None:
    sent = device("https://push.example.org/secret-capability")
    answer = await claudine.post(URL, json=sent)
    shown = answer.text + (await claudine.get(URL)).text
    with services.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT * FROM account_push_subscription").one()
    for secret in ("secret-capability", sent["keys"]["p256dh"], sent["keys"]["auth"]):
        assert secret not in shown
        assert secret not in str(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row))


async def test_a_device_belongs_to_whoever_subscribed_last(client: httpx.AsyncClient) -> None:
    shared = device()
    await sign_in(client, "claudine")
    await client.post(URL, json=shared)
    await sign_in(client, "lea")
    await client.post(URL, json=shared)
    assert len(await listed(client)) == 1
    await sign_in(client, "claudine")
    assert await listed(client) == []


async def test_there_are_so_many_and_no_more(claudine: httpx.AsyncClient) -> None:
    for _ in range(MOST):
        assert (await claudine.post(URL, json=device())).status_code == 201
    refused = await claudine.post(URL, json=device())
    assert (refused.status_code, refused.json()["code"]) == (422, "push_subscriptions")


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/a", "https://127.0.0.1/a", "https://10.0.0.8/a", "https://[::1]/a", "https://localhost/a",
        "https://127.1/a", "https://2130706433/a", "https://0x7f000001/a", "https://metadata.google.internal/a",
        "https://printer/a", "https://user@push.example.org/a", "https://push.example.org:8443/a",
        "https://push.example.org/a#b", "ftp://push.example.org/a", "https://", "https://[::1", "https://push.example.org/é",
        "https://93.184.215.14/a", "javascript:alert(1)",
    ],
)  # fmt: skip
async def test_an_endpoint_is_a_public_name_over_https(claudine: httpx.AsyncClient, endpoint: str) -> None:
    answer = await claudine.post(URL, json=device(endpoint))
    assert (answer.status_code, answer.json()["code"]) == (422, "push_endpoint"), endpoint
    assert await listed(claudine) == []


@pytest.mark.parametrize("keys", [
    {"p256dh": text(b"\x04" + bytes(64)), "auth": text(bytes(16))},
    {"p256dh": "AAAA", "auth": text(bytes(16))},
    {"p256dh": device()["keys"]["p256dh"], "auth": text(bytes(15))},
    {"p256dh": device()["keys"]["p256dh"], "auth": "é" * 22},
])  # fmt: skip
async def test_keys_that_could_encrypt_nothing_are_refused(claudine: httpx.AsyncClient, keys: dict[str, str]) -> None:
    answer = await claudine.post(URL, json=device() | {"keys": keys})
    assert (answer.status_code, answer.json()["code"]) == (422, "push_keys")


async def test_a_subscription_that_is_over_is_refused(claudine: httpx.AsyncClient) -> None:
    answer = await claudine.post(URL, json=device(expirationTime=1_000))
    assert (answer.status_code, answer.json()["code"]) == (422, "push_expired")


async def test_devices_go_with_their_owner(claudine: httpx.AsyncClient, services: Services) -> None:
    await claudine.post(URL, json=device())
    await claudine.post("/v1/me/erasure", json={"confirm": True})
    with services.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM account_push_subscription").scalar_one() == 0


async def test_the_public_key_is_a_point_and_stays_the_same(client: httpx.AsyncClient) -> None:
    keys = [(await client.get("/v1/push-key")).json()["key"] for _ in range(2)]
    point = base64.urlsafe_b64decode(keys[0] + "=")
    assert keys[0] == keys[1]
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
