# SPDX-License-Identifier: Apache-2.0
"""What each keyword of a reader's schema asks of the writer, in two kinds.

`unproven` judges keywords about the value itself. `inside` says which claims about the value's members and
items the proof goes on with.
"""

from collections.abc import Iterator
from typing import Any

from cortex.schemas.json_schema import member_rules
from cortex.schemas.json_schema.facts import (
    ARRAY,
    INTEGER,
    NUMBERS,
    OBJECT,
    STRING,
    has_reference,
    highest,
    is_among,
    is_same,
    lowest,
    named_types,
    types_of,
    values_of,
)
from cortex.schemas.json_schema.nodes import Node

Finding = tuple[str, str, str]
# Keyword, its type of value, and how a listed value is measured.
_LOWER = (("minLength", STRING, len), ("minItems", ARRAY, len), ("minProperties", OBJECT, len))
_UPPER = (("maxLength", STRING, len), ("maxItems", ARRAY, len), ("maxProperties", OBJECT, len))
# These follow only from the very same words of the writer.
_REPEATED: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...] = (
    ("pattern", frozenset({STRING}), ("pattern",)),
    ("format", NUMBERS | {STRING}, ("format",)),
    ("contentEncoding", frozenset({STRING}), ("contentEncoding",)),
    ("contentMediaType", frozenset({STRING}), ("contentMediaType",)),
    ("uniqueItems", frozenset({ARRAY}), ("uniqueItems",)),
    ("contains", frozenset({ARRAY}), ("contains", "minContains", "maxContains")),
    ("propertyNames", frozenset({OBJECT}), ("propertyNames",)),
    ("dependentSchemas", frozenset({OBJECT}), ("dependentSchemas",)),
    ("dependencies", frozenset({OBJECT}), ("dependencies",)),
)
# What a keyword holds when it asks for nothing; None is held by none.
_NOTHING: dict[str, Any] = {keyword: None for keyword, *_ in _REPEATED} | {
    "uniqueItems": False,
    "dependentSchemas": {},
    "dependencies": {},
}
# Their meaning hangs on everything beside them: only the same schema as a whole is as strict.
_WHOLE = {"unevaluatedProperties": OBJECT, "unevaluatedItems": ARRAY}


def unproven(writer: tuple[Node, ...], reader: dict[str, Any]) -> Iterator[Finding]:
    """Yield (keyword, reason, place) for each keyword that does not follow from the writer."""
    types = types_of(writer)
    yield from _types(types, reader)
    yield from _values(writer, reader)
    yield from _numbers(writer, reader, types)
    yield from _lengths(writer, reader, types)
    yield from _repeated(writer, reader, types)
    if OBJECT in types:
        yield from _required(writer, reader)


def inside(prover: Any, writer: tuple[Node, ...], reader: Node) -> Iterator[member_rules.Claim]:
    """Yield (place, writer, reader) for what stands in objects and lists."""
    types = types_of(writer)
    if OBJECT in types:
        yield from member_rules.members(prover, writer, reader)
    if ARRAY in types:
        yield from member_rules.items(prover, writer, reader)


def _types(types: frozenset[str], reader: dict[str, Any]) -> Iterator[Finding]:
    if "type" in reader:
        surplus = sorted(types - named_types({"type": reader["type"]}))
        if surplus:
            yield "type", f"{', '.join(surplus)} may be written and is not taken", ""


def _values(writer: tuple[Node, ...], reader: dict[str, Any]) -> Iterator[Finding]:
    taken = values_of(reader)
    if taken is None:
        return
    for node in writer:
        listed = values_of(node.contents)
        if listed is not None and all(is_among(value, taken) for value in listed):
            return
    keyword = "const" if "const" in reader else "enum"
    yield keyword, "a value that may be written is not among those taken", ""


def _numbers(writer: tuple[Node, ...], reader: dict[str, Any], types: frozenset[str]) -> Iterator[Finding]:
    if not types & NUMBERS:
        return
    low, low_open = highest(writer, "minimum", _number), highest(writer, "exclusiveMinimum")
    high, high_open = lowest(writer, "maximum", _number), lowest(writer, "exclusiveMaximum")
    above = [bound for bound in (low, low_open) if bound is not None]
    below = [bound for bound in (high, high_open) if bound is not None]
    if "minimum" in reader and not any(bound >= reader["minimum"] for bound in above):
        yield "minimum", f"less than {reader['minimum']} may be written", ""
    if "maximum" in reader and not any(bound <= reader["maximum"] for bound in below):
        yield "maximum", f"more than {reader['maximum']} may be written", ""
    wanted = reader.get("exclusiveMinimum")
    if wanted is not None and not ((low is not None and low > wanted) or _reaches(low_open, wanted, 1)):
        yield "exclusiveMinimum", f"{wanted} or less may be written", ""
    wanted = reader.get("exclusiveMaximum")
    if wanted is not None and not ((high is not None and high < wanted) or _reaches(high_open, wanted, -1)):
        yield "exclusiveMaximum", f"{wanted} or more may be written", ""
    yield from _multiples(writer, reader, types)


def _reaches(bound: Any, wanted: Any, sign: int) -> bool:
    return bound is not None and bound * sign >= wanted * sign


def _multiples(writer: tuple[Node, ...], reader: dict[str, Any], types: frozenset[str]) -> Iterator[Finding]:
    wanted = reader.get("multipleOf")
    if wanted is None:
        return
    if types & NUMBERS == {INTEGER} and 1 % wanted == 0:
        return
    steps = [node.contents["multipleOf"] for node in writer if "multipleOf" in node.contents]
    if any(step % wanted == 0 for step in steps):
        return
    for node in writer:
        listed = [value for value in values_of(node.contents) or () if _number(value) is not None]
        if listed and all(value % wanted == 0 for value in listed):
            return
    yield "multipleOf", f"something else than multiples of {wanted} may be written", ""


def _lengths(writer: tuple[Node, ...], reader: dict[str, Any], types: frozenset[str]) -> Iterator[Finding]:
    for keyword, kind, _ in _LOWER:
        wanted = reader.get(keyword, 0)
        if kind in types and wanted > 0:
            least = highest(writer, keyword, _length_of(kind))
            if keyword == "minProperties":
                least = max(least or 0, len(_required_names(writer)))
            if least is None or least < wanted:
                yield keyword, f"less than {wanted} may be written", ""
    for keyword, kind, _ in _UPPER:
        if kind in types and keyword in reader:
            most = lowest(writer, keyword, _length_of(kind))
            if most is None or most > reader[keyword]:
                yield keyword, f"more than {reader[keyword]} may be written", ""


def _repeated(writer: tuple[Node, ...], reader: dict[str, Any], types: frozenset[str]) -> Iterator[Finding]:
    for keyword, kinds, together in _REPEATED:
        if not types & kinds or reader.get(keyword, _NOTHING[keyword]) == _NOTHING[keyword]:
            continue
        wanted = {name: reader[name] for name in together if name in reader}
        if has_reference(wanted) or not any(_says(node, wanted, together) for node in writer):
            yield keyword, "it is not asked of what is written", ""
    for keyword, kind in _WHOLE.items():
        if kind in types and reader.get(keyword, True) not in (True, {}):
            yield keyword, "it can only be compared with the same schema", ""


def _says(node: Node, wanted: dict[str, Any], together: tuple[str, ...]) -> bool:
    return is_same({name: node.contents[name] for name in together if name in node.contents}, wanted)


def _required(writer: tuple[Node, ...], reader: dict[str, Any]) -> Iterator[Finding]:
    present = _required_names(writer)
    for name in reader.get("required", ()):
        if name not in present:
            yield "required", f"{name!r} may be missing", ""
    for name, others in reader.get("dependentRequired", {}).items():
        known = present | {
            other for node in writer for other in node.contents.get("dependentRequired", {}).get(name, ())
        }
        missing = sorted(set(others) - known)
        if missing:
            yield "dependentRequired", f"{missing[0]!r} may be missing beside {name!r}", ""


def _required_names(writer: tuple[Node, ...]) -> frozenset[str]:
    return frozenset(name for node in writer for name in node.contents.get("required", ()))


def _number(value: Any) -> Any:
    return value if not isinstance(value, bool | str | list | dict) and value is not None else None


def _length_of(kind: str) -> Any:
    expected: Any = {STRING: str, ARRAY: list, OBJECT: dict}[kind]
    return lambda value: len(value) if isinstance(value, expected) else None
