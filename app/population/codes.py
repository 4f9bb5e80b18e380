"""Statuses as small numbers, as columns and programs hold them."""

from __future__ import annotations

from app.guidelines.status import Status

CODES: dict[Status, int] = {status: code for code, status in enumerate(Status)}
"""In the order of the closed list."""
STATUSES = {code: str(status) for status, code in CODES.items()}
