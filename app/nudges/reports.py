"""What comes back about messages: delivery reports (RFC 3464), complaints (RFC 5965), and lines of a provider."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal, NamedTuple

from app.errors import UsageError

LARGEST = 10_000_000
_KEY = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,255}>\Z")
_BARE = re.compile(r"[0-9a-f]{32}\Z")


class Report(NamedTuple):
    """`key` is that of the message that it is about."""

    key: str
    event: Literal["bounced", "complained"]


def read_report(content: bytes, name: str) -> list[Report]:
    """The reports of a file. A delivery that is only late says nothing. Raises UsageError when it is neither an e-mail
    nor lines of JSON, or too large."""
    if len(content) > LARGEST:
        raise UsageError("a report has 10 MB at most", code="report", where=name)
    if content.lstrip().startswith(b"{"):
        return [_of_line(line, number, name) for number, line in enumerate(content.splitlines(), 1) if line.strip()]
    made = message_from_bytes(content, policy=policy.default)
    if not isinstance(made, EmailMessage) or not made.keys():
        raise UsageError("neither an e-mail nor lines of JSON", code="report", where=name)
    return list(_of_email(made))


def _of_line(line: bytes, number: int, name: str) -> Report:
    try:
        data = json.loads(line)
        key, event = data["key"], data["event"]
    except (ValueError, TypeError, KeyError):
        raise UsageError('expected {"key": …, "event": …}', code="report", where=f"{name}:{number}") from None
    if not isinstance(key, str) or not _BARE.match(key) or event not in {"bounced", "complained"}:
        raise UsageError("expected a key, and bounced or complained", code="report", where=f"{name}:{number}")
    return Report(key, event)


def _of_email(made: EmailMessage) -> Iterator[Report]:
    """Of a multipart/report: the original's Message-ID says which message, the report's own part what became of it."""
    kind = str(made.get_param("report-type", "")).lower()
    if made.get_content_type() != "multipart/report" or kind not in {"delivery-status", "feedback-report"}:
        return
    if kind == "delivery-status" and not _failed(made):
        return
    for part in made.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            if found := _KEY.search(_original(part)):
                yield Report(found[1], "bounced" if kind == "delivery-status" else "complained")
            return


def _failed(made: EmailMessage) -> bool:
    """Nobody is there, for good: an action `failed` with a status 5."""
    for part in made.walk():
        if part.get_content_type() == "message/delivery-status":
            fields = list(part.iter_parts()) if part.is_multipart() else []
            return any(
                str(one.get("Action", "")).strip().lower() == "failed"
                and str(one.get("Status", "")).strip().startswith("5")
                for one in fields
            )
    return False


def _original(part: EmailMessage) -> str:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0) if part.is_multipart() else None
        return str(inner.get("Message-ID", "")).strip() if isinstance(inner, EmailMessage) else ""
    content = part.get_payload(decode=True)
    headers = message_from_bytes(content if isinstance(content, bytes) else b"", policy=policy.default)
    return str(headers.get("Message-ID", "")).strip()
