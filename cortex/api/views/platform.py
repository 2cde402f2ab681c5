# SPDX-License-Identifier: Apache-2.0
"""The base of every view of what belongs to no company."""

from collections.abc import Iterator
from contextlib import contextmanager

from rest_framework.request import Request

from cortex.api.views.base import CortexView
from cortex.policy.declarations import declaration_of
from cortex.ports.authorizer import Authorizer
from cortex.ports.registry import get


class PlatformView(CortexView):
    """Requires the action that the class declares for the method; no company is entered."""

    @contextmanager
    def room(self, request: Request) -> Iterator[None]:
        """Ask for the platform."""
        method = "GET" if request.method in ("HEAD", "OPTIONS") else str(request.method)
        declaration = declaration_of(self)
        action = declaration.action_for(method) if declaration else None
        get(Authorizer).require(principal=self.principal, action=str(action), company_id=None)
        yield None
