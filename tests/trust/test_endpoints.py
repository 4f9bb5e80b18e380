"""Addresses that we are told to send to are looked up, and none of them may be inside."""

from __future__ import annotations

import socket

import pytest

from app.errors import UsageError
from app.trust.endpoints import checked, public_addresses


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "fe80::1%eth0", "fc00::1", "::1"])
def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    """The resolver is what we do not own: it answers as an attacker's would."""
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("93.184.215.14", inside)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(UsageError):
        public_addresses("push.example.org")


def test_public_addresses_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    assert public_addresses("push.example.org") == ["93.184.215.14"]


def test_what_is_refused_is_not_repeated() -> None:
    with pytest.raises(UsageError) as refused:
        checked("http://secret.example.org/token")
    assert "secret" not in str(refused.value)
