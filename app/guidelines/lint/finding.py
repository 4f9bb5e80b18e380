"""One thing to mend: where, what, and how."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from app.content import line_of
from app.guidelines.check import Place


class Finding(NamedTuple):
    where: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.problem} → {self.remedy}"


def finding_at(path: Path, place: Place, problem: str, remedy: str) -> Finding:
    """At the line of this place in the file."""
    return finding_in(path.name, path.read_text(encoding="utf-8"), place, problem, remedy)


def finding_in(name: str, text: str, place: Place, problem: str, remedy: str) -> Finding:
    return Finding(f"{name}:{line_of(text, place)}", problem, remedy)
