"""What a schema cannot see in a measure: do the names exist, do they mean what is asked of them, is there a cycle?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from app.content import line_of
from app.errors import ContentError
from app.measures import criteria as c
from app.measures import model as m
from app.measures.catalog import Scope, Shared
from app.measures.measure import POPULATIONS, SECTIONS

Place = tuple[str | int, ...]


class Used(NamedTuple):
    """A name that stands somewhere: where, of which section, and whether it must be an event that keeps only one."""

    place: Place
    section: str
    name: str
    single: bool = False


def check_scope(scope: Scope) -> None:
    """Raises ContentError at the first name of the measure, or of what it uses, that is wrong."""
    found = dict.fromkeys(_roots(scope))
    seen: set[tuple[str, str]] = set()
    for used in found:
        _check(used, scope, scope.path, "")
    queue = [(used.section, used.name) for used in found]
    while queue:
        entry = queue.pop()
        if entry in seen:
            continue
        seen.add(entry)
        path = scope.files[entry]
        for used in names_used(scope.names[entry[0]][entry[1]], entry):
            _check(used, scope, path, entry[1])
            queue.append((used.section, used.name))
    _no_cycle(scope, seen)


def unused(scope: Scope) -> Iterator[str]:
    """Names that the measure's own file defines and nothing uses, as findings."""
    used, text = reach(scope), scope.path.read_text(encoding="utf-8")
    for section in SECTIONS:
        for name in getattr(scope.measure, section):
            if (section, name) not in used:
                yield f"{scope.path.name}:{line_of(text, (section, name))}: {section}: {name!r} is not used → remove it"


def value_sets_used(scope: Scope) -> dict[str, str]:
    """Name → identifier of every value set that the populations lead to, in the order of their names."""
    return dict(sorted((name, scope.names["value_sets"][name]) for section, name in reach(scope)
                       if section == "value_sets"))


def reach(scope: Scope) -> set[tuple[str, str]]:
    """Every (section, name) that the populations of a checked measure lead to."""
    seen: set[tuple[str, str]] = set()
    queue = [(one.section, one.name) for one in _roots(scope, populations_only=True)]
    while queue:
        entry = queue.pop()
        if entry not in seen:
            seen.add(entry)
            queue += [(one.section, one.name) for one in names_used(scope.names[entry[0]][entry[1]], entry)]
    return seen


def check_shared(vocabulary: Shared) -> None:
    """The vocabulary on its own: it may not lean on a measure. Raises ContentError."""
    known = {section: {name for _, file in vocabulary for name in getattr(file, section)} for section in SECTIONS}
    for path, file in vocabulary:
        for section in SECTIONS:
            for name, value in getattr(file, section).items():
                for used in names_used(value, (section, name)):
                    if used.name not in known[used.section]:
                        raise _missing(used, path, known[used.section])


def names_used(value: Any, place: Place, inside_related: bool = False) -> Iterator[Used]:
    """Every name in a piece of content, with its place in the file."""
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from names_used(item, (*place, index), inside_related)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from names_used(item, (*place, key), inside_related)
    elif isinstance(value, BaseModel):
        yield from _of_model(value, place, inside_related)
        inside_related = inside_related or isinstance(value, m.Related)
        for name, info in type(value).model_fields.items():
            yield from names_used(getattr(value, name), (*place, info.alias or name), inside_related)


_NAMES: dict[type, dict[str, tuple[str, bool]]] = {
    m.Event: {"what": ("profiles", False), "of": ("events", False)},
    m.Related: {"event": ("events", False)},
    m.EventRef: {"event": ("events", True)},
    c.EventCount: {"event": ("events", False)},
    c.Covered: {"covered": ("events", False)},
    c.DaysOf: {"days_of": ("events", False)},
    c.Use: {"use": ("definitions", False)},
}
_TARGETS = ("during", "overlaps", "covers", "before", "after", "start_of", "end_of")


def _of_model(value: BaseModel, place: Place, inside_related: bool) -> Iterator[Used]:
    for field, (section, single) in _NAMES.get(type(value), {}).items():
        written = getattr(value, field)
        for name in [written] if isinstance(written, str) else written or []:
            yield Used((*place, field), section, name, single)
    if isinstance(value, m.ValueTest | m.ComponentTest | m.Event):
        for field, section in (("code", "codes"), ("value_set", "value_sets")):
            for name in getattr(value, field) or []:
                yield Used((*place, field), section, name)
    if isinstance(value, m.Code) and ":" not in value.system:
        yield Used((*place, "system"), "systems", value.system)
    if isinstance(value, m.Time | m.When | m.Point | c.Covered | c.DaysOf):
        for field in _TARGETS:
            name = getattr(value, field, None)
            if isinstance(name, str) and name != m.PERIOD and not (name == m.THAT and inside_related):
                yield Used((*place, field), "windows", name)


def _roots(scope: Scope, *, populations_only: bool = False) -> Iterator[Used]:
    measure = scope.measure
    for group, populations in measure.rates.items():
        base: Place = ("groups", group) if group else ("populations",)
        for field, alias in POPULATIONS.items():
            yield from names_used(getattr(populations, field), (*base, alias))
    if not populations_only:
        for section in SECTIONS:
            yield from names_used(getattr(measure, section), (section,))


def _check(used: Used, scope: Scope, path: Path, inside: str) -> None:
    value = scope.names[used.section].get(used.name)
    if value is None:
        raise _missing(used, path, scope.names[used.section])
    if used.single and not value.single:
        raise _wrong(used, path, f"{used.name!r} may have several items", "let it `keep` its first or last one")


def _missing(used: Used, path: Path, known: Iterable[str]) -> ContentError:
    if used.name == m.THAT:
        return _wrong(used, path, "`that` has no meaning here", "it is the other event of a `with` or `without`")
    near = sorted(known) if used.section == "profiles" else get_close_matches(used.name, sorted(known))
    return _wrong(used, path, f"unknown name {used.name!r} of {used.section}",
                  f"define it under `{used.section}:`" + (f", or write {', '.join(near)}" if near else ""))


def _wrong(used: Used, path: Path, message: str, remedy: str) -> ContentError:
    line = line_of(path.read_text(encoding="utf-8"), used.place)
    return ContentError(message, where=f"{path.name}:{line}", remedy=remedy)


def _no_cycle(scope: Scope, entries: set[tuple[str, str]]) -> None:
    done: set[tuple[str, str]] = set()

    def visit(entry: tuple[str, str], above: tuple[tuple[str, str], ...]) -> None:
        if entry in above:
            names = " → ".join(name for _, name in (*above[above.index(entry):], entry))
            path = scope.files[entry]
            line = line_of(path.read_text(encoding="utf-8"), entry)
            raise ContentError(f"a cycle: {names}", where=f"{path.name}:{line}", remedy="let one of them do without")
        if entry in done:
            return
        for used in names_used(scope.names[entry[0]][entry[1]], entry):
            visit((used.section, used.name), (*above, entry))
        done.add(entry)

    for entry in sorted(entries):
        visit(entry, ())
