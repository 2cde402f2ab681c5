# SPDX-License-Identifier: Apache-2.0
"""Subjects and their versions."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.schema_registry.answers import bare
from cortex.api.schema_registry.base import RegistryView, paged
from cortex.api.schema_registry.bodies import represented_version
from cortex.api.schema_registry.protocol import read_questions, truth, whole
from cortex.policy.declarations import policy_action
from cortex.schemas import selectors
from cortex.schemas.actions import DELETE, READ, REGISTER
from cortex.schemas.deletion import delete_subject, delete_version
from cortex.schemas.registration import register_schema

_PAGE = {"offset": whole, "limit": whole}
_DELETED = {"deleted": truth, "deleted_only": truth, "deletedOnly": truth}
_DELETING = {"permanent": truth}


@policy_action(GET=READ)
class SubjectsView(RegistryView):
    """All subjects."""

    def get(self, request: Request) -> Response:
        """List the names of subjects."""
        asked = read_questions(request, {**_PAGE, **_DELETED, "subjectPrefix": str})
        prefix = asked.get("subjectPrefix", "")
        names = selectors.subject_names(seen_by=self.principal, prefix=prefix, **_which(asked))
        return Response(paged(names, asked))


@policy_action(POST=READ, DELETE=DELETE)
class SubjectView(RegistryView):
    """One subject."""

    def post(self, request: Request, subject: str) -> Response:
        """Look a schema up among the versions of the subject."""
        asked = read_questions(request, {"normalize": truth, "deleted": truth, "format": str})
        found = selectors.find_version(
            subject=subject,
            wanted=self.candidate(),
            seen_by=self.principal,
            normalize=asked.get("normalize", False),
            with_deleted=asked.get("deleted", False),
        )
        return Response(represented_version(found))

    def delete(self, request: Request, subject: str) -> Response:
        """Delete every version, softly or for good."""
        asked = read_questions(request, _DELETING)
        permanently = asked.get("permanent", False)
        return Response(delete_subject(subject=subject, deleted_by=self.principal, permanently=permanently))


@policy_action(GET=READ, POST=REGISTER)
class VersionsView(RegistryView):
    """The versions of a subject."""

    def get(self, request: Request, subject: str) -> Response:
        """List the numbers of versions."""
        asked = read_questions(request, {**_PAGE, **_DELETED})
        numbers = selectors.version_numbers(subject=subject, seen_by=self.principal, **_which(asked))
        return Response(paged(numbers, asked))

    def post(self, request: Request, subject: str) -> Response:
        """Register a schema as the next version, unless a version holds it already."""
        asked = read_questions(request, {"normalize": truth, "format": str})
        registered = register_schema(
            subject=subject,
            wanted=self.candidate(),
            registered_by=self.principal,
            normalize=asked.get("normalize", False),
        )
        return Response({"id": registered.version.content_id})


@policy_action(GET=READ, DELETE=DELETE)
class VersionView(RegistryView):
    """One version."""

    def get(self, request: Request, subject: str, version: str) -> Response:
        """Show a version by its number, or the latest."""
        asked = read_questions(request, {"deleted": truth, "format": str})
        found = selectors.version_of(
            subject=subject,
            version=version,
            seen_by=self.principal,
            with_deleted=asked.get("deleted", False),
        )
        return Response(represented_version(found))

    def delete(self, request: Request, subject: str, version: str) -> Response:
        """Delete a version, softly or for good."""
        asked = read_questions(request, _DELETING)
        number = delete_version(
            subject=subject,
            version=version,
            deleted_by=self.principal,
            permanently=asked.get("permanent", False),
        )
        return Response(number)


@policy_action(GET=READ)
class VersionTextView(RegistryView):
    """The bare schema of one version."""

    def get(self, request: Request, subject: str, version: str) -> HttpResponse:
        """Show the schema alone."""
        asked = read_questions(request, {"deleted": truth, "format": str})
        found = selectors.version_of(
            subject=subject,
            version=version,
            seen_by=self.principal,
            with_deleted=asked.get("deleted", False),
        )
        return bare(found.content.text)


@policy_action(GET=READ)
class ReferringView(RegistryView):
    """Who refers to a version."""

    def get(self, request: Request, subject: str, version: str) -> Response:
        """List the ids of schemas that refer to this version."""
        asked = read_questions(request, _PAGE)
        ids = selectors.referring_ids(subject=subject, version=version, seen_by=self.principal)
        return Response(paged(ids, asked))


def _which(asked: dict[str, Any]) -> dict[str, bool]:
    only = asked.get("deleted_only", False) or asked.get("deletedOnly", False)
    return {"with_deleted": asked.get("deleted", False), "only_deleted": only}
