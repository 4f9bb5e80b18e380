"""Circuits that were compiled before, kept in the user's cache (`app.parsed`): compiling a pack takes seconds.

An entry stands under the digest of all that a circuit is made of: the pack, the vocabulary, the columns, the day, and
the code that compiles.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import app
import risk_models
from app.errors import UsageError
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import Pack
from app.parsed import parsed
from app.population.circuit.steps import Circuit, from_plain, to_plain
from app.population.contents import filled, same_for_all
from app.population.files import Source

_COMPILES = ("population", "guidelines", "facts", "records")
"""Packages whose code decides what a circuit says."""


def circuit_of(
    pack: Pack, source: Source, as_of: date, *, days: bool = False, only: Sequence[str] | None = None
) -> Circuit:
    """The pack over the columns of these files. `only`: these guidelines, which are compiled each time. Raises
    UsageError for a pack without guidelines on that day, ContentError for one that columns cannot say."""
    if not pack.on(as_of):
        raise UsageError(f"no guideline is in force on {as_of}; quality measures: jalon measures evaluate",
                         code="population", where=f"pack {pack.id}")  # fmt: skip
    schema, same = filled(source), same_for_all(source)

    def compile_(_: str) -> dict[str, Any]:
        from app.population.circuits import circuit

        plain = to_plain(circuit(pack, as_of, schema, same=same, days=days, only=only))
        found: dict[str, Any] = json.loads(json.dumps(plain))
        return found

    if only is not None:
        return from_plain(compile_(""))
    columns = [schema.remove_metadata().to_string(), sorted((name, str(value)) for name, value in same.items()), days]
    made_of = [pack.digest, load_vocabulary().digest, as_of.isoformat(), _code(), columns]
    name = f"{pack.id}-{sha256(json.dumps(columns).encode()).hexdigest()[:16]}"
    return from_plain(parsed(Path("circuit") / name, json.dumps(made_of), compile_))


@lru_cache(maxsize=1)
def _code() -> str:
    hasher = sha256()
    homes = [Path(app.__file__).parent / name for name in _COMPILES] + [Path(risk_models.__file__).parent]
    for path in sorted(path for home in homes for path in home.rglob("*.py")):
        hasher.update(path.name.encode() + b"\0" + path.read_bytes())
    return hasher.hexdigest()
