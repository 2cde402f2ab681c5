# SPDX-License-Identifier: Apache-2.0
"""Bodies that clients of the registry send, and those that they get."""

from typing import Any

from rest_framework import serializers

from cortex.api.serializers import StrictSerializer, TextField, WholeField
from cortex.schemas.candidates import REFERENCES_MAX, TEXT_BYTES_MAX, Candidate, ReferenceName, candidate
from cortex.schemas.models import SchemaType, Version
from cortex.schemas.selectors import candidate_of

_VERSION_MAX = 2**31 - 1
# A text of the longest schema may come with white space.
_TEXT_LENGTH_MAX = 4 * TEXT_BYTES_MAX


class NothingField(serializers.Field[None, Any, Any, Any]):
    """A member that clients send empty; what it could hold is not offered, and dropping it would mislead."""

    default_error_messages = {"offered": "This is not offered by this registry; leave it out."}

    def __init__(self) -> None:
        super().__init__(required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> None:
        """Refuse whatever is not null."""
        self.fail("offered")


class ReferenceBody(StrictSerializer):
    """`name` in the schema stands for a version of a subject."""

    name = TextField(max_length=500, trim_whitespace=False)
    subject = TextField(max_length=255, trim_whitespace=False)
    version = WholeField(min_value=1, max_value=_VERSION_MAX)


class SchemaBody(StrictSerializer):
    """A schema that is registered, looked up or compared."""

    schema = TextField(max_length=_TEXT_LENGTH_MAX, trim_whitespace=False)
    schemaType = TextField(max_length=40, required=False, allow_null=True)  # noqa: N815 - the API's name
    references = serializers.ListField(
        child=ReferenceBody(), max_length=REFERENCES_MAX, required=False, allow_null=True
    )
    metadata = NothingField()
    ruleSet = NothingField()  # noqa: N815 - the API's name

    def candidate(self) -> Candidate:
        """Return the validated body as a candidate; without a type a schema is Avro."""
        read = self.validated_data
        references = [ReferenceName(**reference) for reference in read.get("references") or ()]
        return candidate(
            schema_type=read.get("schemaType") or SchemaType.AVRO, text=read["schema"], references=references
        )


class ConfigBody(StrictSerializer):
    """The compatibility that is asked for."""

    compatibility = TextField(max_length=40)


def represented_schema(wanted: Candidate) -> dict[str, Any]:
    """Return a schema as clients read it: the type is left out where it is Avro."""
    body: dict[str, Any] = {"schema": wanted.text}
    if wanted.schema_type != SchemaType.AVRO:
        body["schemaType"] = wanted.schema_type
    if wanted.references:
        body["references"] = [
            {"name": each.name, "subject": each.subject, "version": each.version}
            for each in wanted.references
        ]
    return body


def represented_version(version: Version) -> dict[str, Any]:
    """Return a version as clients read it."""
    place = {"subject": version.subject.name, "version": version.number, "id": version.content_id}
    return {**place, **represented_schema(candidate_of(version.content))}
