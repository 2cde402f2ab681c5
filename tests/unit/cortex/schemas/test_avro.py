# SPDX-License-Identifier: Apache-2.0
"""Avro: a yes means that what was written can be read; a no names the place and the rule."""

import io
import json
from typing import Any

import fastavro
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cortex.schemas.avro_schema.parsing import AvroSchemaMustBeSound, read_avro_schema
from cortex.schemas.avro_schema.readability import ReadingUnproven, require_readable
from cortex.schemas.effort import Effort
from cortex.schemas.source import Source

PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "string")
VALUES = {
    "null": None,
    "boolean": True,
    "int": 7,
    "long": 2**40,
    "float": 0.5,
    "double": 0.25,
    "string": "text",
}
DECIMAL = {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}


def record(*fields: dict[str, Any], name: str = "Note", **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": list(fields), **more}


def field(kind: Any, name: str = "n", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


def enum(*symbols: str, **more: Any) -> dict[str, Any]:
    return {"type": "enum", "name": "State", "symbols": list(symbols), **more}


def parsed(schema: Any) -> Any:
    return read_avro_schema(Source("AVRO", json.dumps(schema)))


def reason(writer: Any, reader: Any) -> str | None:
    """Return why the reader may fail on what the writer wrote; None when it is proved not to."""
    try:
        require_readable(writer=parsed(writer), reader=parsed(reader), effort=Effort())
    except ReadingUnproven as unproven:
        return str(unproven)
    return None


kinds = st.one_of(
    st.sampled_from(PRIMITIVES),
    st.builds(lambda kind: {"type": "array", "items": kind}, st.sampled_from(PRIMITIVES)),
    st.builds(list, st.lists(st.sampled_from(PRIMITIVES), min_size=1, max_size=3, unique=True)),
    st.builds(lambda symbols: enum(*symbols), st.lists(st.sampled_from("ABC"), min_size=1, unique=True)),
)


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a record of up to three members; those that hold a number may have a default."""
    fields = []
    for name in draw(st.lists(st.sampled_from("abc"), unique=True, max_size=3)):
        kind = draw(kinds)
        has_default = kind in ("int", "long") and draw(st.booleans())
        # A named type stands once in a schema.
        if isinstance(kind, dict) and kind["type"] == "enum":
            kind = {**kind, "name": f"State_{name}"}
        fields.append(field(kind, name, **({"default": 0} if has_default else {})))
    return record(*fields)


def value_of(kind: Any) -> Any:
    if isinstance(kind, list):
        return value_of(kind[-1])
    if isinstance(kind, dict):
        return kind["symbols"][-1] if kind["type"] == "enum" else [value_of(kind["items"])]
    return VALUES[kind]


class TestYes:
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(records(), records())
    def test_is_kept_by_the_reader_of_another_library(
        self, writer: dict[str, Any], reader: dict[str, Any]
    ) -> None:
        """fastavro, which Confluent's deserialiser uses, reads what the writer wrote."""
        assume(reason(writer, reader) is None)
        stream = io.BytesIO()
        fastavro.schemaless_writer(
            stream, writer, {each["name"]: value_of(each["type"]) for each in writer["fields"]}
        )
        stream.seek(0)
        read = fastavro.schemaless_reader(stream, writer, reader)
        assert set(read) == {each["name"] for each in reader["fields"]}

    @pytest.mark.parametrize(
        ("writer", "reader"),
        [
            (record(field("int")), record(field("long"))),
            (record(), record(field("int", default=0))),
            (record(field("int", "old")), record(field("int", "new", aliases=["old"]))),
            (record(name="Old", namespace="n"), record(name="New", namespace="n", aliases=["n.Old"])),
            (enum("A", "B"), enum("A", default="A")),
            ("int", ["null", "long"]),
            (["null", "int"], ["int", "null"]),
            (record(field(["null", "Note"], "next")), record(field(["null", "Note"], "next"))),
        ],
        ids=[
            "promotion",
            "default",
            "alias of a field",
            "alias of a record",
            "default of an enum",
            "into a union",
            "order of a union",
            "recursive",
        ],
    )
    def test_is_said_where_nothing_breaks(self, writer: Any, reader: Any) -> None:
        assert reason(writer, reader) is None


class TestNo:
    @pytest.mark.parametrize(
        ("writer", "reader", "why"),
        [
            (record(), record(field("int")), "/fields/0: reader_field_missing_default_value"),
            (record(field("long")), record(field("int")), "/fields/0/type: type_mismatch"),
            (enum("A", "B"), enum("A"), "missing_enum_symbols"),
            (["null", "long"], ["null", "int"], "missing_union_branch"),
            (DECIMAL, {**DECIMAL, "scale": 3}, "the scale of a decimal changed"),
            (
                {"type": "long", "logicalType": "timestamp-millis"},
                {"type": "long", "logicalType": "timestamp-micros"},
                "timestamp-micros would be read where timestamp-millis was written",
            ),
            (record(namespace="x"), record(namespace="y"), "x.Note was written, y.Note is read"),
            (
                ["null", record(field("int"))],
                ["null", record(field("int"), field("int", "m")), record(field("int"), namespace="z")],
                "this branch may be picked and cannot read what was written",
            ),
        ],
        ids=[
            "no default",
            "narrower",
            "symbol removed",
            "branch removed",
            "scale",
            "unit",
            "namespace",
            "first branch",
        ],
    )
    def test_names_the_place_and_the_rule(self, writer: Any, reader: Any, why: str) -> None:
        assert why in str(reason(writer, reader))


class TestSoundness:
    @pytest.mark.parametrize(
        ("schema", "why"),
        [
            (record(field("int", default="x")), "the default is no value"),
            (record(field(["int", "null"], default=None)), "that of a union is of its first branch"),
            (record(field("int"), field("int")), "already in use"),
            (enum("A", "A"), "Duplicate symbol"),
            ({"type": "error", "name": "E", "fields": []}, "belongs to protocols"),
            ([], "1 to 100 branches"),
            (record(aliases=5), "aliases"),
            ("nobody", "Could not make"),
            (5, "Could not make"),
            ({"type": "record", "name": "R", "fields": 5}, "list"),
            ({"type": {}}, "Undefined type"),
        ],
        ids=[
            "default",
            "default of a union",
            "field twice",
            "symbol twice",
            "error",
            "empty union",
            "aliases",
            "unknown name",
            "number",
            "fields",
            "type",
        ],
    )
    def test_refuses(self, schema: Any, why: str) -> None:
        with pytest.raises(AvroSchemaMustBeSound, match=why):
            parsed(schema)
