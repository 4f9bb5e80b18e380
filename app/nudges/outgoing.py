"""Where messages leave, as the environment says it: a mail server, a provider of SMS, a provider of letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from app.errors import UsageError

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail server. `sender` is the From of messages, `bounces` where what could not be delivered comes back."""

    host: str
    port: int
    tls: Literal["tls", "starttls", "none"]
    sender: str
    bounces: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def domain(self) -> str:
        return parseaddr(self.sender)[1].rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Provider:
    """An HTTP provider (docs/how-to/nudges.md says what it answers)."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """None: nothing leaves that way."""

    mail: Mail | None = None
    sms: Provider | None = None
    post: Provider | None = None


def outgoing(env: Mapping[str, str]) -> Outgoing:
    """Raises UsageError that says which setting is wrong, never its value."""
    return Outgoing(
        _mail(env), _provider(env, "JALON_SMS_URL", "JALON_SMS_TOKEN"),
        _provider(env, "JALON_POST_URL", "JALON_POST_TOKEN"),
    )  # fmt: skip


def _mail(env: Mapping[str, str]) -> Mail | None:
    text = env.get("JALON_SMTP_URL", "").strip()
    if not text:
        return None
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _wrong("JALON_SMTP_URL", "smtp:// or smtps:// and a host") from None
    if parts.scheme not in {"smtp", "smtps"} or not host:
        raise _wrong("JALON_SMTP_URL", "smtp:// or smtps:// and a host")
    plain = parse_qs(parts.query).get("tls") == ["no"]
    if plain and host not in _LOOPBACK:
        raise _wrong("JALON_SMTP_URL", "`tls=no` on this machine only: e-mail leaves encrypted")
    tls: Literal["tls", "starttls", "none"] = "tls" if parts.scheme == "smtps" else "none" if plain else "starttls"
    sender = env.get("JALON_MAIL_FROM", "").strip()
    bounces = env.get("JALON_MAIL_BOUNCES", "").strip() or parseaddr(sender)[1]
    for name, value in (("JALON_MAIL_FROM", sender), ("JALON_MAIL_BOUNCES", bounces)):
        if "@" not in parseaddr(value)[1] or not value.isprintable():
            raise _wrong(name, "an e-mail address")
    return Mail(
        host, port or (465 if tls == "tls" else 587), tls, sender, bounces, unquote(parts.username or ""),
        unquote(parts.password or ""),
    )  # fmt: skip


def _provider(env: Mapping[str, str], address: str, secret: str) -> Provider | None:
    url = env.get(address, "").strip().rstrip("/")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise _wrong(address, "an https:// address")
    token = env.get(secret, "").strip()
    if not token:
        raise _wrong(secret, "the provider's token")
    return Provider(url, token)


def _wrong(name: str, expected: str) -> UsageError:
    return UsageError(f"expected {expected}", code="settings", where=name)
