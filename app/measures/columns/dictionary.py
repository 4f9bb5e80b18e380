"""Distinct values of a place, numbered: what a test says is then decided once a value, not once a resource."""

from __future__ import annotations

import json
from typing import Any

from app.measures.elements import codings

_KEPT = ("system", "code", "unit", "value", "comparator")
_ONLY_CODED = frozenset({"coding", "text", "id", "extension"})


class Dictionary:
    """Nodes of one place ↔ number. Displays and texts, which no test looks at, are dropped."""

    __slots__ = ("_numbers", "nodes")

    def __init__(self, nodes: list[list[Any]] | None = None) -> None:
        """`nodes`: those of a file, whose columns are complete: nothing is numbered after them."""
        self.nodes: list[list[Any]] = nodes if nodes is not None else []
        self._numbers: dict[Any, int] = {}

    def number(self, nodes: list[Any]) -> int | None:
        """The number of what stands there; None when nothing does."""
        if not nodes:
            return None
        key = _key(nodes[0]) if len(nodes) == 1 else tuple(map(_key, nodes))
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.nodes)
            self.nodes.append([_plain(node) for node in nodes])
        return found


def _key(node: Any) -> Any:
    if isinstance(node, str):
        return node
    if isinstance(node, dict) and node.keys() <= _ONLY_CODED:
        return ("coded", *codings(node))
    return ("other", json.dumps(_plain(node), sort_keys=True))


def _plain(node: Any) -> Any:
    """The node without what no test reads."""
    if not isinstance(node, dict):
        return node if isinstance(node, str | int | float | bool) else None
    out: dict[str, Any] = {name: node[name] for name in _KEPT if isinstance(node.get(name), str | int | float)}
    if isinstance(node.get("coding"), list):
        out["coding"] = [
            {name: text for name in ("system", "code") if isinstance(text := coding.get(name), str)}
            for coding in node["coding"] if isinstance(coding, dict)
        ]
    for name in ("low", "high"):
        if name in node:
            out[name] = _plain(node[name])
    if isinstance(node.get("code"), dict):  # a component: its code and whatever type of value
        out["code"] = _plain(node["code"])
        out |= {name: _plain(value) for name, value in node.items() if name[:5] == "value" and name[5:6].isupper()}
    return out
