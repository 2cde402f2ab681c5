# SPDX-License-Identifier: Apache-2.0
"""Read an Avro schema with all that it refers to, and check what the library leaves to its readers."""

import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from avro.errors import AvroException
from avro.name import Names
from avro.schema import Schema, make_avsc_object

from cortex.schemas.source import Source
from cortex.schemas.strict_json import JsonMustBeStrict, read_strict_json

DEPTH_MAX = 64
TYPES_MAX = 2000
BRANCHES_MAX = 100
_INT, _LONG = 2**31, 2**63


class AvroSchemaMustBeSound(ValueError):
    """The text is no Avro schema that could be checked and used safely."""


def read_avro_schema(source: Source) -> Schema:
    """Return the schema; raises AvroSchemaMustBeSound, also for a default that its field could not hold."""
    names, done = Names(), set[str]()
    try:
        with warnings.catch_warnings():
            # Logical types that the library does not know are kept as they are and compared by their words.
            warnings.simplefilter("ignore")
            _read_references(source, names, done)
            schema = make_avsc_object(_plain(source.text), names)
        for found in every_type(schema):
            _require_sound(found)
    except AvroSchemaMustBeSound:
        raise
    except (AvroException, TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
        # The library trusts the shape of what it reads; whatever it stumbles over is no schema.
        raise AvroSchemaMustBeSound(str(error)[:300] or type(error).__name__) from error
    return schema


def every_type(schema: Schema) -> Iterator[Schema]:
    """Yield the schema and every type inside it, each once."""
    waiting, seen = [schema], {id(schema)}
    while waiting:
        current = waiting.pop()
        yield current
        if len(seen) > TYPES_MAX:
            raise AvroSchemaMustBeSound(f"expected at most {TYPES_MAX} types in one another")
        for inner in _inner_types(current):
            if id(inner) not in seen:
                seen.add(id(inner))
                waiting.append(inner)


def _inner_types(schema: Any) -> list[Schema]:
    if schema.type in ("record", "error"):
        return [field.type for field in schema.fields]
    if schema.type == "array":
        return [schema.items]
    if schema.type == "map":
        return [schema.values]
    return list(schema.schemas) if schema.type in ("union", "error_union") else []


def _read_references(source: Source, names: Names, done: set[str]) -> None:
    for referred in source.references.values():
        if referred.text in done:
            continue
        done.add(referred.text)
        _read_references(referred, names, done)
        make_avsc_object(_plain(referred.text), names)


def _plain(text: str) -> Any:
    try:
        value = read_strict_json(text, depth_max=DEPTH_MAX)
    except JsonMustBeStrict as error:
        raise AvroSchemaMustBeSound(str(error)) from error
    return _with_floats(value)


def _with_floats(value: Any) -> Any:
    """Return the value with fractions as the floats that defaults of Avro are."""
    if isinstance(value, dict):
        return {name: _with_floats(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_floats(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def _require_sound(schema: Any) -> None:
    if schema.type in ("error", "error_union", "request"):
        raise AvroSchemaMustBeSound(f"{schema.type} belongs to protocols, not to schemas")
    if schema.type == "union" and not 0 < len(schema.schemas) <= BRANCHES_MAX:
        raise AvroSchemaMustBeSound(f"union: expected 1 to {BRANCHES_MAX} branches")
    for named in (schema, *(schema.fields if schema.type == "record" else ())):
        aliases = named.props.get("aliases", [])
        if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
            raise AvroSchemaMustBeSound("aliases: expected a list of names")
    if schema.type == "record":
        for field in schema.fields:
            if field.has_default and not holds(field.type, field.default):
                raise AvroSchemaMustBeSound(
                    f"{schema.fullname}.{field.name}: the default is no value of the field's type; "
                    "that of a union is of its first branch"
                )


def holds(schema: Any, value: Any) -> bool:
    """Tell whether a default, as JSON writes it, is of this type.

    Source: Avro 1.12 specification, section "Schema Record", table of defaults.
    """
    check = _CHECKS.get(schema.type)
    if check is not None:
        return check(value)
    if schema.type == "union":
        return holds(schema.schemas[0], value)
    if schema.type == "enum":
        return value in schema.symbols
    if schema.type == "fixed":
        return _is_bytes(value) and len(value) == schema.size
    if schema.type == "array":
        return isinstance(value, list) and all(holds(schema.items, item) for item in value)
    if not isinstance(value, dict):
        return False
    if schema.type == "map":
        return all(holds(schema.values, item) for item in value.values())
    return set(value) <= set(schema.fields_dict) and all(
        holds(field.type, value[field.name]) if field.name in value else field.has_default
        for field in schema.fields
    )


def _is_whole(value: Any, bound: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -bound <= value < bound


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_bytes(value: Any) -> bool:
    return isinstance(value, str) and all(ord(letter) < 256 for letter in value)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "int": lambda value: _is_whole(value, _INT),
    "long": lambda value: _is_whole(value, _LONG),
    "float": _is_number,
    "double": _is_number,
    "bytes": _is_bytes,
    "string": lambda value: isinstance(value, str),
}
