# SPDX-License-Identifier: Apache-2.0
"""A yes of the comparison of JSON Schemas is never wrong; a no names the place and the keyword."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cortex.schemas.effort import Effort
from cortex.schemas.json_schema.containment import ContainmentUnproven, require_contained
from cortex.schemas.json_schema.nodes import JsonSchemaMustBeSound, Node, read_json_schema
from cortex.schemas.json_schema.soundness import require_sound
from cortex.schemas.languages import reading_fails_because
from cortex.schemas.source import Source
from tests.unit.cortex.schemas.json_schemas import DRAFT, changed, schemas, values

CLOSED = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}
OPEN = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
TREE = {
    "$defs": {
        "node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}, "n": {"type": "integer"}}}
    },
    "$ref": "#/$defs/node",
}


def root(schema: Any, **references: Any) -> Node:
    contents = {"$schema": DRAFT, **schema} if isinstance(schema, dict) else schema
    sources = {name: Source("JSON", json.dumps(text)) for name, text in references.items()}
    return read_json_schema(Source("JSON", json.dumps(contents), sources))


def lattice(name: str) -> Source:
    """Return ten levels of four schemas, each of which refers to all four of the next level."""
    below: dict[str, Source] = {}
    for level in range(10):
        below = {
            name.format(level, place): Source("JSON", json.dumps({"$comment": f"{level} {place}"}), below)
            for place in range(4)
        }
    return Source("JSON", "{}", below)


def reason(writer: Any, reader: Any) -> str | None:
    """Return why the reader may refuse what the writer lets through; None when it is proved not to."""
    try:
        require_contained(writer=root(writer), reader=root(reader), effort=Effort())
    except ContainmentUnproven as unproven:
        return str(unproven)
    return None


def takes(schema: dict[str, Any], value: Any) -> bool:
    node = root(schema)
    return bool(node.dialect.validator(schema).is_valid(value))


def is_sound(schema: dict[str, Any]) -> bool:
    try:
        require_sound(root(schema))
    except JsonSchemaMustBeSound:
        return False
    return True


RELAXED = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def whoever_writes_is_read(writer: dict[str, Any], reader: dict[str, Any], found: list[Any]) -> None:
    assume(is_sound(writer) and is_sound(reader))
    if reason(writer, reader) is None:
        for value in found:
            assert not takes(writer, value) or takes(reader, value), (writer, reader, value)


class TestYes:
    @settings(RELAXED, max_examples=300)
    @given(schemas(), st.data(), st.lists(values, min_size=5, max_size=10))
    def test_is_never_wrong(self, writer: dict[str, Any], data: st.DataObject, found: list[Any]) -> None:
        whoever_writes_is_read(writer, data.draw(changed(writer) | schemas()), found)

    @pytest.mark.soak
    @settings(RELAXED, max_examples=5_000)
    @given(schemas(), st.data(), st.lists(values, min_size=10, max_size=20))
    def test_is_never_wrong_in_the_long_run(
        self, writer: dict[str, Any], data: st.DataObject, found: list[Any]
    ) -> None:
        whoever_writes_is_read(writer, data.draw(changed(writer) | schemas()), found)

    @settings(RELAXED, max_examples=100)
    @given(schemas())
    def test_is_said_of_a_schema_and_itself(self, schema: dict[str, Any]) -> None:
        assume(is_sound(schema) and "$ref" not in json.dumps(schema))
        assert reason(schema, schema) is None

    @pytest.mark.parametrize(
        ("writer", "reader"),
        [
            (CLOSED, {**CLOSED, "properties": {"n": {"type": "integer"}, "m": {"type": "string"}}}),
            (CLOSED, OPEN),
            (OPEN, {"type": "object", "properties": {"n": {"type": "number"}}}),
            (TREE, TREE),
            (
                TREE,
                {
                    "$defs": {
                        "other": TREE["$defs"]["node"] | {"properties": {"next": {"$ref": "#/$defs/other"}}}
                    },
                    "$ref": "#/$defs/other",
                },
            ),
            (
                {"type": "string", "format": "uuid"},
                {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]},
            ),
            ({"enum": ["a", "b"]}, {"enum": ["a", "b", "c"]}),
            ({"type": ["string", "null"]}, {"anyOf": [{"type": "null"}, {"type": "string"}]}),
            ({"allOf": [{"minimum": 3}, {"type": "integer"}]}, {"type": "number", "minimum": 1}),
            (
                {"properties": {"kind": {"const": "a"}}, "required": ["kind"], "type": "object"},
                {
                    "oneOf": [
                        {"properties": {"kind": {"const": kind}}, "required": ["kind"], "type": "object"}
                        for kind in "ab"
                    ]
                },
            ),
            ({"allOf": [False]}, {"type": "string"}),
        ],
        ids=[
            "optional member added to a closed object",
            "opened",
            "whole numbers are numbers",
            "recursive",
            "recursive under another name",
            "made nullable",
            "value added",
            "types as alternatives",
            "conjunction",
            "discriminated alternative added",
            "nothing is written",
        ],
    )
    def test_is_said_where_nothing_breaks(self, writer: Any, reader: Any) -> None:
        assert reason(writer, reader) is None


class TestNo:
    @pytest.mark.parametrize(
        ("writer", "reader", "why"),
        [
            (
                OPEN,
                {**OPEN, "properties": {"n": {"type": "integer"}, "m": {"type": "string"}}},
                "/properties/m: type",
            ),
            (OPEN, CLOSED, "/additionalProperties: false"),
            (CLOSED, {**CLOSED, "required": ["n", "m"]}, "/: required: 'm' may be missing"),
            (CLOSED, {**CLOSED, "properties": {}}, "/additionalProperties/n: false"),
            (
                {"type": "string", "maxLength": 9},
                {"type": "string", "maxLength": 8},
                "/: maxLength: more than 8",
            ),
            ({"enum": ["a", "b"]}, {"enum": ["a"]}, "enum"),
            ({"type": "integer"}, {"oneOf": [{"type": "integer"}, {"type": "number"}]}, "oneOf"),
            ({"type": "object"}, {"type": "object", "propertyNames": {"maxLength": 3}}, "propertyNames"),
            (
                {"type": "object"},
                {"type": "object", "dependentSchemas": {"a": {"required": ["b"]}}},
                "dependentSchemas",
            ),
            (
                {"properties": {"a": {}}},
                {"properties": {"a": {}}, "unevaluatedProperties": False},
                "unevaluatedProperties",
            ),
            (
                {
                    "type": "object",
                    "patternProperties": {"^x": {"type": "integer"}},
                    "additionalProperties": False,
                },
                {"type": "object", "properties": {"xa": {"type": "string"}}},
                "/properties/xa: type",
            ),
            (
                {"type": "array", "items": {"type": "integer"}},
                {"type": "array", "contains": {"const": 1}},
                "contains",
            ),
        ],
        ids=[
            "member added to an open object",
            "closed",
            "required",
            "member removed",
            "shorter",
            "value removed",
            "alternatives that overlap",
            "names",
            "dependent",
            "unevaluated",
            "pattern",
            "contains",
        ],
    )
    def test_names_the_place_and_the_keyword(self, writer: Any, reader: Any, why: str) -> None:
        assert why in str(reason(writer, reader))

    def test_is_said_of_what_takes_too_long(self) -> None:
        knot = {
            "anyOf": [
                {"properties": {name: {"$ref": "#"} for name in "abcdefgh"}, "minProperties": place}
                for place in range(9)
            ]
        }
        assert reason(knot, {"anyOf": [*knot["anyOf"][1:], {"required": ["z"]}]}) is not None

    def test_is_said_across_drafts(self) -> None:
        with pytest.raises(ContainmentUnproven, match="two drafts"):
            require_contained(
                writer=root({"$schema": "http://json-schema.org/draft-07/schema#"}),
                reader=root({"type": "null"}),
                effort=Effort(),
            )

    def test_is_said_of_numbers_that_lie_too_far_apart(self) -> None:
        writer, reader = (Source("JSON", text) for text in ('{"multipleOf":1e900}', '{"multipleOf":1e-900}'))
        assert "too far apart" in str(reading_fails_because(writer=writer, reader=reader))

    @pytest.mark.parametrize(("language", "text"), [("JSON", json.dumps(CLOSED)), ("AVRO", '"string"')])
    def test_is_said_when_the_request_has_compared_enough(self, language: str, text: str) -> None:
        schema, effort = Source(language, text), Effort(left=4)
        reasons = [reading_fails_because(writer=schema, reader=schema, effort=effort) for _ in range(5)]
        assert reasons[0] is None
        assert effort.is_spent
        assert "so many versions" in str(reasons[-1])


class TestDraft07:
    def test_hides_what_stands_beside_a_reference(self) -> None:
        draft = {"$schema": "http://json-schema.org/draft-07/schema#"}
        writer = {
            **draft,
            "definitions": {"any": {"type": "number"}},
            "$ref": "#/definitions/any",
            "type": "integer",
        }
        assert "type" in str(reason(writer, {**draft, "type": "integer"}))


class TestSoundness:
    @pytest.mark.parametrize(
        ("schema", "why"),
        [
            ({"type": "strin"}, "is not valid"),
            ({"$ref": "#/$defs/lost"}, "leads nowhere"),
            ({"$ref": "https://example.com/person.json"}, "leads nowhere"),
            ({"$ref": "file:///etc/passwd"}, "leads nowhere"),
            (
                {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
                "leads back to itself",
            ),
            ({"anyOf": [{"type": "null"}, {"$ref": "#"}]}, "leads back to itself"),
            ({"$dynamicRef": "#x"}, "not taken"),
            ({"pattern": "^(a+)+$"}, "inside a repetition"),
            ({"patternProperties": {"(a|b)*": {}}}, "inside a repetition"),
            ({"pattern": "a" * 501}, "at most 500"),
            ({"anyOf": [{}] * 101}, "at most 100"),
            ({"$schema": "http://json-schema.org/draft-04/schema#"}, "expected one of"),
            ({"nobody": {"type": "strin"}, "$ref": "#/nobody"}, "is not valid"),
            ({"properties": {str(number): {} for number in range(3001)}}, "at most 3000"),
            ({"$id": "http://a/", "properties": {"a": {"$id": "http://["}}}, "is no address"),
        ],
        ids=[
            "unknown type",
            "nowhere",
            "another host",
            "a file",
            "a ring",
            "itself as an alternative",
            "dynamic",
            "nested repetitions",
            "a choice repeated",
            "long",
            "many alternatives",
            "an old draft",
            "a strange place",
            "many members",
            "half an address",
        ],
    )
    def test_refuses(self, schema: dict[str, Any], why: str) -> None:
        with pytest.raises(JsonSchemaMustBeSound, match=why):
            require_sound(root(schema))

    def test_follows_what_many_refer_to_once(self) -> None:
        require_sound(read_json_schema(lattice("{}-{}")))

    def test_refuses_more_addresses_than_anybody_needs(self) -> None:
        with pytest.raises(JsonSchemaMustBeSound, match="at most 100 addresses"):
            read_json_schema(lattice("in-{1}/of-{0}"))

    def test_follows_references_by_name_and_by_identifier(self) -> None:
        person = {"$schema": DRAFT, "$id": "https://example.com/person.json", "type": "string"}
        require_sound(root({"properties": {"by": {"$ref": "person"}}}, person=person))
        named = {"$id": "https://example.com/letter.json", "$ref": "person.json"}
        require_sound(root(named, **{"person.json": person}))
