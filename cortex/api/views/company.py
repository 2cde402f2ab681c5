# SPDX-License-Identifier: Apache-2.0
"""The base of every view below `companies/{company_code}/`."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request

from cortex.api.views.base import CortexView
from cortex.policy.access import entered
from cortex.policy.actions import ActionMustBeDeclared
from cortex.policy.declarations import declaration_of
from cortex.policy.filters.truth import M
from cortex.policy.filters.visible import visible
from cortex.tenancy.models import Company


class CompanyView(CortexView):
    """Enters the company of the path for the action that the class declares for the method."""

    company: Company
    enter: ClassVar[Callable[..., AbstractContextManager[Company]]] = staticmethod(entered)

    @contextmanager
    def room(self, request: Request) -> Iterator[UUID]:
        """Resolve the company, require the action, bind the scope."""
        action = self._action(str(request.method))
        code = self.kwargs["company_code"]
        with self.enter(principal=self.principal, company_code=code, action=action) as company:
            self.company = company
            yield company.id

    def visible(self, rows: QuerySet[M], *, entity_type: str) -> QuerySet[M]:
        """Return those of the company's rows that the caller may read."""
        return visible(
            rows,
            principal=self.principal,
            action=self._action("GET"),
            company_id=self.company.id,
            entity_type=entity_type,
        )

    def _action(self, method: str) -> str:
        declaration = declaration_of(self)
        # HEAD and OPTIONS tell no more than GET does.
        asked = "GET" if method in ("HEAD", "OPTIONS") else method
        action = declaration.action_for(asked) if declaration else None
        if action is None:
            raise ActionMustBeDeclared(
                f"{type(self).__name__} {method}: expected a declared action, got none.",
                evidence={"object": type(self).__name__, "got": method},
            )
        return action
