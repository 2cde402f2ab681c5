# SPDX-License-Identifier: Apache-2.0
"""The page that tells the platform's administrators how the log stands."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse

from apps.audit.adapters.policy_entities import READ_BUNDLES
from apps.audit.services.tell_standing import tell_standing
from cortex.backoffice.pages import may_on_platform, shown
from cortex.backoffice.refusing import refuse
from cortex.identity.principals import principal_of

_KINDS = {"good": "cx-good", "look": "cx-warn", "act": "cx-bad"}


def log_state_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show tree, checkpoint, witnesses, integrator and comparisons, each judged in words."""
    if not may_on_platform(request, action=READ_BUNDLES):
        refuse(request, action=READ_BUNDLES)
    standing = tell_standing(reader=principal_of(request))
    context = {
        "title": "State of the log",
        "standing": standing,
        "worst": _KINDS[standing.worst],
        "findings": [(finding, _KINDS[finding.level]) for finding in standing.findings],
    }
    return shown(site, request, "admin/log_state.html", context)
