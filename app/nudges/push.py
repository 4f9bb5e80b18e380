"""Web Push: encrypted for one device (RFC 8291), signed with the service's key (RFC 8292), sent to the addresses that
the push service's name has now, and to no other."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from app.campaigns.model import Channel
from app.errors import UsageError
from app.nudges.parcel import Outcome, Parcel, PushTo

PATIENCE = httpx.Timeout(15, connect=5)
KEEP = 3 * 24 * 3600
"""Seconds for which the push service keeps it for a device that is off."""
Resolve = Callable[[str, int], list[str]]
"""The addresses of a name, of which none is inside the service's own network (`app.trust.endpoints`)."""


class PushSender:
    """A push has no key that push services know: its topic replaces one that still waits, and no more is promised."""

    channel: Channel = "push"
    repeatable: Final = False

    def __init__(
        self, key: ec.EllipticCurvePrivateKey, contact: str, resolve: Resolve, client: httpx.Client | None = None
    ) -> None:
        self._vapid, self._contact, self._resolve = Vapid02(key), contact, resolve
        self._client = client or httpx.Client(timeout=PATIENCE, follow_redirects=False)

    def hand_over(self, parcel: Parcel) -> Outcome:
        """To each device of the person: sent when one of them was reached."""
        assert isinstance(parcel.to, tuple)
        found = {to.device: self._to(to, parcel) for to in parcel.to}
        gone = tuple(device for device, outcome in found.items() if outcome.state == "bounced")
        for state in ("sent", "unsure", "again", "refused"):
            for outcome in found.values():
                if outcome.state == state:
                    return Outcome(outcome.state, outcome.reason, gone=gone)
        return Outcome("bounced", "no_device", gone=gone)

    def _to(self, to: PushTo, parcel: Parcel) -> Outcome:
        try:
            request = self._request(to, parcel)
        except (WebPushException, UsageError, ValueError):
            return Outcome("refused", "refused")
        except OSError:
            return Outcome("again", "unreachable")
        try:
            answer = self._client.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return Outcome("again", "unreachable")
        except httpx.HTTPError:
            return Outcome("unsure", "interrupted")
        if answer.status_code in {200, 201, 202, 204}:
            return Outcome("sent", "accepted")
        if answer.status_code in {404, 410}:
            return Outcome("bounced", "no_device")
        again = answer.status_code == 429 or answer.status_code >= 500
        return Outcome("again", "busy") if again else Outcome("refused", "refused")

    def _request(self, to: PushTo, parcel: Parcel) -> httpx.Request:
        """To an address of the name, under the name: what was looked up is what is reached."""
        parts = urlsplit(to.endpoint)
        host, port = parts.hostname or "", parts.port or 443
        address = self._resolve(host, port)[0]
        told = {"title": parcel.subject, "body": parcel.body, "url": parcel.link, "tag": parcel.id}
        pusher = WebPusher({"endpoint": to.endpoint, "keys": {"p256dh": to.p256dh, "auth": to.auth}})
        content = pusher.encode(json.dumps(told).encode(), content_encoding="aes128gcm")["body"]
        signed = self._vapid.sign({"aud": f"https://{parts.netloc}", "sub": self._contact})
        netloc = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        return self._client.build_request(
            "POST", urlunsplit((parts.scheme, netloc, parts.path, parts.query, "")), content=bytes(content),
            headers={
                **signed, "Host": parts.netloc, "Content-Encoding": "aes128gcm", "TTL": str(KEEP), "Urgency": "normal",
                "Topic": base64.urlsafe_b64encode(bytes.fromhex(parcel.id)).rstrip(b"=").decode()[:32],
                "Content-Type": "application/octet-stream",
            },
            extensions={"sni_hostname": host},
        )  # fmt: skip

    def close(self) -> None:
        self._client.close()
