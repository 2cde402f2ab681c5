# SPDX-License-Identifier: Apache-2.0
"""Routes under /marketplace/tuf/, as clients of The Update Framework ask."""

from django.urls import path

from apps.plugins.api.views.repository import metadata, target

app_name = "plugin-repository"

urlpatterns = [
    path("metadata/<str:metadata_name>", metadata, name="metadata"),
    path("targets/<path:target_name>", target, name="target"),
]
