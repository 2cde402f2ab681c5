# SPDX-License-Identifier: Apache-2.0
"""Arguments of a service as JSON, as the annotation reads them back, and as a person reads them."""

from collections.abc import Collection, Iterable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from types import UnionType
from typing import Any, Union, get_args, get_origin
from uuid import UUID

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

WORDS_MAX = 1_000


def adapter_of(annotation: Any) -> TypeAdapter[Any]:
    """Return what reads a value of this type from JSON; fails at once for a type that JSON cannot hold."""
    return TypeAdapter(_readable(annotation))


def as_json(value: Any) -> Any:
    """Return the value as plain JSON; a set in order, so that equal calls are equal proposals."""
    if isinstance(value, (set, frozenset)):
        value = sorted(value)
    return to_jsonable_python(value)


def as_words(name: str, value: Any) -> str:
    """Return the value as a second person reads it; people by the URN that proposals put a name to."""
    if value is None or value == "" or value == []:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, UUID) and name.endswith("user_id"):
        return f"user:{value}"
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return ", ".join(f"{each.name} {as_words('', getattr(value, each.name))}" for each in fields(value))
    if isinstance(value, Collection) and not isinstance(value, (str, bytes)):
        return ", ".join(as_words("", each) for each in value)[:WORDS_MAX]
    return " ".join(str(value).split())[:WORDS_MAX]


def _readable(annotation: Any) -> Any:
    """Return the type with lists where it asks for some collection, which JSON knows one of."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in (Collection, Iterable):
        return list[parts[0]]  # type: ignore[valid-type] # made of an annotation while the program runs
    if origin in (Union, UnionType):
        return Union[tuple(_readable(part) for part in parts)]  # noqa: UP007 - of a tuple
    return annotation
