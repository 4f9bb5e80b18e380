"""What is read of lists, set apart: computed for those who have such a list, and once for all the others.

Few people have a list of doses or of relatives, and much is computed of it. Nodes that depend on the lists of one group
alone become a part, which runs on the people who hold one; where its results enter the rest they are spread among
those of everybody else, who have what the same nodes say of no list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from app.population.circuit.lists import of_no_list
from app.population.circuit.nodes import Graph, Node
from app.population.circuit.steps import Source

_MEET_LATER = frozenset({"and", "or", "not", "case", "coalesce", "missing", "filled"})
"""What may be computed for everybody once each list has given its part."""
Group = frozenset[Source]


@dataclass(eq=False)
class Apart:
    """`given`: nodes of everybody, in the order of the part's arguments. `found`: nodes that the rest reads."""

    given: list[Node] = field(default_factory=list)
    found: dict[str, Node] = field(default_factory=dict)


def in_order(outputs: Iterable[Node], leaves: AbstractSet[Node] = frozenset()) -> list[Node]:
    """Each node once, after those that it reads; nothing below `leaves`."""
    order: dict[Node, None] = {}
    waiting = [(node, False) for node in outputs]
    while waiting:
        node, done = waiting.pop()
        if done or node in leaves:
            order.setdefault(node)
        elif node not in order:
            waiting.append((node, True))
            waiting += [(child, False) for child in node.children]
    return list(order)


def set_apart(outputs: Mapping[str, Node], graph: Graph) -> dict[str, Node]:
    """The same outputs, of nodes in which lists are read by parts alone."""
    order = in_order(outputs.values())
    depends = _groups(order)
    parts: dict[Group, Apart] = {}
    inside: dict[Group, dict[Node, None]] = {}
    for node in order:
        if len(depends[node]) == 1:
            (group,) = depends[node]
            inside.setdefault(group, {})[node] = None
    edge = set(outputs.values())
    for node in order:
        edge |= {child for child in node.children if depends[child] != depends[node]}
    for group, nodes in inside.items():
        outer = {child for node in nodes for child in node.children if not depends[child]}
        parts[group] = Apart(
            sorted((node for node in outer if node.op != "constant"), key=lambda node: node.number),
            {f"{node.number}": node for node in nodes if node in edge},
        )
    without = {group: _Again(graph, lambda node: of_no_list(node, graph) if node.op == "list" else None)
               for group in parts}  # fmt: skip

    def spread(node: Node) -> Node | None:
        if not depends.get(node):
            return node
        if len(depends[node]) > 1:
            return None
        (group,) = depends[node]
        part = graph.make("part", parts[group], *parts[group].given)
        return graph.make("spread", part, f"{node.number}", without[group](node), null=node.null)

    again = _Again(graph, spread, {node for node in order if len(depends[node]) < 2})
    return {name: again(node) for name, node in outputs.items()}


def _groups(order: Iterable[Node]) -> dict[Node, frozenset[Group]]:
    """The groups of lists on which each node depends; lists that are computed with together are one group."""
    sources: dict[Node, frozenset[Source]] = {}
    group: dict[Source, Group] = {}
    for node in order:
        found = frozenset().union(*(sources[child] for child in node.children))
        if node.op == "list":
            found = frozenset({node.args[0]})
            group.setdefault(node.args[0], found)
            same = frozenset(one for one in group if one.columns == node.args[0].columns)
        else:
            same = frozenset() if node.op in _MEET_LATER else found
        sources[node] = found
        if len(same) > 1:
            together = frozenset().union(*(group[one] for one in same))
            group |= dict.fromkeys(together, together)
    return {node: frozenset(group[one] for one in found) for node, found in sources.items()}


class _Again:
    """Nodes made again from others in place of some; `instead` says which, None for one made of its arguments.
    Nothing below `leaves` is made again."""

    def __init__(
        self, graph: Graph, instead: Callable[[Node], Node | None], leaves: AbstractSet[Node] = frozenset()
    ) -> None:
        self._graph, self._instead, self._leaves = graph, instead, leaves
        self._made: dict[Node, Node] = {}

    def __call__(self, node: Node) -> Node:
        for one in in_order([node], self._leaves | self._made.keys()):
            if one not in self._made and one in self._leaves:
                self._made[one] = self._instead(one) or one
            elif one not in self._made:
                args = [self._made[arg] if isinstance(arg, Node) else arg for arg in one.args]
                self._made[one] = self._instead(one) or self._graph.again(one, args)
        return self._made[node]
