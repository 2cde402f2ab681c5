# SPDX-License-Identifier: Apache-2.0
"""What is known of a value that several schemas let through together: never less than is true, often more."""

from collections.abc import Iterable, Sequence
from typing import Any

from cortex.schemas.json_schema.nodes import Node
from cortex.schemas.strict_json import written_json

NULL, BOOLEAN, INTEGER, FRACTION = "null", "boolean", "integer", "fraction"
STRING, ARRAY, OBJECT = "string", "array", "object"
EVERY_TYPE = frozenset({NULL, BOOLEAN, INTEGER, FRACTION, STRING, ARRAY, OBJECT})
NUMBERS = frozenset({INTEGER, FRACTION})


def types_of(nodes: Iterable[Node]) -> frozenset[str]:
    """Return the types that the value can have; a number is a whole number or a fraction."""
    possible = EVERY_TYPE
    for node in nodes:
        possible &= named_types(node.contents)
    return possible


def named_types(contents: dict[str, Any]) -> frozenset[str]:
    """Return the types that one schema allows by `type`, `const` and `enum`."""
    possible = EVERY_TYPE
    if "type" in contents:
        named = contents["type"]
        names = [named] if isinstance(named, str) else named
        possible &= frozenset(kind for name in names for kind in _kinds(name))
    listed = values_of(contents)
    if listed is not None:
        possible &= frozenset(type_of(value) for value in listed)
    return possible


def type_of(value: Any) -> str:
    """Return the type of a value; 1.0 is a whole number (draft 6 and later)."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, str):
        return STRING
    if isinstance(value, list):
        return ARRAY
    if isinstance(value, dict):
        return OBJECT
    return INTEGER if value == int(value) else FRACTION


def values_of(contents: dict[str, Any]) -> list[Any] | None:
    """Return the values that one schema lists, or None when it lists none."""
    if "const" in contents:
        return [contents["const"]]
    return list(contents["enum"]) if "enum" in contents else None


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two pieces of JSON are the same but for the order of keys."""
    return _comparable(one) == _comparable(other)


def is_among(value: Any, values: Iterable[Any]) -> bool:
    """Tell whether a value is one of these."""
    return any(is_same(value, other) for other in values)


def has_reference(contents: Any) -> bool:
    """Tell whether what the contents mean depends on the place where they stand."""
    if isinstance(contents, dict):
        names = ("$ref", "$dynamicRef", "$recursiveRef", "$id")
        return any(name in contents for name in names) or any(map(has_reference, contents.values()))
    return isinstance(contents, list) and any(map(has_reference, contents))


def highest(nodes: Sequence[Node], keyword: str, measure: Any = None) -> Any:
    """Return the highest lower bound that a keyword sets, or None; `measure` reads it off listed values."""
    found = [node.contents[keyword] for node in nodes if keyword in node.contents]
    found.extend(min(measured) for measured in _measured(nodes, measure))
    return max(found, default=None)


def lowest(nodes: Sequence[Node], keyword: str, measure: Any = None) -> Any:
    """Return the lowest upper bound that a keyword sets, or None."""
    found = [node.contents[keyword] for node in nodes if keyword in node.contents]
    found.extend(max(measured) for measured in _measured(nodes, measure))
    return min(found, default=None)


def _measured(nodes: Sequence[Node], measure: Any) -> Iterable[list[Any]]:
    if measure is None:
        return
    for node in nodes:
        measures = [measure(value) for value in values_of(node.contents) or ()]
        known = [value for value in measures if value is not None]
        if known:
            yield known


def _kinds(name: str) -> frozenset[str]:
    return NUMBERS if name == "number" else frozenset({name})


def _comparable(value: Any) -> str:
    return written_json(value, sort_keys=True)
