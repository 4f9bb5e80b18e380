"""A country's measures (`content/guidelines/<country>/measures/*.yaml`) and the vocabulary that they share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.content import content_dir, line_of, load_model
from app.errors import ContentError, UsageError
from app.measures.measure import SECTIONS, Measure, Vocabulary


@dataclass(frozen=True, slots=True)
class Scope:
    """A measure with every name that it may use; `files` says where each (section, name) stands."""

    measure: Measure
    path: Path
    names: dict[str, dict[str, Any]]
    files: dict[tuple[str, str], Path]

    def system(self, name: str) -> str:
        """The address of a code system."""
        return str(self.names["systems"].get(name, name))

    def code(self, name: str) -> tuple[str, str]:
        code = self.names["codes"][name]
        return self.system(code.system), code.code


class Catalog:
    """The measures of a country, each with its scope, in the order of their files."""

    def __init__(self, scopes: list[Scope]) -> None:
        self.scopes = scopes

    def get(self, name: str) -> Scope:
        """By id or other name, whatever the case. Raises UsageError with the names that exist."""
        wanted = name.casefold()
        for scope in self.scopes:
            if wanted in {scope.measure.id.casefold(), *(other.casefold() for other in scope.measure.names)}:
                return scope
        known = ", ".join(f"{s.measure.id} ({s.measure.names[0]})" if s.measure.names else s.measure.id
                          for s in self.scopes)
        raise UsageError(f"no measure {name[:60]!r}; there are: {known or 'none'}", code="unknown_measure")


@lru_cache(maxsize=8)
def load_catalog(country: str, folder: Path | None = None) -> Catalog:
    """Read and check every measure of a country. Raises ContentError with file, line and remedy; UsageError."""
    from app.measures.check import check_scope, check_shared

    home = measures_folder(country, folder)
    vocabulary = load_vocabulary(home)
    check_shared(vocabulary)
    scopes: list[Scope] = []
    taken: dict[str, Path] = {}
    for path in measure_files(home):
        scope = read_measure(path, vocabulary)
        check_scope(scope)
        for name in {scope.measure.id.casefold(), *(other.casefold() for other in scope.measure.names)}:
            if name in taken:
                raise ContentError(f"two measures are called {name!r}", where=f"{path.name}:1",
                                   remedy=f"the other is {taken[name].name}")
            taken[name] = path
        scopes.append(scope)
    return Catalog(scopes)


def load_measure(path: Path, country: str, folder: Path | None = None) -> Scope:
    """A measure's own file, read beside a country's vocabulary and checked. Raises ContentError, UsageError."""
    from app.measures.check import check_scope

    scope = read_measure(path, load_vocabulary(measures_folder(country, folder)))
    check_scope(scope)
    return scope


def measures_folder(country: str, folder: Path | None = None) -> Path:
    """Raises UsageError when the country has no measures."""
    folder = folder or content_dir() / "guidelines"
    home = folder / country / "measures"
    if not country.isalnum() or not home.is_dir():
        known = sorted(path.parent.name for path in folder.glob("*/measures"))
        raise UsageError(f"no measures in the pack {country[:20]!r}; there are in: {', '.join(known)}",
                         code="unknown_pack")
    return home


def measure_files(home: Path) -> list[Path]:
    return sorted(home.glob("*.yaml"))


Shared = list[tuple[Path, Vocabulary]]


def load_vocabulary(home: Path) -> Shared:
    """The files of `vocabulary/`; a name may stand in one of them only."""
    read = [(path, load_model(path, Vocabulary)) for path in sorted((home / "vocabulary").glob("*.yaml"))]
    _merged(read)
    return read


def read_measure(path: Path, vocabulary: Shared) -> Scope:
    """A measure with its scope; names are not checked yet. Raises ContentError."""
    measure = load_model(path, Measure)
    names, files = _merged([*vocabulary, (path, measure)])
    return Scope(measure, path, names, files)


def _merged(read: Shared) -> tuple[dict[str, dict[str, Any]], dict[tuple[str, str], Path]]:
    names: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    files: dict[tuple[str, str], Path] = {}
    for path, section, name, value in _entries(read):
        if (other := files.get((section, name))) is not None:
            line = line_of(path.read_text(encoding="utf-8"), (section, name))
            raise ContentError(f"{section}: {name!r} stands also in {other.name}", where=f"{path.name}:{line}",
                               remedy="choose another name, or use the one that exists")
        names[section][name], files[section, name] = value, path
    return names, files


def _entries(read: Shared) -> Iterator[tuple[Path, str, str, Any]]:
    for path, vocabulary in read:
        for section in SECTIONS:
            for name, value in getattr(vocabulary, section).items():
                yield path, section, name, value
