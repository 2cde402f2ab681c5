# SPDX-License-Identifier: Apache-2.0
"""Every door of the program."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from cortex.policy.declarations import public
from cortex.programs.views.metadata import server_metadata

_entrance = public("leads to the books, which ask for a sign-in")

urlpatterns = [
    path("", _entrance(RedirectView.as_view(url="/books/"))),
    path("accounts/", include("cortex.people.urls")),
    # One sign-in for all rooms: the admin's own form would know neither one-time links nor limits.
    path("admin/login/", RedirectView.as_view(pattern_name="accounts:login", query_string=True)),
    path("admin/", admin.site.urls),
    path("books/", include("apps.accounting.books.urls")),
    path("o/", include("cortex.programs.urls")),
    # Where RFC 8414 looks for an issuer whose address ends in /o.
    path(".well-known/oauth-authorization-server/o", server_metadata),
    path("api/v1/", include("cortex.api.urls")),
    path("api/v1/", include("apps.accounting.api.urls")),
    path("api/v1/", include("apps.audit.api.resource_urls")),
    path("api/v1/", include("apps.plugins.api.urls")),
    path("api/v1/marketplace/", include("apps.plugins.api.marketplace_urls")),
    path("marketplace/", include("apps.plugins.api.pages.urls")),
    path("schemas/", include("cortex.api.schema_registry.urls")),
    path("log/", include("apps.audit.api.urls")),
    path("marketplace/tuf/", include("apps.plugins.api.repository_urls")),
    path("", include("cortex.observability.urls")),
]

handler404 = "cortex.api.middleware.not_found"
handler500 = "cortex.api.middleware.failed"
