# SPDX-License-Identifier: Apache-2.0
"""The leaves themselves, for those who may read the whole log."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from apps.audit.adapters.policy_entities import READ_BUNDLES
from apps.audit.domain.merkle.tiles import parse_tile_name
from apps.audit.selectors.bundles import entry_bundle
from cortex.api.views.base import CortexView
from cortex.policy.declarations import policy_action
from cortex.ports.authorizer import Authorizer
from cortex.ports.registry import get


@policy_action(READ_BUNDLES)
class EntryBundleView(CortexView):
    """Leaves of all companies: opaque ids, digests and commitments, yet who did what and how often."""

    # C2SP tlog-tiles says what this door answers; the contract under /api/v1/ does not repeat it.
    schema = None

    @contextmanager
    def room(self, request: Request) -> Iterator[UUID | None]:
        """Require the action on the platform."""
        get(Authorizer).require(principal=self.principal, action=READ_BUNDLES, company_id=None)
        yield None

    def get(self, request: Request, tile_name: str, **_: Any) -> HttpResponse:
        """Answer a bundle that a published checkpoint covers."""
        place, width = parse_tile_name(tile_name) or (0, 0)
        response = HttpResponse(
            entry_bundle(place=place, width=width), content_type="application/octet-stream"
        )
        response["Cache-Control"] = "private, no-store"
        return response
