"""What tests say of the distinct values of a place, as conditions on its column.

Each distinct value is looked at once, by the functions of the one-patient evaluator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from app.measures import model as m
from app.measures.columns.layout import CODE, COMPONENT, VALUE, place_text
from app.measures.columns.tables import Tables, add_table
from app.measures.elements import codings
from app.measures.passes import Names, NodeTest, component_nodes_test, node_test

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEW = 40
"""Up to so many values a condition lists them; above, it looks into a table."""
WORD = 62
"""Bits of a whole number that are used as flags."""


class Lookups:
    """Conditions over the columns of one set of tables."""

    def __init__(self, tables: Tables, names: Names) -> None:
        self.tables, self.names = tables, names
        self._made = 0

    def element(self, table: ir.Table, test: m.ElementTest) -> ir.BooleanValue:
        return self.place(table, place_text(test), node_test(test, self.names))

    def value(self, table: ir.Table, test: m.ValueTest) -> ir.BooleanValue:
        return self.place(table, VALUE, node_test(test, self.names))

    def component(self, table: ir.Table, test: m.ComponentTest) -> ir.BooleanValue:
        return self.place(table, COMPONENT, component_nodes_test(test, self.names))

    def patient(self, people: ir.Table, test: m.ElementTest) -> ir.BooleanValue:
        """Unknown when the element is absent, unless the test asks whether it is known."""
        place = place_text(test)
        column = people[f"q{self.tables.layout.patient.index(place)}"]
        passes = self._passing(column, f"patient {place}", node_test(test, self.names))
        return passes if test.known is not None else ibis.ifelse(column.isnull(), ibis.null("boolean"), passes)

    def place(self, table: ir.Table, place: str, passes: NodeTest) -> ir.BooleanValue:
        column = table[f"p{list(self.tables.layout.places).index(place)}"]
        return self._passing(column, place, passes)

    def _passing(self, column: ir.IntegerColumn, place: str, passes: NodeTest) -> ir.BooleanValue:
        """True or false, never null: nothing there is a case of its own."""
        numbers = [n for n, nodes in enumerate(self.tables.dictionaries[place].nodes) if passes(nodes)]
        found: ir.BooleanValue = ibis.literal(False)
        if numbers:
            among: Any = numbers if len(numbers) <= FEW else self._table(numbers)
            found = column.isin(among).fill_null(False)
        return (found | column.isnull()) if passes([]) else found

    def _table(self, numbers: list[int]) -> ir.IntegerColumn:
        self._made += 1
        name = f"numbers{self._made}"
        add_table(self.tables.con, name, pa.table({"number": pa.array(numbers, pa.int32())}))
        return self.tables.con.table(name).number

    def codes(self, wanted: dict[str, m.Event]) -> tuple[ir.Table, dict[str, tuple[str, int]]]:
        """A table code → flags of the events whose codes it is of; and where each event's flag is (column, bit)."""
        places: dict[str, tuple[str, int]] = {}
        by_code: dict[tuple[str, str], list[int]] = {}
        for bit, (name, event) in enumerate(wanted.items()):
            places[name] = (f"flags{bit // WORD}", 1 << (bit % WORD))
            for pair in self.names.codes(event.code, event.value_set) or ():
                by_code.setdefault(pair, []).append(bit)
        words = (len(wanted) + WORD - 1) // WORD
        numbers, flags = list[int](), [list[int]() for _ in range(words)]
        for number, nodes in enumerate(self.tables.dictionaries[CODE].nodes):
            pairs = [(system, code) for node in nodes for system, code in codings(node) if system is not None]
            bits = {bit for pair in pairs for bit in by_code.get(pair, ())}
            if bits:
                numbers.append(number)
                for word in range(words):
                    flags[word].append(sum(1 << (bit % WORD) for bit in bits if bit // WORD == word))
        columns = {f"flags{word}": pa.array(column, pa.int64()) for word, column in enumerate(flags)}
        add_table(self.tables.con, "code_flags", pa.table({"number": pa.array(numbers, pa.int32()), **columns}))
        return self.tables.con.table("code_flags"), places
