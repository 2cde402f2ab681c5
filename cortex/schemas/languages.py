# SPDX-License-Identifier: Apache-2.0
"""The two languages of schemas behind one door: is it sound, and does one read what the other wrote."""

from cortex.schemas.avro_schema.parsing import AvroSchemaMustBeSound, read_avro_schema
from cortex.schemas.avro_schema.readability import ReadingUnproven, require_readable
from cortex.schemas.errors import SchemaMustBeValid
from cortex.schemas.json_schema.containment import ContainmentUnproven, require_contained
from cortex.schemas.json_schema.nodes import JsonSchemaMustBeSound, read_json_schema
from cortex.schemas.json_schema.soundness import require_sound
from cortex.schemas.models import SchemaType
from cortex.schemas.source import Source


def require_valid(source: Source) -> None:
    """Raise SchemaMustBeValid unless the schema, with what it refers to, can be checked and used safely."""
    try:
        if source.schema_type == SchemaType.AVRO:
            read_avro_schema(source)
        else:
            require_sound(read_json_schema(source))
    except (AvroSchemaMustBeSound, JsonSchemaMustBeSound, RecursionError) as error:
        reason = str(error) if not isinstance(error, RecursionError) else "it is nested too deeply"
        raise SchemaMustBeValid(
            f"Schema: {reason}.", evidence={"object": "schema", "got": reason[:500]}
        ) from error


def reading_fails_because(*, writer: Source, reader: Source) -> str | None:
    """Return where and why the reader may fail on what the writer wrote; None when it is proved not to."""
    if writer.schema_type != reader.schema_type:
        return f"/: type: {writer.schema_type} was written, {reader.schema_type} is read"
    try:
        if writer.schema_type == SchemaType.AVRO:
            require_readable(writer=read_avro_schema(writer), reader=read_avro_schema(reader))
        else:
            require_contained(writer=read_json_schema(writer), reader=read_json_schema(reader))
    except (ContainmentUnproven, ReadingUnproven) as error:
        return str(error)
    except RecursionError:
        return "/: schema: it is nested too deeply to be compared"
    return None
