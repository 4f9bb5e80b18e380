"""Addresses that others give us to send to: over HTTPS, and never into the network that the service stands in."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from app.errors import UsageError

LONGEST = 2_000


def checked(endpoint: str) -> str:
    """The endpoint, when it may be kept: https, on the usual port, a public name. Names are looked up when something is
    sent (`public_addresses`). Raises UsageError (`push_endpoint`), without repeating it."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _wrong("an address") from None
    if len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        raise _wrong(f"an address of at most {LONGEST} plain characters")
    if parts.scheme != "https" or port not in (None, 443) or parts.username is not None or parts.fragment:
        raise _wrong("an https:// address on the usual port, without a user name")
    if is_address(host) or "." not in host.strip(".") or host.rpartition(".")[2] in _INSIDE:
        raise _wrong("the public name of a push service")
    return endpoint


def public_addresses(host: str, port: int = 443) -> list[str]:
    """The addresses of a name, looked up now. Raises UsageError (`push_endpoint`) when one of them is not public, and
    OSError when there is none: connect to one of those given, not to the name again."""
    found = list(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    if not found or not all(ipaddress.ip_address(one.partition("%")[0]).is_global for one in found):
        raise _wrong("a name with public addresses only")
    return found


_INSIDE = frozenset({"localhost", "local", "internal", "lan", "home", "corp", "arpa", "test", "invalid", "onion"})
"""Last labels of names that are never public."""


def is_address(host: str) -> bool:
    """An IP address in place of a name, in any of the ways in which libraries read one (`127.1`, `0x7f000001`)."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.rstrip(".").rpartition(".")[2].isdigit() or host.lower().startswith("0x")
    return True


def _wrong(expected: str) -> UsageError:
    return UsageError(f"expected {expected}", code="push_endpoint", where="/endpoint")
