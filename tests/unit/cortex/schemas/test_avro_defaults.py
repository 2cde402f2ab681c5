# SPDX-License-Identifier: Apache-2.0
"""Defaults of Avro fields, against the table of the specification's section "Schema Record"."""

import json
from typing import Any

import pytest

from cortex.schemas.avro_schema.parsing import AvroSchemaMustBeSound, read_avro_schema
from cortex.schemas.source import Source

ENUM = {"type": "enum", "name": "State", "symbols": ["OPEN", "CLOSED"]}
FIXED = {"type": "fixed", "name": "Pair", "size": 2}
INNER = {
    "type": "record",
    "name": "Inner",
    "fields": [{"name": "must", "type": "int"}, {"name": "may", "type": "int", "default": 1}],
}


def read(kind: Any, default: Any) -> Any:
    field = {"name": "field", "type": kind, "default": default}
    return read_avro_schema(
        Source("AVRO", text=json.dumps({"type": "record", "name": "Outer", "fields": [field]}))
    )


class TestDefault:
    @pytest.mark.parametrize(
        ("kind", "default"),
        [
            ("null", None),
            ("boolean", True),
            ("int", -(2**31)),
            ("long", 2**62),
            ("double", 1.5),
            ("bytes", "\u00ff"),
            ("string", "text"),
            (["null", "int"], None),
            (ENUM, "OPEN"),
            (FIXED, "\u0001\u0002"),
            ({"type": "array", "items": "int"}, [1, 2]),
            ({"type": "map", "values": "int"}, {"a": 1}),
            (INNER, {"must": 1}),
        ],
    )
    def test_of_the_type_is_taken(self, kind: Any, default: Any) -> None:
        (field,) = read(kind, default).fields
        assert (field.has_default, field.default) == (True, default)

    @pytest.mark.parametrize(
        ("kind", "default"),
        [
            ("int", 2**31),
            ("int", True),
            ("bytes", "\u0100"),
            (["null", "int"], 1),
            (ENUM, "AWAY"),
            (FIXED, "\u0001"),
            ({"type": "array", "items": "int"}, ["a"]),
            ({"type": "map", "values": "int"}, {"a": "b"}),
            ({"type": "map", "values": "int"}, [1]),
            (INNER, {"may": 1}),
            (INNER, {"must": 1, "other": 2}),
        ],
    )
    def test_of_another_type_is_refused(self, kind: Any, default: Any) -> None:
        with pytest.raises(AvroSchemaMustBeSound):
            read(kind, default)


class TestSchema:
    @pytest.mark.parametrize(
        ("schema", "reason"),
        [
            ({"type": "error", "name": "E", "fields": []}, "belongs to protocols"),
            ({**INNER, "aliases": "Former"}, "aliases"),
            ([], "branches"),
        ],
    )
    def test_that_nobody_could_use_safely_is_refused(self, schema: Any, reason: str) -> None:
        with pytest.raises(AvroSchemaMustBeSound, match=reason):
            read_avro_schema(Source("AVRO", text=json.dumps(schema)))
