# SPDX-License-Identifier: Apache-2.0
"""The leaves themselves, for those who may read the whole log."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from apps.audit.adapters.policy_entities import READ_BUNDLES
from apps.audit.api.views.platform import PlatformLogView
from apps.audit.domain.merkle.tiles import parse_tile_name
from apps.audit.selectors.bundles import entry_bundle
from cortex.policy.declarations import policy_action


@policy_action(READ_BUNDLES)
class EntryBundleView(PlatformLogView):
    """Leaves of all companies: opaque ids, digests and commitments, yet who did what and how often."""

    # C2SP tlog-tiles says what this door answers; the contract under /api/v1/ does not repeat it.
    schema = None

    def get(self, request: Request, tile_name: str, **_: Any) -> HttpResponse:
        """Answer a bundle that a published checkpoint covers."""
        place, width = parse_tile_name(tile_name) or (0, 0)
        response = HttpResponse(
            entry_bundle(place=place, width=width), content_type="application/octet-stream"
        )
        response["Cache-Control"] = "private, no-store"
        return response
