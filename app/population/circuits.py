"""A pack as one program over the columns of a file: each guideline's status, track and day due."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import Pack
from app.population.circuit.lowering import Lowering
from app.population.circuit.nodes import Graph, Node
from app.population.circuit.program import program
from app.population.circuit.steps import Circuit, Outputs
from app.population.columns import BIRTH
from app.population.compiled import Compiled
from app.population.stages import Kept

_DEEP = 20_000


def circuit(
    pack: Pack, as_of: date, schema: pa.Schema, *, same: Mapping[str, Any] | None = None, days: bool = False,
    only: Sequence[str] | None = None,
) -> Circuit:  # fmt: skip
    """`same`: columns in which everyone has the same value. `days`: tracks and days due too, not only statuses."""
    kept: dict[str, Any] = {}

    def stage(table: Any, columns: Mapping[str, Any]) -> Any:
        kept.update({name: value.op() for name, value in columns.items()})
        types = dict(table.schema().items()) | {name: value.type() for name, value in columns.items()}
        return ibis.table(types, name=f"stage_{len(kept)}")

    people = ibis.table(ibis.Schema.from_pyarrow(schema), name="people")
    with _deep():
        _, answers = Compiled(pack, as_of, load_vocabulary()).run(people, stage, days=days, only=only)
        graph = Graph()
        lowering = Lowering(graph, kept, same)
        outputs: dict[str, Node] = {}

        def each(name: str, value: Any) -> dict[Any, str]:
            """Who has each value of a choice among constants."""
            if not isinstance(value, Kept):
                outputs[f"{name}={value}"] = graph.true
                return {value: f"{name}={value}"}
            op = kept[value.name]
            found = {}
            for constant in sorted((lowering.constants(op) or set()) - {None}):
                node = lowering.equal(op, constant)
                if node is not graph.false:
                    found[constant] = f"{name}={constant}"
                    outputs[found[constant]] = node
            return found

        def day(name: str, value: Any) -> str | None:
            if isinstance(value, Kept):
                outputs[name] = lowering.value(kept[value.name])
            elif value is not None:
                outputs[name] = graph.constant(value)
            return name if value is not None else None

        guidelines = {
            gid: Outputs(
                each(f"{gid}.status", answer.status), each(f"{gid}.track", answer.track) if days else {},
                day(f"{gid}.due", answer.due) if days else None,
            )
            for gid, answer in answers.items()
        }  # fmt: skip
        made = program(outputs, graph)
        return Circuit(made, guidelines, tuple(dict.fromkeys([BIRTH, *made.every_column])))


@contextmanager
def _deep() -> Iterator[None]:
    """A pack is a deep expression."""
    former = sys.getrecursionlimit()
    sys.setrecursionlimit(max(former, _DEEP))
    try:
        yield
    finally:
        sys.setrecursionlimit(former)
