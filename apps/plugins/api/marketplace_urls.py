# SPDX-License-Identifier: Apache-2.0
"""Routes under /api/v1/marketplace/."""

from django.urls import path

from apps.plugins.api.views.catalogue import PluginsView, PluginView
from apps.plugins.api.views.publishers import KeyRevokeView, KeysView, KeyVerifyView, PublishersView
from apps.plugins.api.views.submissions import (
    SubmissionBundleView,
    SubmissionConfirmView,
    SubmissionsView,
    SubmissionView,
)

_keys = "publishers/<str:namespace>/keys"

app_name = "marketplace-api"
urlpatterns = [
    path("plugins", PluginsView.as_view(), name="plugins"),
    path("plugins/<str:plugin_id>", PluginView.as_view(), name="plugin"),
    path("publishers", PublishersView.as_view(), name="publishers"),
    path(_keys, KeysView.as_view(), name="keys"),
    path(f"{_keys}/<str:keyid>:verify", KeyVerifyView.as_view(), name="key-verify"),
    path(f"{_keys}/<str:keyid>:revoke", KeyRevokeView.as_view(), name="key-revoke"),
    path("submissions", SubmissionsView.as_view(), name="submissions"),
    path("submissions/<uuid:submission_id>", SubmissionView.as_view(), name="submission"),
    path("submissions/<uuid:submission_id>/bundle", SubmissionBundleView.as_view(), name="submission-bundle"),
    path(
        "submissions/<uuid:submission_id>:confirm", SubmissionConfirmView.as_view(), name="submission-confirm"
    ),
]
