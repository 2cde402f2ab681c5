# SPDX-License-Identifier: Apache-2.0
"""Whether a reader's Avro schema reads what a writer's wrote: Apache Avro's own checker, and four rules more.

The checker follows the specification, which leaves to readers what they make of it: a logical type that
changed (the same number read as milliseconds and as microseconds), a decimal with another scale, a named type
that moved to another namespace, and a union in which the branch that fits first cannot be read although a
later one could.
"""

from collections.abc import Iterator
from typing import Any

from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.errors import AvroException
from avro.schema import Schema

from cortex.schemas.effort import Effort

PAIRS_MAX = 20_000
_PROMOTED = {
    "int": {"long", "float", "double"},
    "long": {"float", "double"},
    "float": {"double"},
    "string": {"bytes"},
    "bytes": {"string"},
}
_NAMED = ("record", "enum", "fixed")


class ReadingUnproven(Exception):
    """The reader may fail on something that was written."""

    def __init__(self, path: str, rule: str, reason: str) -> None:
        super().__init__(f"{path or '/'}: {rule}: {reason}")


def require_readable(*, writer: Schema, reader: Schema, effort: Effort) -> None:
    """Raise ReadingUnproven unless everything that was written with `writer` can be read with `reader`.

    Raises: EffortIsSpent.
    """
    try:
        result = _checked(writer, reader)
    except (AvroException, RecursionError) as error:
        raise ReadingUnproven("", "schema", str(error)[:200] or "it is nested too deeply") from error
    if result.compatibility is not SchemaCompatibilityType.compatible:
        rules = sorted({kind.value for kind in result.incompatibilities})
        places = sorted(result.locations - {"/"}) or ["/"]
        raise ReadingUnproven(", ".join(places), ", ".join(rules), "; ".join(sorted(result.messages)))
    _require_meaning(writer, reader, effort)


def _checked(writer: Schema, reader: Schema) -> Any:
    return ReaderWriterCompatibilityChecker().get_compatibility(reader, writer)  # type: ignore[no-untyped-call]


def _require_meaning(writer: Any, reader: Any, effort: Effort) -> None:
    """Follow the pairs that reading would form, and apply the rules that the checker has not."""
    waiting, seen = [(writer, reader, "")], set()
    while waiting:
        written, read, path = waiting.pop()
        if (id(written), id(read)) in seen:
            continue
        seen.add((id(written), id(read)))
        effort.spend()
        if len(seen) > PAIRS_MAX:
            raise ReadingUnproven(path, "schema", "it is too intricate to be compared")
        if written.type != "union" and read.type != "union":
            _require_same_meaning(written, read, path)
        waiting.extend(_pairs(written, read, path))


def _require_same_meaning(written: Any, read: Any, path: str) -> None:
    was, now = written.other_props.get("logicalType"), read.other_props.get("logicalType")
    if was != now:
        raise ReadingUnproven(path, "logical_type", f"{now} would be read where {was} was written")
    for name in ("precision", "scale"):
        if was == "decimal" and written.other_props.get(name, 0) != read.other_props.get(name, 0):
            raise ReadingUnproven(path, "logical_type", f"the {name} of a decimal changed")
    if written.type in _NAMED and written.fullname != read.fullname:
        aliases = read.props.get("aliases") or ()
        if written.fullname not in aliases:
            raise ReadingUnproven(path, "name", f"{written.fullname} was written, {read.fullname} is read")


def _pairs(written: Any, read: Any, path: str) -> Iterator[tuple[Any, Any, str]]:
    if written.type == "union":
        for branch in written.schemas:
            yield branch, read, path
    elif read.type == "union":
        yield from _branches(written, read, path)
    elif written.type == "array":
        yield written.items, read.items, f"{path}/items"
    elif written.type == "map":
        yield written.values, read.values, f"{path}/values"
    elif written.type == "record":
        yield from _fields(written, read, path)


def _branches(written: Any, read: Any, path: str) -> Iterator[tuple[Any, Any, str]]:
    """Yield every branch that some reader could pick; each must be able to read what was written."""
    for place, branch in enumerate(read.schemas):
        if _could_be_picked(written, branch):
            result = _checked(written, branch)
            if result.compatibility is not SchemaCompatibilityType.compatible:
                raise ReadingUnproven(
                    f"{path}/{place}", "union", "this branch may be picked and cannot read what was written"
                )
            yield written, branch, f"{path}/{place}"


def _could_be_picked(written: Any, branch: Any) -> bool:
    if written.type != branch.type:
        return branch.type in _PROMOTED.get(written.type, ())
    return written.type not in _NAMED or written.name == branch.name


def _fields(written: Any, read: Any, path: str) -> Iterator[tuple[Any, Any, str]]:
    for field in read.fields:
        names = (field.name, *(field.props.get("aliases") or ()))
        match = next((written.fields_dict[name] for name in names if name in written.fields_dict), None)
        if match is not None:
            yield match.type, field.type, f"{path}/fields/{field.name}"
