# SPDX-License-Identifier: Apache-2.0
"""The base of the registry's views: one platform, no company, and the words of the Confluent API."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.schema_registry.answers import exception_handler
from cortex.api.schema_registry.bodies import SchemaBody
from cortex.api.schema_registry.protocol import (
    RegistryNegotiation,
    RegistryParser,
    RegistryRenderer,
)
from cortex.api.views.base import CortexView
from cortex.database.transactions import transactional
from cortex.policy.declarations import declaration_of
from cortex.schemas.candidates import Candidate
from cortex.schemas.rights import require_right

R = TypeVar("R")


class RegistryView(CortexView):
    """Requires the action that the class declares for the method."""

    # The contract of this door is the Confluent API's; ours under /api/v1/ does not repeat it.
    schema = None
    methods_with_query = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE"})
    content_negotiation_class = RegistryNegotiation
    parser_classes = (RegistryParser,)
    renderer_classes = (RegistryRenderer,)

    def get_exception_handler(self) -> Callable[..., Response]:
        """Answer refusals as {error_code, message}."""
        return exception_handler

    @contextmanager
    def room(self, request: Request) -> Iterator[UUID | None]:
        """Require the action on the platform."""
        declaration = declaration_of(self)
        method = "GET" if request.method in ("HEAD", "OPTIONS") else str(request.method)
        action = declaration.action_for(method) if declaration else None
        require_right(principal=self.principal, action=str(action))
        yield None

    def candidate(self) -> Candidate:
        """Return the schema in the body."""
        reader = SchemaBody(data=self.request.data, context={"view": self})
        reader.is_valid(raise_exception=True)
        return reader.candidate()

    def _change(
        self, request: Request, company_id: UUID | None, answer: Callable[[], Response]
    ) -> HttpResponseBase:
        # The API has no idempotency keys: registering the same schema again is the same answer by itself.
        return transactional(answer)()


def paged(rows: list[R], questions: dict[str, Any]) -> list[R]:
    """Return the part of a list that `offset` and `limit` name; a negative limit is none."""
    first, limit = max(questions.get("offset", 0), 0), questions.get("limit", -1)
    return rows[first:] if limit < 0 else rows[first : first + limit]
