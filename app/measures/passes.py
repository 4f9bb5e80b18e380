"""Tests on values and elements, read into functions: known? this word? this code? in this value set? so large?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.measures.catalog import Scope
from app.measures.elements import Json, Path, choice, codings, extension_of, factor, number_of, path_of
from app.measures.model import ComponentTest, ElementTest, Profile, ValueTest
from app.measures.person import Person
from app.measures.valuesets import Codes

NodeTest = Callable[[list[Any]], bool]
"""Does at least one of the nodes at a place pass?"""
ResourceTest = Callable[[Json, Person], bool]
VALUE = path_of("value[x]")


class Names:
    """What the names of codes and value sets stand for."""

    def __init__(self, scope: Scope, value_sets: dict[str, Codes]) -> None:
        self.scope, self.value_sets = scope, value_sets

    def codes(self, codes: list[str] | None, value_sets: list[str] | None) -> Codes | None:
        """(system, code) pairs of both lists together; None when neither is given."""
        if codes is None and value_sets is None:
            return None
        own = frozenset(self.scope.code(name) for name in codes or ())
        return own.union(*(self.value_sets[name] for name in value_sets or ()))


def node_test(test: ValueTest, names: Names) -> NodeTest:
    """The function that a test stands for. Nothing there passes only `known: false`."""
    if test.known is not None:
        known = test.known
        return lambda nodes: bool(nodes) is known
    if test.numeric:
        return _number_test(test)
    pairs = names.codes(test.code, test.value_set)
    if pairs is not None:
        return _coded_test(pairs)
    words = frozenset(test.in_ or [_word(test.is_)])

    def one_of(nodes: list[Any]) -> bool:
        return any(code in words for node in nodes for _, code in codings(node))

    return one_of


def _word(value: bool | str | None) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _coded_test(pairs: Codes) -> NodeTest:
    """A plain word (an element of type `code`) has no system: its code alone is compared."""
    plain = frozenset(code for _, code in pairs)

    def coded(nodes: list[Any]) -> bool:
        return any(
            (pair in pairs) if pair[0] is not None else pair[1] in plain for node in nodes for pair in codings(node)
        )

    return coded


def _number_test(test: ValueTest) -> NodeTest:
    """It must hold for all that the value may be (`> 9` is more than 9; whether it is more than 10 is not known)."""
    accepts, unit = bounds_of(test), test.unit

    def so_large(nodes: list[Any]) -> bool:
        for node in nodes:
            number = number_of(node)
            if number is None or (scale := factor(number[2], unit)) is None:
                continue
            low, high = number[:2] if scale == 1.0 else (round(number[0] * scale, 9), round(number[1] * scale, 9))
            if accepts(low, high):
                return True
        return False

    return so_large


def bounds_of(test: ValueTest) -> Callable[[float, float], bool]:
    at_least, more_than, at_most, less_than = test.at_least, test.more_than, test.at_most, test.less_than

    def accepts(low: float, high: float) -> bool:
        return (
            (at_least is None or low >= at_least) and (more_than is None or low > more_than)
            and (at_most is None or high <= at_most) and (less_than is None or high < less_than)
        )

    return accepts


def place_of(test: ElementTest) -> Path:
    if test.element is not None:
        return path_of(test.element)
    if test.extension is not None:
        return extension_of(test.extension, "extension")
    return extension_of(test.modifier_extension or "", "modifierExtension")


def element_test(test: ElementTest, names: Names) -> ResourceTest:
    passes = node_test(test, names)
    if test.element is not None and test.in_ and "." not in test.element and "[" not in test.element:
        return _word_test(test.element, frozenset(test.in_), passes)
    find = place_of(test)
    return lambda resource, person: passes(find(resource, person))


def _word_test(element: str, words: frozenset[str], passes: NodeTest) -> ResourceTest:
    """The most frequent test, `status` in a list: a plain word needs no opening."""

    def test(resource: Json, person: Person) -> bool:
        value = resource.get(element)
        if isinstance(value, str):
            return value in words
        return value is not None and passes(value if isinstance(value, list) else [value])

    return test


def value_test(test: ValueTest, names: Names) -> ResourceTest:
    passes = node_test(test, names)
    return lambda resource, person: passes(VALUE(resource, person))


def component_test(test: ComponentTest, names: Names) -> ResourceTest:
    passes, components = component_nodes_test(test, names), path_of("component")
    return lambda resource, person: passes(components(resource, person))


def component_nodes_test(test: ComponentTest, names: Names) -> NodeTest:
    """At least one of the components has the code and a value that passes."""
    pairs = names.codes(test.code, test.value_set)
    coded, passes = _coded_test(pairs or frozenset()), node_test(test.value, names)

    def some(nodes: list[Any]) -> bool:
        return any(
            isinstance(part, dict) and coded([part.get("code")]) and passes(choice(part, "value")) for part in nodes
        )

    return some


def resource_tests(profile: Profile, names: Names) -> list[tuple[str, ResourceTest]]:
    """(the key that it stands under, what must be true) for the conditions of a profile."""
    return conditions(profile.where, profile.unless, names)


def conditions(
    where: list[ElementTest], unless: list[ElementTest], names: Names
) -> list[tuple[str, ResourceTest]]:
    found = [("where", element_test(test, names)) for test in where]
    return found + [("unless", _negated(element_test(test, names))) for test in unless]


def _negated(test: ResourceTest) -> ResourceTest:
    return lambda resource, person: not test(resource, person)
