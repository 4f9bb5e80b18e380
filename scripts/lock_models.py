"""Writes the versions of the risk models into risk_models/models.lock (`make docs`).

A version that the lock already has is never given another digest: whoever changes a coefficient or a formula gives the
model a new version first. `--check` writes nothing and exits with 1 when the lock would change.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import risk_models
from risk_models.lock import LOCK, digest, text


def updated(lock: dict[str, Any]) -> dict[str, Any]:
    """The lock with the models as they are. Raises ValueError where a version stands for something else."""
    versions = {name: dict(of) for name, of in lock["models"].items()}
    for model in map(risk_models.get, risk_models.ids()):
        now = digest(model)
        if versions.setdefault(model.id, {}).setdefault(model.version, now) != now:
            raise ValueError(
                f"{model.id}: its coefficients or formula changed, and its version {model.version} did not: "
                "give it a new version, in the model and on its card"
            )
    texts = {name: text(risk_models.get(name)) for name in sorted(risk_models.ids())}
    return {"models": dict(sorted(versions.items())), "texts": texts}


def main() -> int:
    before = LOCK.read_text(encoding="utf-8") if LOCK.is_file() else '{"models": {}}'
    try:
        after = json.dumps(updated(json.loads(before)), indent=1) + "\n"
    except ValueError as error:
        print(f"jalon: {error}", file=sys.stderr)
        return 1
    if after == before:
        return 0
    if "--check" in sys.argv:
        print("models.lock is stale: python scripts/lock_models.py", file=sys.stderr)
        return 1
    LOCK.write_text(after, encoding="utf-8")
    print("→ risk_models/models.lock")
    return 0


if __name__ == "__main__":
    sys.exit(main())
