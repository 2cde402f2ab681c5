# SPDX-License-Identifier: Apache-2.0
"""Schemas by their ids, which are what messages carry."""

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.schema_registry.answers import bare
from cortex.api.schema_registry.base import RegistryView, paged
from cortex.api.schema_registry.bodies import represented_schema
from cortex.api.schema_registry.protocol import Questions, read_questions, truth, whole
from cortex.policy.declarations import policy_action
from cortex.schemas import selectors
from cortex.schemas.actions import READ
from cortex.schemas.models import SchemaType

_HOLDERS: Questions = {"offset": whole, "limit": whole, "subject": str, "deleted": truth}
# Asked by newer clients; there is one form of each schema, so every answer is the same.
_SCHEMA: Questions = {"subject": str, "format": str, "reference_format": str, "fetchMaxId": truth}


@policy_action(GET=READ)
class SchemaTypesView(RegistryView):
    """The languages of schemas."""

    def get(self, request: Request) -> Response:
        """List the languages."""
        read_questions(request, {})
        return Response(sorted(SchemaType.values, reverse=True))


@policy_action(GET=READ)
class SchemaView(RegistryView):
    """One schema."""

    def get(self, request: Request, schema_id: int) -> Response:
        """Show the schema of this id."""
        read_questions(request, _SCHEMA)
        content = selectors.content_of(schema_id=schema_id, seen_by=self.principal)
        return Response(represented_schema(selectors.candidate_of(content)))


@policy_action(GET=READ)
class SchemaTextView(RegistryView):
    """One bare schema."""

    def get(self, request: Request, schema_id: int) -> HttpResponse:
        """Show the schema alone."""
        read_questions(request, _SCHEMA)
        return bare(selectors.content_of(schema_id=schema_id, seen_by=self.principal).text)


@policy_action(GET=READ)
class SchemaSubjectsView(RegistryView):
    """The subjects that hold a schema."""

    def get(self, request: Request, schema_id: int) -> Response:
        """List the names of subjects."""
        asked = read_questions(request, _HOLDERS)
        versions = selectors.versions_holding(
            schema_id=schema_id, seen_by=self.principal, with_deleted=asked.get("deleted", False)
        )
        names = dict.fromkeys(version.subject.name for version in versions)
        return Response(paged([name for name in names if asked.get("subject", name) == name], asked))


@policy_action(GET=READ)
class SchemaVersionsView(RegistryView):
    """The versions that hold a schema."""

    def get(self, request: Request, schema_id: int) -> Response:
        """List subjects with version numbers."""
        asked = read_questions(request, _HOLDERS)
        versions = selectors.versions_holding(
            schema_id=schema_id, seen_by=self.principal, with_deleted=asked.get("deleted", False)
        )
        places = [
            {"subject": version.subject.name, "version": version.number}
            for version in versions
            if asked.get("subject", version.subject.name) == version.subject.name
        ]
        return Response(paged(places, asked))
