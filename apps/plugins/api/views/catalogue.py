# SPDX-License-Identifier: Apache-2.0
"""What is out, for programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.plugins.api.serializers.marketplace import (
    CatalogueQuery,
    CatalogueSerializer,
    ShownPluginSerializer,
    release_json,
)
from apps.plugins.domain.capability import in_words
from apps.plugins.selectors.marketplace.catalogue import released, shown_release
from cortex.api.queries import read_query
from cortex.api.views.base import READING, CortexView
from cortex.policy.declarations import signed_in

_REASON = "what is out is public; the page shows it to everybody"


@signed_in(_REASON)
class PluginsView(CortexView):
    """The catalogue."""

    methods_with_query = READING

    @extend_schema(
        operation_id="marketplace_plugins_list", parameters=[CatalogueQuery], responses=CatalogueSerializer
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the newest version of each plugin of a channel whose texts hold every word."""
        query = read_query(request, CatalogueQuery)
        found = released(
            query=query.get("q", ""), channel=query.get("channel", "stable"), page=query.get("page", 1)
        )
        items = [release_json(each) for each in found.releases]
        return Response({"items": items, "has_more": found.has_more})


@signed_in(_REASON)
class PluginView(CortexView):
    """One plugin."""

    @extend_schema(operation_id="marketplace_plugins_retrieve", responses=ShownPluginSerializer)
    def get(self, request: Request, plugin_id: str, **kwargs: Any) -> Response:
        """Return a plugin's newest version, with what it may do, its checks and all its versions."""
        shown = shown_release(plugin_id=plugin_id)
        return Response(
            {
                **release_json(shown.release),
                "rights": in_words(shown.manifest.capabilities, company="(where it is installed)"),
                "capabilities": shown.release.submission.capabilities,
                "checks": shown.checks,
                "versions": [release_json(each) for each in shown.versions],
            }
        )
