# SPDX-License-Identifier: Apache-2.0
"""The two languages of schemas behind one door: is it sound, and does one read what the other wrote.

Their libraries are loaded where a schema must be looked at, which most processes never do.
"""

from cortex.schemas.effort import Effort, EffortIsSpent
from cortex.schemas.errors import SchemaMustBeValid
from cortex.schemas.models import SchemaType
from cortex.schemas.source import Source


def require_valid(source: Source) -> None:
    """Raise SchemaMustBeValid unless the schema, with what it refers to, can be checked and used safely."""
    reason = _unsound_avro(source) if source.schema_type == SchemaType.AVRO else _unsound_json(source)
    if reason is not None:
        raise SchemaMustBeValid(f"Schema: {reason}.", evidence={"object": "schema", "got": reason[:500]})


def reading_fails_because(*, writer: Source, reader: Source, effort: Effort | None = None) -> str | None:
    """Return where and why the reader may fail on what the writer wrote; None when it is proved not to.

    Comparisons of one request share an effort; one that stands alone has its own.
    """
    effort = effort or Effort()
    if writer.schema_type != reader.schema_type:
        return f"/: type: {writer.schema_type} was written, {reader.schema_type} is read"
    try:
        effort.read(size=writer.size + reader.size)
        if writer.schema_type == SchemaType.AVRO:
            return _unread_avro(writer=writer, reader=reader, effort=effort)
        return _unread_json(writer=writer, reader=reader, effort=effort)
    except EffortIsSpent as spent:
        return str(spent)
    except (RecursionError, ArithmeticError) as error:
        return f"/: schema: {_told(error)}"


def _unsound_avro(source: Source) -> str | None:
    from cortex.schemas.avro_schema.parsing import AvroSchemaMustBeSound, read_avro_schema  # noqa: PLC0415

    try:
        read_avro_schema(source)
    except (AvroSchemaMustBeSound, RecursionError) as error:
        return _told(error)
    return None


def _unsound_json(source: Source) -> str | None:
    from cortex.schemas.json_schema.nodes import JsonSchemaMustBeSound, read_json_schema  # noqa: PLC0415
    from cortex.schemas.json_schema.soundness import require_sound  # noqa: PLC0415

    try:
        require_sound(read_json_schema(source))
    except (JsonSchemaMustBeSound, RecursionError, ArithmeticError) as error:
        return _told(error)
    return None


def _unread_avro(*, writer: Source, reader: Source, effort: Effort) -> str | None:
    from cortex.schemas.avro_schema.parsing import read_avro_schema  # noqa: PLC0415
    from cortex.schemas.avro_schema.readability import ReadingUnproven, require_readable  # noqa: PLC0415

    try:
        require_readable(writer=read_avro_schema(writer), reader=read_avro_schema(reader), effort=effort)
    except ReadingUnproven as unproven:
        return str(unproven)
    return None


def _unread_json(*, writer: Source, reader: Source, effort: Effort) -> str | None:
    from cortex.schemas.json_schema.containment import ContainmentUnproven, require_contained  # noqa: PLC0415
    from cortex.schemas.json_schema.nodes import read_json_schema  # noqa: PLC0415

    try:
        require_contained(writer=read_json_schema(writer), reader=read_json_schema(reader), effort=effort)
    except ContainmentUnproven as unproven:
        return str(unproven)
    return None


def _told(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    # Such as the remainder of numbers that lie a thousand digits apart.
    return "its numbers lie too far apart" if isinstance(error, ArithmeticError) else str(error)
