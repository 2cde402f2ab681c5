# SPDX-License-Identifier: Apache-2.0
"""What doors to the leaves of all companies, and of none, ask for."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from rest_framework.request import Request

from apps.audit.adapters.policy_entities import READ_BUNDLES
from cortex.api.views.base import CortexView
from cortex.ports.authorizer import Authorizer
from cortex.ports.registry import get


class PlatformLogView(CortexView):
    """A door to the whole log."""

    @contextmanager
    def room(self, request: Request) -> Iterator[UUID | None]:
        """Require the action on the platform."""
        get(Authorizer).require(principal=self.principal, action=READ_BUNDLES, company_id=None)
        yield None
