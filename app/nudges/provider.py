"""SMS and letters through an HTTP provider, or a small gateway to one. The interface stands in docs/how-to/nudges.md:
`POST {url}/messages` with an `Idempotency-Key`, so that what is sent twice is delivered once."""

from __future__ import annotations

from typing import Any, Final

import httpx

from app.campaigns.model import Channel
from app.nudges.outgoing import Provider
from app.nudges.parcel import Outcome, Parcel
from app.nudges.preferences import Address

PATIENCE = httpx.Timeout(20, connect=10)
_LONGEST = 200
_ANSWER = 65_536


class HttpSender:
    """What its provider has taken charge of under a key, it does not take twice."""

    repeatable: Final = True

    def __init__(self, channel: Channel, provider: Provider, timeout: httpx.Timeout = PATIENCE) -> None:
        self.channel: Channel = channel
        self._client = httpx.Client(
            base_url=provider.url, timeout=timeout, headers={"Authorization": f"Bearer {provider.token}"},
            follow_redirects=False,
        )  # fmt: skip

    def hand_over(self, parcel: Parcel) -> Outcome:
        try:
            with self._client.stream(
                "POST", "/messages", json=body_of(parcel), headers={"Idempotency-Key": parcel.id}
            ) as answer:
                return _outcome(answer)
        except httpx.TimeoutException:
            return Outcome("again", "timeout")  # perhaps taken charge of: its key makes the next try harmless
        except httpx.HTTPError:
            return Outcome("again", "unreachable")

    def close(self) -> None:
        self._client.close()


def body_of(parcel: Parcel) -> dict[str, Any]:
    """What the provider gets: an address and words."""
    if isinstance(parcel.to, Address):
        return {"channel": "letter", "to": parcel.to.lines, "subject": parcel.subject, "text": parcel.body,
                "lang": parcel.lang}  # fmt: skip
    assert isinstance(parcel.to, str)
    return {"channel": "sms", "to": parcel.to, "text": parcel.body, "lang": parcel.lang}


def _outcome(answer: httpx.Response) -> Outcome:
    if answer.status_code in {200, 201, 202}:
        return Outcome("sent", "accepted", _text(answer, "id"))
    if answer.status_code in {408, 409, 425, 429} or answer.status_code >= 500:
        return Outcome("again", "busy")
    if answer.status_code == 422 and _text(answer, "code") == "address":
        return Outcome("bounced", "address")
    return Outcome("refused", "refused")


def _text(answer: httpx.Response, name: str) -> str | None:
    """A word of the answer, which is not trusted: bounded, and plain."""
    read = b""
    for part in answer.iter_bytes(4096):
        read += part
        if len(read) > _ANSWER:
            return None
    try:
        data = httpx.Response(200, content=read).json()
    except ValueError:
        return None
    value = data.get(name) if isinstance(data, dict) else None
    return value[:_LONGEST] if isinstance(value, str) and value.isprintable() else None
