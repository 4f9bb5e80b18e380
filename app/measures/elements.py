"""Elements of FHIR resources: paths, the codes that they hold, their numbers.

A path is what FHIR writes (`hospitalization.dischargeDisposition`, `value[x]`); it goes through lists, and through a
reference to another resource of the same patient (`medicationReference.code`). Whatever has another shape than FHIR
says is not there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.facts.units import ratio

if TYPE_CHECKING:
    from app.measures.person import Person

Json = dict[str, Any]
Path = Callable[[Json, "Person"], list[Any]]
"""The nodes at a path, lists opened."""


def path_of(text: str) -> Path:
    """The function that a path stands for."""
    parts = text.split(".")
    if len(parts) == 1 and not text.endswith("[x]"):
        return lambda resource, person: _opened(resource.get(text))

    def find(resource: Json, person: Person) -> list[Any]:
        nodes: list[Any] = [resource]
        for part in parts:
            nodes = [child for node in nodes if isinstance(node, dict) for child in _step(node, part, resource, person)]
        return nodes

    return find


def extension_of(url: str, holder: str) -> Path:
    """The values of the extensions with exactly this address; `holder` is `extension` or `modifierExtension`."""

    def find(resource: Json, person: Person) -> list[Any]:
        found = [item for item in _opened(resource.get(holder)) if isinstance(item, dict) and item.get("url") == url]
        return [node for item in found for node in choice(item, "value")]

    return find


def _step(node: Json, part: str, root: Json, person: Person) -> list[Any]:
    if "reference" in node and part not in node and (
        target := person.resolve(node["reference"], root)
    ) is not None:
        node = target
    return choice(node, part[:-3]) if part.endswith("[x]") else _opened(node.get(part))


def choice(node: Json, stem: str) -> list[Any]:
    """Whatever type the choice element has (`valueQuantity`, `valueCodeableConcept`…)."""
    size = len(stem)
    return [
        child for key, value in node.items() if key.startswith(stem) and key[size : size + 1].isupper()
        for child in _opened(value)
    ]


def _opened(value: Any) -> list[Any]:
    if value is None:
        return []
    return [item for item in value if item is not None] if isinstance(value, list) else [value]


def codings(node: Any) -> Iterator[tuple[str | None, str]]:
    """(system, code) of a CodeableConcept, Coding, Quantity or plain word (which has no system)."""
    if isinstance(node, dict):
        listed = node.get("coding")
        for coding in listed if isinstance(listed, list) else [node]:
            if isinstance(coding, dict) and isinstance(code := coding.get("code"), str):
                system = coding.get("system")
                yield (system if isinstance(system, str) else None), code
    elif isinstance(node, bool):
        yield None, "true" if node else "false"
    elif isinstance(node, str):
        yield None, node


Number = tuple[float, float, str | None]
"""From, to (equal unless the value has a comparator or is a range), and the unit's code or words."""


def number_of(node: Any) -> Number | None:
    """A number, Quantity or Range."""
    if isinstance(node, bool):
        return None
    if isinstance(node, int | float):
        return float(node), float(node), None
    if not isinstance(node, dict):
        return None
    if "low" in node or "high" in node:
        low, high = number_of(node.get("low")), number_of(node.get("high"))
        known = low or high
        return known and (low[0] if low else -math.inf, high[1] if high else math.inf, known[2])
    value = node.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    low_, high_ = _COMPARED.get(node.get("comparator") or "", _same)(float(value))
    unit = node.get("code") or node.get("unit")
    return low_, high_, unit if isinstance(unit, str) else None


def _same(value: float) -> tuple[float, float]:
    return value, value


_COMPARED: dict[Any, Callable[[float], tuple[float, float]]] = {
    "<": lambda value: (-math.inf, math.nextafter(value, -math.inf)),
    "<=": lambda value: (-math.inf, value),
    ">": lambda value: (math.nextafter(value, math.inf), math.inf),
    ">=": lambda value: (value, math.inf),
}


def factor(unit: str | None, wanted: str | None) -> float | None:
    """By what a number in `unit` is multiplied to be in `wanted`; None when it cannot be converted.

    A test without unit looks at the number alone; a value without unit fits only `1`.
    """
    if wanted is None or unit == wanted:
        return 1.0
    found: Decimal | None = ratio(unit or "1", wanted)
    return None if found is None else float(found)
