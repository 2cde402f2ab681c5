# SPDX-License-Identifier: Apache-2.0
"""Requests that break the contract, made from the contract itself: each is wrong in one place."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Texts that are no strict JSON, whatever is expected; `%s` stands where a member's name is wanted.
RAW_BODIES: dict[str, bytes] = {
    "a key twice": b'{"%s": 1, "%s": 2}',
    "a key twice, deep": b'{"%s": {"a": 1, "a": 1}}',
    "not a number": b'{"%s": NaN}',
    "infinity": b'{"%s": -Infinity}',
    "thousands of digits": b'{"%s": ' + b"9" * 5000 + b"}",
    "beyond 64 bits": b'{"%s": 123456789012345678901234567890}',
    "an exponent of millions": b'{"%s": 1e9999999}',
    "half a surrogate pair": b'{"%s": "\\ud800"}',
    "a name of half a pair": b'{"\\udfff": 1}',
    "no UTF-8": b'{"%s": "\xff\xfe"}',
    "too deep": b'{"%s": ' + b"[" * 60 + b"]" * 60 + b"}",
    "very deep": b"[" * 20_000,
    "cut off": b'{"%s": "a',
    "two values": b"{} {}",
    "a mark of byte order": b"\xef\xbb\xbf{}",
    "a comment": b'{"%s": 1 /* one */}',
    "a comma too many": b'{"%s": 1,}',
    "single quotes": b"{'%s': 1}",
}
# JSON, but no object.
VALUES = {
    "null": None,
    "a truth value": True,
    "a number": 1,
    "a text": "text",
    "a list": [],
    "a list of one": [{}],
}
WRONG_MEDIA_TYPES = (
    "text/plain",
    "text/xml",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "nonsense",
)
QUERIES = (
    "nobody_knows=1",
    "limit=1&limit=2",
    "%00=1",
    "limit=%ff",
    "cursor=%C3%28",
    "nobody_knows",
    "limit[]=1",
)
SEGMENTS = ("%00", "x" * 3000, "%FF%FE", "%0A", "..%2F..%2Fetc", "%F0%9F%92%A9", "' OR 1=1 --", "-1", "{}")


@dataclass(frozen=True, slots=True)
class Broken:
    """A body and what is wrong with it."""

    why: str
    body: Any


def example(schema: dict[str, Any], components: dict[str, Any]) -> Any:
    """Return a value that the contract takes, as small as can be."""
    schema = resolved(schema, components)
    if "enum" in schema:
        return schema["enum"][0]
    kind = kind_of(schema)
    if kind == "object":
        names = schema.get("required", [])
        return {name: example(schema["properties"][name], components) for name in names}
    if kind == "array":
        return [example(schema["items"], components)] * schema.get("minItems", 0)
    if kind == "string":
        return {"date": "2026-03-15", "uuid": "01890000-0000-7000-8000-000000000000"}.get(
            schema.get("format", ""), "x" * max(schema.get("minLength", 1), 1)
        )
    return {"boolean": True, "integer": schema.get("minimum", 1), "number": 1}[kind]


def broken_bodies(schema: dict[str, Any], components: dict[str, Any]) -> Iterator[Broken]:
    """Yield bodies that are the example but for one place, for every place that the contract names."""
    schema = resolved(schema, components)
    good = example(schema, components)
    yield Broken("an unknown field", {**good, "nobody_knows": 1})
    yield Broken("an unknown field with NUL", {**good, "no\0body": 1})
    for name in schema.get("required", []):
        yield Broken(f"no {name}", {key: value for key, value in good.items() if key != name})
    for name, part in schema.get("properties", {}).items():
        for why, value in _broken_values(resolved(part, components), components):
            yield Broken(f"{name}: {why}", {**good, name: value})


def _broken_values(schema: dict[str, Any], components: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    kind = kind_of(schema)
    others = {"string": "text", "integer": 3, "boolean": True, "array": ["text"], "object": {"a": {"b": 1}}}
    for other, value in others.items():
        if other != kind:
            yield f"{other} for {kind}", value
    yield f"a fraction for {kind}", 1.5
    if kind == "array":
        yield from _broken_lists(schema, components)
    if schema.get("format") == "date":
        yield from ((f"the day {day}", day) for day in ("2026-02-30", "0001-01-01", "9999-12-31", "today"))
    yield from {
        "boolean": [("a truth value as a text", "true"), ("as a number", 0)],
        "string": [
            ("NUL", "a\0b"),
            ("half a pair", "\ud800"),
            ("over-long", "x" * (schema.get("maxLength", 100_000) + 1)),
        ],
        "integer": [("a number as a text", "3"), ("out of range", 2**62), ("negative", -(2**62))],
    }.get(kind, [])


def _broken_lists(schema: dict[str, Any], components: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    least, item = schema.get("minItems", 0), example(schema["items"], components)
    yield "too many", [item] * (schema.get("maxItems", 5000) + 1)
    if least:
        yield "too few", [item] * (least - 1)
    if kind_of(resolved(schema["items"], components)) == "object":
        for inner in broken_bodies(schema["items"], components):
            yield f"an item with {inner.why}", [inner.body] * max(least, 1)


def kind_of(schema: dict[str, Any]) -> str:
    """Return the type; the contract names one, and null beside it where that is taken."""
    named = schema.get("type", "string")
    return named if isinstance(named, str) else next(kind for kind in named if kind != "null")


def resolved(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Follow references and the wrapping that a description brings."""
    while True:
        if "$ref" in schema:
            schema = components[schema["$ref"].rpartition("/")[2]]
        elif "allOf" in schema and len(schema["allOf"]) == 1:
            schema = schema["allOf"][0]
        else:
            return schema


def written(body: Any) -> bytes:
    """Return the JSON; half a surrogate pair is escaped."""
    return json.dumps(body).encode()
