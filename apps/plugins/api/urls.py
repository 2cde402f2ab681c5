# SPDX-License-Identifier: Apache-2.0
"""Routes of plugins under /api/v1/. Ids of plugins have a dot, so that no word here is one."""

from django.urls import path

from apps.plugins.api.endpoints import PluginEndpointView
from apps.plugins.api.views.installations import (
    PluginConfigureView,
    PluginDifferenceView,
    PluginDisableView,
    PluginEnableView,
    PluginRemoveView,
    PluginRollBackView,
    PluginsView,
    PluginUpgradeView,
    PluginView,
)
from apps.plugins.api.views.versions import (
    PluginKeyRevokeView,
    PluginKeysView,
    PluginSwitchesView,
    PluginVersionRevokeView,
    PluginVersionsView,
    PluginVersionView,
)

app_name = "plugins-api"

_version = "plugins/versions/<uuid:plugin_version_id>"
_plugin = "companies/<str:company_code>/plugins/<str:plugin_id>"

urlpatterns = [
    path("plugins/versions", PluginVersionsView.as_view(), name="plugin-versions"),
    path(_version, PluginVersionView.as_view(), name="plugin-version"),
    path(f"{_version}:revoke", PluginVersionRevokeView.as_view(), name="plugin-version-revoke"),
    path("plugins/keys", PluginKeysView.as_view(), name="plugin-keys"),
    path("plugins/keys/<str:keyid>:revoke", PluginKeyRevokeView.as_view(), name="plugin-key-revoke"),
    path("plugins/switches", PluginSwitchesView.as_view(), name="plugin-switches"),
    path("companies/<str:company_code>/plugins", PluginsView.as_view(), name="plugins"),
    path(f"{_plugin}:upgrade", PluginUpgradeView.as_view(), name="plugin-upgrade"),
    path(f"{_plugin}:rollback", PluginRollBackView.as_view(), name="plugin-rollback"),
    path(f"{_plugin}:enable", PluginEnableView.as_view(), name="plugin-enable"),
    path(f"{_plugin}:disable", PluginDisableView.as_view(), name="plugin-disable"),
    path(f"{_plugin}:configure", PluginConfigureView.as_view(), name="plugin-configure"),
    path(f"{_plugin}:remove", PluginRemoveView.as_view(), name="plugin-remove"),
    path(f"{_plugin}/difference", PluginDifferenceView.as_view(), name="plugin-difference"),
    path(_plugin, PluginView.as_view(), name="plugin"),
    path("plugins/<str:plugin_id>/<path:endpoint>", PluginEndpointView.as_view(), name="plugin-endpoint"),
]
