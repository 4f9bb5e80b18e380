"""A program as data: steps in order, and the parts that run on those who have a list.

A step's arguments are numbers: the result of that step, or (below zero) a constant of the program. So a program is
quickly sent to another process, and written as plain data (`to_plain`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

OF = "of."
"""Before the name of a column of the person, among those of an element of a list."""


class Source(NamedTuple):
    """A column of lists, or several together (one after the other, then in order)."""

    columns: tuple[str, ...]
    filled: bool
    """Is no list the same as an empty one?"""
    in_order: bool = False


class Step(NamedTuple):
    op: str
    args: tuple[int, ...]
    last: tuple[int, ...]
    """Results that no later step reads."""


@dataclass(frozen=True)
class Program:
    """`columns`: those that steps read; a part's are its own."""

    steps: tuple[Step, ...]
    constants: tuple[Any, ...]
    outputs: Mapping[str, int]
    columns: tuple[str, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(one for one in self.constants if isinstance(one, Part))

    @property
    def every_column(self) -> tuple[str, ...]:
        """Those of its parts too."""
        return tuple(dict.fromkeys([*self.columns, *(name for part in self.parts for name in part.every_column)]))


@dataclass(frozen=True)
class Lists:
    """What is read of one source of lists: by name, a reduction and what it needs (the output of an element's program,
    or a place in the list and a field)."""

    source: Source
    elements: Program
    found: Mapping[str, tuple[Any, ...]]

    @property
    def of_the_person(self) -> tuple[str, ...]:
        return tuple(name.removeprefix(OF) for name in self.elements.columns if name.startswith(OF))


@dataclass(frozen=True)
class Part:
    """A program for those who have one of these lists; it reads what lists hold, and `given` results, as columns."""

    lists: tuple[Lists, ...]
    given: tuple[str, ...]
    program: Program

    @property
    def columns(self) -> tuple[str, ...]:
        """Of lists."""
        return tuple(dict.fromkeys(name for one in self.lists for name in one.source.columns))

    @property
    def every_column(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.columns, *(name for one in self.lists for name in one.of_the_person)]))


@dataclass(frozen=True)
class Outputs:
    """Names of the program's outputs for one guideline: who has each status (a code) and track, and the days due."""

    statuses: Mapping[int, str]
    tracks: Mapping[str, str]
    due: str | None


@dataclass(frozen=True)
class Circuit:
    """A pack on a day, over the columns of a file."""

    program: Program
    guidelines: Mapping[str, Outputs]
    columns: tuple[str, ...]
    """Those that it reads (a file has one at least)."""


def to_plain(circuit: Circuit) -> dict[str, Any]:
    guidelines = [[gid, [[code, name] for code, name in one.statuses.items()], dict(one.tracks), one.due]
                  for gid, one in circuit.guidelines.items()]  # fmt: skip
    return {"program": _plain(circuit.program), "guidelines": guidelines, "columns": list(circuit.columns)}


def from_plain(data: Mapping[str, Any]) -> Circuit:
    """Raises KeyError, TypeError or ValueError for what is none."""
    guidelines = {gid: Outputs(dict(statuses), tracks, due) for gid, statuses, tracks, due in data["guidelines"]}
    return Circuit(_program(data["program"]), guidelines, tuple(data["columns"]))


def _plain(program: Program) -> dict[str, Any]:
    constants = [{"part": _plain_part(one)} if isinstance(one, Part) else one for one in program.constants]
    steps = [[step.op, list(step.args), list(step.last)] for step in program.steps]
    return {"steps": steps, "constants": constants, "outputs": dict(program.outputs), "columns": list(program.columns)}


def _program(data: Mapping[str, Any]) -> Program:
    constants = tuple(_part(one["part"]) if isinstance(one, dict) else one for one in data["constants"])
    steps = tuple(Step(op, tuple(args), tuple(last)) for op, args, last in data["steps"])
    return Program(steps, constants, data["outputs"], tuple(data["columns"]))


def _plain_part(part: Part) -> dict[str, Any]:
    lists = [{"source": [list(one.source.columns), one.source.filled, one.source.in_order],
              "elements": _plain(one.elements), "found": {name: list(asked) for name, asked in one.found.items()}}
             for one in part.lists]  # fmt: skip
    return {"lists": lists, "given": list(part.given), "program": _plain(part.program)}


def _part(data: Mapping[str, Any]) -> Part:
    lists = []
    for one in data["lists"]:
        columns, filled, in_order = one["source"]
        found = {name: tuple(asked) for name, asked in one["found"].items()}
        lists.append(Lists(Source(tuple(columns), filled, in_order), _program(one["elements"]), found))
    return Part(tuple(lists), tuple(data["given"]), _program(data["program"]))
