# SPDX-License-Identifier: Apache-2.0
"""Versions of plugins, keys that sign them, and the switch: of the platform."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.plugins.api.bodies import (
    KeyToTrustSerializer,
    PluginKeyPageSerializer,
    PluginKeySerializer,
    PluginReasonSerializer,
    PluginSwitchListSerializer,
    PluginSwitchSerializer,
    PluginVersionPageSerializer,
    PluginVersionQuery,
    PluginVersionSerializer,
    StoppedSerializer,
    TurnSerializer,
)
from apps.plugins.api.representations import key_json, switch_json, version_json
from apps.plugins.domain.policy_names import (
    READ_VERSIONS,
    REVOKE_KEY,
    REVOKE_VERSION,
    TRUST_KEY,
    TURN_SWITCH,
)
from apps.plugins.selectors.switches import switches
from apps.plugins.selectors.trusted_keys import every_key
from apps.plugins.selectors.versions import version_with_id, versions_of_reader
from apps.plugins.services.revoke_key import revoke_key
from apps.plugins.services.revoke_version import revoke_version
from apps.plugins.services.turn_switch import switch_off, switch_on
from apps.plugins.services.waiting_verbs import trust_key_or_wait
from cortex.api.pages import Keyset, keyset_page
from cortex.api.queries import PageQuery, read_query
from cortex.api.views.base import READING
from cortex.api.views.platform import PlatformView
from cortex.policy.declarations import policy_action


@policy_action(GET=READ_VERSIONS)
class PluginVersionsView(PlatformView):
    """The versions."""

    methods_with_query = READING

    @extend_schema(
        operation_id="plugin_versions_list",
        parameters=[PluginVersionQuery],
        responses=PluginVersionPageSerializer,
    )
    def get(self, request: Request) -> Response:
        """List the versions that may be installed, the newest first; they are added at the console."""
        query = read_query(request, PluginVersionQuery)
        rows = versions_of_reader(seen_by=self.principal)
        if "plugin" in query:
            rows = rows.filter(plugin_id=query["plugin"])
        return Response(keyset_page(request=request, queryset=rows, keyset=Keyset("-id")).body(version_json))


@policy_action(GET=READ_VERSIONS)
class PluginVersionView(PlatformView):
    """One version."""

    @extend_schema(operation_id="plugin_versions_read", responses=PluginVersionSerializer)
    def get(self, request: Request, plugin_version_id: UUID) -> Response:
        """Read a version with what it may do."""
        return Response(version_json(version_with_id(version_id=plugin_version_id)))


@policy_action(POST=REVOKE_VERSION)
class PluginVersionRevokeView(PlatformView):
    """The verb."""

    @extend_schema(
        operation_id="plugin_versions_revoke", request=PluginReasonSerializer, responses=StoppedSerializer
    )
    def post(self, request: Request, plugin_version_id: UUID) -> Response:
        """Recall a version for good; it is stopped in every company at once."""
        reason = self.read_body(PluginReasonSerializer)["reason"]
        row = version_with_id(version_id=plugin_version_id)
        stopped = revoke_version(
            plugin_id=row.plugin_id, version=row.version, reason=reason, revoked_by=self.principal
        )
        return Response({"stopped": stopped})


@policy_action(GET=READ_VERSIONS, POST=TRUST_KEY)
class PluginKeysView(PlatformView):
    """The keys."""

    methods_with_query = READING

    @extend_schema(operation_id="plugin_keys_list", parameters=[PageQuery], responses=PluginKeyPageSerializer)
    def get(self, request: Request) -> Response:
        """List the keys that were ever trusted, the oldest first."""
        read_query(request, PageQuery)
        page = keyset_page(request=request, queryset=every_key(seen_by=self.principal), keyset=Keyset("id"))
        return Response(page.body(key_json))

    @extend_schema(
        operation_id="plugin_keys_trust", request=KeyToTrustSerializer, responses={201: PluginKeySerializer}
    )
    def post(self, request: Request) -> Response:
        """Let signatures of a key count: a publisher's below its name, a reviewer's for all."""
        body = self.read_body(KeyToTrustSerializer)
        key = trust_key_or_wait(
            role=body["role"],
            publisher=body.get("publisher", ""),
            untrusted_key=body["key"].encode(),
            trusted_by=self.principal,
        )
        return Response(key_json(key), status=201)


@policy_action(POST=REVOKE_KEY)
class PluginKeyRevokeView(PlatformView):
    """The verb."""

    @extend_schema(
        operation_id="plugin_keys_revoke", request=PluginReasonSerializer, responses=StoppedSerializer
    )
    def post(self, request: Request, keyid: str) -> Response:
        """Take the trust from a key for good; what it signed is stopped in every company at once."""
        reason = self.read_body(PluginReasonSerializer)["reason"]
        return Response({"stopped": revoke_key(keyid=keyid, reason=reason, revoked_by=self.principal)})


@policy_action(GET=READ_VERSIONS, POST=TURN_SWITCH)
class PluginSwitchesView(PlatformView):
    """The kill-switch."""

    @extend_schema(operation_id="plugin_switches_list", responses=PluginSwitchListSerializer)
    def get(self, request: Request) -> Response:
        """Tell how each switch stands that was ever turned."""
        return Response({"items": [switch_json(turn) for turn in switches()]})

    @extend_schema(
        operation_id="plugin_switches_turn", request=TurnSerializer, responses=PluginSwitchSerializer
    )
    def post(self, request: Request) -> Response:
        """Switch a plugin, or all of them, off in every company, or on again."""
        body: dict[str, Any] = self.read_body(TurnSerializer)
        turn = switch_off if body["is_off"] else switch_on
        turned = turn(plugin_id=body.get("plugin", ""), reason=body["reason"], turned_by=self.principal)
        return Response(switch_json(turned))
