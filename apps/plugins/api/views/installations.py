# SPDX-License-Identifier: Apache-2.0
"""Plugins of a company."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.plugins.api.bodies import (
    InstallationPageSerializer,
    InstallationSerializer,
    PluginDifferenceQuery,
    PluginDifferenceSerializer,
    PluginReasonSerializer,
    PluginSettingsSerializer,
    PluginToInstallSerializer,
    PluginToRemoveSerializer,
    PluginToRollBackSerializer,
    PluginToUpgradeSerializer,
    RemovedPluginSerializer,
)
from apps.plugins.api.representations import installation_json, told_installation
from apps.plugins.domain.policy_names import (
    CONFIGURE,
    DISABLE,
    ENABLE,
    INSTALL,
    READ_INSTALLATIONS,
    REMOVE,
    ROLL_BACK,
    UPGRADE,
)
from apps.plugins.selectors.installations import installation_of, installations_of
from apps.plugins.selectors.newest_runs import newest_runs
from apps.plugins.selectors.told_rights import told_difference
from apps.plugins.selectors.versions import version_named
from apps.plugins.services.disable_plugin import disable_plugin
from apps.plugins.services.remove_plugin import remove_plugin
from apps.plugins.services.waiting_verbs import configure_or_wait
from apps.plugins.services.widen_or_propose import (
    Outcome,
    enable_or_propose,
    install_or_propose,
    rollback_or_propose,
    upgrade_or_propose,
)
from cortex.api.pages import Keyset, keyset_page
from cortex.api.queries import PageQuery, read_query
from cortex.api.serializers import StrictSerializer
from cortex.api.views.approval_bodies import ProposalSerializer
from cortex.api.views.approvals import waiting_response
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.policy.declarations import policy_action
from cortex.ports.approvals import ProposalRef

_GUARD = OpenApiExample(
    "A guard",
    value={
        "plugin": "com.example.duplicate-guard",
        "version": "1.0.0",
        "accepted": ["data:accounting.journal_entry#read#number"],
    },
    request_only=True,
)
_DONE_OR_PROPOSED = {200: InstallationSerializer, 202: ProposalSerializer}


class _PluginView(CompanyView):
    """Answers with an installation, or with the proposal where a second person must agree."""

    def told(self, outcome: Outcome, *, status: int = 200) -> Response:
        """Return either."""
        if isinstance(outcome, ProposalRef):
            return waiting_response(self, outcome)
        return Response(told_installation(outcome, company=self.company.code), status=status)


@policy_action(GET=READ_INSTALLATIONS, POST=INSTALL)
class PluginsView(_PluginView):
    """All plugins of the company."""

    methods_with_query = READING

    @extend_schema(operation_id="plugins_list", parameters=[PageQuery], responses=InstallationPageSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List what is installed, the oldest first."""
        read_query(request, PageQuery)
        rows, code = installations_of(company_id=self.company.id), self.company.code
        page = keyset_page(request=request, queryset=rows, keyset=Keyset("id"))
        runs = newest_runs(page.items)
        return Response(
            page.body(lambda row: installation_json(row, company=code, last_run=runs.get(row.id)))
        )

    @extend_schema(
        operation_id="plugins_install",
        request=PluginToInstallSerializer,
        responses={201: InstallationSerializer, 202: ProposalSerializer},
        examples=[_GUARD],
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Install a version, accepting exactly what it may do: 202 where a second person must agree."""
        body = self.read_body(PluginToInstallSerializer)
        installed = install_or_propose(
            company_id=self.company.id,
            plugin_id=body["plugin"],
            version=body["version"],
            accepted=body["accepted"],
            untrusted_settings=body.get("settings"),
            installed_by=self.principal,
        )
        return self.told(installed, status=201)


@policy_action(GET=READ_INSTALLATIONS)
class PluginView(_PluginView):
    """One plugin."""

    @extend_schema(operation_id="plugins_read", responses=InstallationSerializer)
    def get(self, request: Request, plugin_id: str, **kwargs: Any) -> Response:
        """Read what it may do, its settings and whether it runs."""
        return self.told(installation_of(company_id=self.company.id, plugin_id=plugin_id))


@policy_action(GET=READ_INSTALLATIONS)
class PluginDifferenceView(_PluginView):
    """How another version differs."""

    methods_with_query = READING

    @extend_schema(
        operation_id="plugins_difference",
        parameters=[PluginDifferenceQuery],
        responses=PluginDifferenceSerializer,
    )
    def get(self, request: Request, plugin_id: str, **kwargs: Any) -> Response:
        """Tell what another version may do that the installed one may not, and what it gives up."""
        wanted = read_query(request, PluginDifferenceQuery)["version"]
        installed = installation_of(company_id=self.company.id, plugin_id=plugin_id)
        told = told_difference(
            before=installed.version,
            after=version_named(plugin_id=plugin_id, version=wanted),
            company=self.company.code,
        )
        return Response({"added": list(told.added), "removed": list(told.removed)})


@policy_action(POST=UPGRADE)
class PluginUpgradeView(_PluginView):
    """The verb."""

    @extend_schema(
        operation_id="plugins_upgrade", request=PluginToUpgradeSerializer, responses=_DONE_OR_PROPOSED
    )
    def post(self, request: Request, plugin_id: str, **kwargs: Any) -> Response:
        """Run a later version, accepting exactly what it may do; 202 where that is more than now."""
        body = self.read_body(PluginToUpgradeSerializer)
        return self.told(
            upgrade_or_propose(
                company_id=self.company.id,
                plugin_id=plugin_id,
                version=body["version"],
                accepted=body["accepted"],
                upgraded_by=self.principal,
            )
        )


@policy_action(POST=ROLL_BACK)
class PluginRollBackView(_PluginView):
    """The verb."""

    @extend_schema(
        operation_id="plugins_rollback", request=PluginToRollBackSerializer, responses=_DONE_OR_PROPOSED
    )
    def post(self, request: Request, plugin_id: str, **kwargs: Any) -> Response:
        """Run the version before, accepting exactly what it may do; 202 where that is more."""
        accepted = self.read_body(PluginToRollBackSerializer)["accepted"]
        return self.told(
            rollback_or_propose(
                company_id=self.company.id,
                plugin_id=plugin_id,
                accepted=accepted,
                rolled_back_by=self.principal,
            )
        )


@policy_action(POST=ENABLE)
class PluginEnableView(_PluginView):
    """The verb."""

    @extend_schema(operation_id="plugins_enable", request=None, responses=_DONE_OR_PROPOSED)
    def post(self, request: Request, plugin_id: str, **kwargs: Any) -> Response:
        """Start it again, in the caller's name; 202 where it was in quarantine and two must agree."""
        self.read_body(StrictSerializer)
        return self.told(
            enable_or_propose(company_id=self.company.id, plugin_id=plugin_id, enabled_by=self.principal)
        )


@policy_action(POST=DISABLE)
class PluginDisableView(_PluginView):
    """The verb."""

    @extend_schema(
        operation_id="plugins_disable", request=PluginReasonSerializer, responses=InstallationSerializer
    )
    def post(self, request: Request, plugin_id: str, **kwargs: Any) -> Response:
        """Call it no more from now on; data and settings stay."""
        reason = self.read_body(PluginReasonSerializer)["reason"]
        return self.told(
            disable_plugin(
                company_id=self.company.id, plugin_id=plugin_id, reason=reason, disabled_by=self.principal
            )
        )


@policy_action(POST=CONFIGURE)
class PluginConfigureView(_PluginView):
    """The verb."""

    @extend_schema(
        operation_id="plugins_configure", request=PluginSettingsSerializer, responses=InstallationSerializer
    )
    def post(self, request: Request, plugin_id: str, **kwargs: Any) -> Response:
        """Replace all settings; what is not given has the default of the manifest."""
        settings = self.read_body(PluginSettingsSerializer)["settings"]
        return self.told(
            configure_or_wait(
                company_id=self.company.id,
                plugin_id=plugin_id,
                untrusted_settings=settings,
                changed_by=self.principal,
            )
        )


@policy_action(POST=REMOVE)
class PluginRemoveView(_PluginView):
    """The verb."""

    shown_once = frozenset({"exported"})

    @extend_schema(
        operation_id="plugins_remove", request=PluginToRemoveSerializer, responses=RemovedPluginSerializer
    )
    def post(self, request: Request, plugin_id: str, **kwargs: Any) -> Response:
        """Take it out; with `deletes_data` this answer alone has what it kept."""
        body = self.read_body(PluginToRemoveSerializer)
        removed = remove_plugin(
            company_id=self.company.id,
            plugin_id=plugin_id,
            reason=body["reason"],
            deletes_data=body.get("deletes_data", False),
            removed_by=self.principal,
        )
        told = told_installation(removed.installation, company=self.company.code)
        return Response({**told, "exported": removed.exported})
