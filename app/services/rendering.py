"""JSON as the service sends it, with its entity tag (RFC 9110: a strong one, over the bytes)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from app.services.cache import Rendered


def render(data: Any) -> Rendered:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str).encode(errors="replace")
    return Rendered(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
