# SPDX-License-Identifier: Apache-2.0
"""The page that shows which connection is covered by which certificate."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse

from cortex.backoffice.pages import shown
from cortex.identity.principals import principal_of
from cortex.pki.hops import hops, own_certificate
from cortex.pki.selectors import latest_certificates

_WORDS = {
    "both": ("cx-good", "both sides show a certificate"),
    "server": ("cx-warn", "the server alone shows one"),
    "local": ("", "never leaves the machine"),
    "open": ("cx-bad", "no certificate here"),
    "unused": ("", "not used"),
}


def hops_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show each connection of the web process, and the latest certificate of each service."""
    context = {
        "title": "Connections and certificates",
        "hops": [(hop, *_WORDS[hop.cover]) for hop in hops()],
        "own": own_certificate(),
        "latest": latest_certificates(principal=principal_of(request)),
    }
    return shown(site, request, "admin/hops.html", context)
