# SPDX-License-Identifier: Apache-2.0
"""Routes under /log/, as C2SP tlog-tiles names them."""

from django.urls import path

from apps.audit.api.views.bundles import EntryBundleView
from apps.audit.api.views.tree import checkpoint, tile

app_name = "log"

urlpatterns = [
    path("checkpoint", checkpoint, name="checkpoint"),
    path("tile/entries/<path:tile_name>", EntryBundleView.as_view(), name="entries"),
    path("tile/<int:level>/<path:tile_name>", tile, name="tile"),
]
