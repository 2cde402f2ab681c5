# SPDX-License-Identifier: Apache-2.0
"""The client that programs use speaks to the registry over HTTP, with its own (de)serialisers."""

import json
from typing import Any

import psycopg
import pytest
from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from django.core.management import call_command

from cortex import clock
from cortex.identity.models import User
from cortex.programs.clients.issue_token import issue_token
from tests.frame.clones import Clone
from tests.integration.cortex.schemas.conftest import Connect

AVRO = json.dumps({"type": "record", "name": "Note", "fields": [{"name": "n", "type": "int"}]})
WIDER = {"type": "record", "name": "Note", "fields": [{"name": "n", "type": "long"}]}
OTHER = json.dumps({"type": "record", "name": "Note", "fields": [{"name": "n", "type": "string"}]})
JSON = json.dumps({"title": "Note", "type": "object", "properties": {"n": {"type": "integer"}}})


def avro(text: Any) -> Schema:
    return Schema(text if isinstance(text, str) else json.dumps(text), "AVRO")


def refused(call: Any) -> tuple[int, int]:
    with pytest.raises(SchemaRegistryError) as refusal:
        call()
    return refusal.value.http_status_code, refusal.value.error_code


def leaves(registry: Clone) -> list[tuple[str, str, str | None]]:
    with psycopg.connect(registry.admin_dsn) as admin:
        rows = admin.execute("SELECT convert_from(body, 'UTF8')::jsonb FROM audit_entry ORDER BY id")
        return [(body["verb"], body["actor"], body.get("company")) for (body,) in rows.fetchall()]


@pytest.fixture
def client(connect: Connect) -> SchemaRegistryClient:
    return connect()


class TestSubject:
    def test_gets_versions_and_keeps_the_ids_of_their_schemas(
        self, client: SchemaRegistryClient, subject: str, connect: Connect
    ) -> None:
        first = client.register_schema(subject, avro(AVRO))
        second = client.register_schema(subject, avro(WIDER))
        other = connect()
        assert (first < second, other.register_schema("elsewhere", avro(AVRO))) == (True, first)
        assert other.register_schema(subject, avro(AVRO)) == first
        assert other.get_versions(subject) == [1, 2]
        assert {"elsewhere", subject} <= set(other.get_subjects())
        assert json.loads(other.get_schema(first).schema_str) == json.loads(AVRO)
        latest = other.get_latest_version(subject)
        assert (latest.version, latest.schema_id) == (2, second)
        assert other.get_version(subject, 1).schema_id == first
        assert other.lookup_schema(subject, avro(AVRO)).version == 1
        assert other.get_subjects_by_schema_id(first) == ["elsewhere", subject]
        assert [(v.subject, v.version) for v in other.get_schema_versions(second)] == [(subject, 2)]
        assert other.get_schema_types() == ["JSON", "AVRO"]

    def test_is_the_same_for_other_spacing_and_when_normalised_for_other_order(
        self, client: SchemaRegistryClient, subject: str, connect: Connect
    ) -> None:
        spaced = json.dumps(json.loads(AVRO), indent=3)
        ordered = json.dumps(json.loads(AVRO), sort_keys=True)
        first = client.register_schema(subject, avro(AVRO))
        assert client.register_schema(subject, avro(spaced)) == first
        assert connect().register_schema(subject, avro(ordered), normalize_schemas=True) == first
        assert client.lookup_schema(subject, avro(ordered), normalize_schemas=True).version == 1
        assert refused(lambda: connect().lookup_schema(subject, avro(ordered))) == (404, 40403)

    def test_refuses_what_breaks_its_readers_and_says_where(
        self, client: SchemaRegistryClient, subject: str
    ) -> None:
        client.register_schema(subject, avro(AVRO))
        with pytest.raises(SchemaRegistryError, match="/fields/0/type: type_mismatch") as refusal:
            client.register_schema(subject, avro(OTHER))
        assert (refusal.value.http_status_code, refusal.value.error_code) == (409, 409)
        assert client.get_versions(subject) == [1]
        assert client.test_compatibility(subject, avro(WIDER)) is True
        assert client.test_compatibility(subject, avro(OTHER), version=1) is False
        assert client.test_compatibility_all_versions(subject, avro(OTHER)) is False

    def test_has_a_mode_of_its_own_or_the_one_for_all(
        self, client: SchemaRegistryClient, subject: str, connect: Connect
    ) -> None:
        assert client.get_compatibility() == "BACKWARD"
        assert refused(lambda: client.get_compatibility(subject)) == (404, 40408)
        client.set_compatibility(subject, "NONE")
        assert refused(lambda: client.set_compatibility(level="full_transitive"))[0] == 403
        call_command("schemas", "mode", "full_transitive")
        assert (connect().get_compatibility(subject), connect().get_compatibility()) == (
            "NONE",
            "FULL_TRANSITIVE",
        )
        client.register_schema(subject, avro(AVRO))
        client.register_schema(subject, avro(OTHER))
        assert refused(lambda: client.set_compatibility(subject, "SIDEWAYS")) == (422, 42203)
        call_command("schemas", "mode", "BACKWARD")

    def test_is_deleted_softly_and_then_for_good(
        self, client: SchemaRegistryClient, subject: str, connect: Connect
    ) -> None:
        text = {"type": "record", "name": "Gone", "fields": []}
        schema_id = client.register_schema(subject, avro(text))
        assert refused(lambda: client.delete_subject(subject, permanent=True)) == (404, 40405)
        assert client.delete_subject(subject) == [1]
        assert refused(lambda: client.delete_subject(subject)) == (404, 40404)
        reader = connect()
        assert refused(lambda: reader.get_latest_version(subject)) == (404, 40401)
        assert json.loads(reader.get_schema(schema_id).schema_str) == text
        assert subject in reader.get_subjects(deleted=True)
        assert client.delete_subject(subject, permanent=True) == [1]
        assert refused(lambda: connect().get_schema(schema_id)) == (404, 40403)
        assert connect().register_schema(subject, avro(text)) == schema_id

    def test_loses_one_version(self, client: SchemaRegistryClient, subject: str, connect: Connect) -> None:
        client.register_schema(subject, avro(AVRO))
        client.register_schema(subject, avro(WIDER))
        assert client.delete_version(subject, 1) == 1
        assert refused(lambda: client.delete_version(subject, 1)) == (404, 40406)
        assert refused(lambda: client.delete_version(subject, 2, permanent=True)) == (404, 40407)
        assert client.delete_version(subject, 1, permanent=True) == 1
        assert connect().get_versions(subject) == [2]


class TestModeForAll:
    def test_is_changed_by_a_platform_administrator_and_nobody_of_a_company(
        self, client: SchemaRegistryClient
    ) -> None:
        user = User.objects.get(username="demo-service")
        assert refused(lambda: client.set_compatibility(level="NONE"))[0] == 403
        assert refused(lambda: client.delete_subject("nobody"))[0] == 404
        User.objects.filter(pk=user.pk).update(is_superuser=True)
        try:
            client.set_compatibility(level="BACKWARD")
        finally:
            User.objects.filter(pk=user.pk).update(is_superuser=False)


class TestTrail:
    def test_holds_a_leaf_of_the_platform_for_every_change(
        self, client: SchemaRegistryClient, subject: str, registry: Clone
    ) -> None:
        before = leaves(registry)
        client.register_schema(subject, avro(AVRO))
        client.set_compatibility(subject, "FULL")
        client.delete_subject(subject)
        added = leaves(registry)[len(before) :]
        assert [(verb, actor, company) for verb, actor, company in added] == [
            ("schemas.subject.register", "client:demo-service", None),
            ("schemas.compatibility.change", "client:demo-service", None),
            ("schemas.subject.delete", "client:demo-service", None),
        ]


class TestOwnEvents:
    def test_are_read_and_never_written(self, client: SchemaRegistryClient) -> None:
        name = "accounting.journal_entry.posted.v1"
        assert client.get_latest_version(name).version == 1
        schema = Schema("{}", "JSON")
        assert refused(lambda: client.register_schema(name, schema)) == (422, 42205)
        assert refused(lambda: client.delete_subject(name)) == (422, 42205)
        assert refused(lambda: client.set_compatibility(name, "NONE")) == (422, 42205)


class TestRights:
    def test_need_the_scope(self, connect: Connect) -> None:
        other = issue_token(
            client_id="demo-service",
            scopes=["accounting:read"],
            at=clock.now(),
        )
        assert refused(lambda: connect(other).get_subjects()) == (403, 403)


class TestReference:
    def test_is_followed_and_keeps_what_it_names(
        self, client: SchemaRegistryClient, connect: Connect
    ) -> None:
        client.register_schema("person", Schema(json.dumps({"type": "string"}), "JSON"))
        text = json.dumps({"type": "object", "properties": {"by": {"$ref": "person.json"}}})
        letter = Schema(text, "JSON", [SchemaReference("person.json", "person", 1)])
        schema_id = client.register_schema("letter", letter)
        assert connect().get_schema(schema_id).references == [SchemaReference("person.json", "person", 1)]
        assert client.get_referenced_by("person", 1) == [schema_id]
        assert refused(lambda: client.delete_subject("person")) == (422, 42206)
        assert refused(lambda: client.delete_version("person", 1)) == (422, 42206)
        client.delete_subject("letter")
        client.delete_subject("letter", permanent=True)
        assert client.delete_subject("person") == [1]

    def test_of_avro_brings_named_types(self, client: SchemaRegistryClient) -> None:
        person = {"type": "record", "name": "Person", "namespace": "org", "fields": []}
        client.register_schema("avro-person", avro(person))
        letter = {"type": "record", "name": "Letter", "fields": [{"name": "by", "type": "org.Person"}]}
        assert refused(lambda: client.register_schema("avro-letter", avro(letter))) == (422, 42201)
        named = Schema(json.dumps(letter), "AVRO", [SchemaReference("org.Person", "avro-person", 1)])
        assert client.register_schema("avro-letter", named) > 0

    def test_to_nothing_is_refused(self, client: SchemaRegistryClient) -> None:
        lost = Schema('{"$ref": "x.json"}', "JSON", [SchemaReference("x.json", "nobody", 1)])
        assert refused(lambda: client.register_schema("letter", lost)) == (422, 42201)
        away = Schema('{"$ref": "http://127.0.0.1:9/x.json"}', "JSON")
        assert refused(lambda: client.register_schema("letter", away)) == (422, 42201)


class TestErrors:
    def test_have_the_numbers_that_clients_know(self, client: SchemaRegistryClient, subject: str) -> None:
        assert refused(lambda: client.get_latest_version("nobody")) == (404, 40401)
        assert refused(lambda: client.get_versions("nobody")) == (404, 40401)
        assert refused(lambda: client.get_schema(4711)) == (404, 40403)
        assert refused(lambda: client.register_schema(subject, avro("{"))) == (422, 42201)
        assert refused(lambda: client.register_schema(" a", avro(AVRO))) == (422, 42208)
        assert refused(lambda: client.register_schema(subject, Schema("x", "PROTOBUF"))) == (422, 42201)
        client.register_schema(subject, avro(AVRO))
        assert refused(lambda: client.get_version(subject, 9)) == (404, 40402)
        assert refused(lambda: client.get_version(subject, 0)) == (422, 42202)

    def test_tell_strangers_to_sign_in(self, connect: Connect) -> None:
        assert refused(lambda: connect("no-token").get_subjects()) == (401, 401)


@pytest.mark.parametrize("language", ["AVRO", "JSON"])
class TestSerializer:
    def serializer(self, client: SchemaRegistryClient, language: str, **conf: Any) -> Any:
        conf = {name.replace("_", "."): value for name, value in conf.items()}
        if language == "AVRO":
            return AvroSerializer(client, AVRO, conf=conf or None)
        return JSONSerializer(JSON, client, conf=conf or None)

    def deserializer(self, client: SchemaRegistryClient, language: str) -> Any:
        if language == "AVRO":
            return AvroDeserializer(client)
        return JSONDeserializer(None, schema_registry_client=client)

    @pytest.fixture
    def topic(self, request: pytest.FixtureRequest) -> str:
        return str(request.node.name).replace("[", "-").replace("]", "")

    def test_registers_by_itself_and_is_read_by_another_program(
        self, connect: Connect, language: str, topic: str
    ) -> None:
        value = SerializationContext(topic, MessageField.VALUE)
        written = self.serializer(connect(), language)({"n": 7}, value)
        assert self.deserializer(connect(), language)(written, value) == {"n": 7}
        assert connect().get_versions(f"{topic}-value") == [1]

    def test_may_be_told_not_to_register(self, connect: Connect, language: str, topic: str) -> None:
        value = SerializationContext(topic, MessageField.VALUE)
        cautious = self.serializer(connect(), language, auto_register_schemas=False)
        assert refused(lambda: cautious({"n": 7}, value)) == (404, 40401)
        connect().register_schema(f"{topic}-value", Schema(AVRO if language == "AVRO" else JSON, language))
        written = self.serializer(connect(), language, auto_register_schemas=False)({"n": 7}, value)
        latest = self.serializer(connect(), language, auto_register_schemas=False, use_latest_version=True)(
            {"n": 7}, value
        )
        assert written == latest
        assert self.deserializer(connect(), language)(written, value) == {"n": 7}
