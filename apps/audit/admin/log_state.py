# SPDX-License-Identifier: Apache-2.0
"""The page that tells the platform's administrators how the log stands."""

from uuid import UUID

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse

from apps.audit.adapters.policy_entities import READ_BUNDLES
from apps.audit.admin.leaf_proof import proof_link
from apps.audit.services.tell_standing import tell_standing
from cortex.backoffice.pages import may_on_platform, shown
from cortex.backoffice.refusing import refuse
from cortex.identity.principals import principal_of

_KINDS = {"good": "cx-good", "look": "cx-warn", "act": "cx-bad"}


def log_state_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show tree, checkpoint, witnesses, integrator and comparisons, each judged in words."""
    if not may_on_platform(request, action=READ_BUNDLES):
        refuse(request, action=READ_BUNDLES)
    company_id = _seals_of(request)
    standing = tell_standing(reader=principal_of(request), seals_of=company_id)
    codes = {each.company_id: each.company_code for each in standing.comparisons}
    context = {
        "title": "State of the log",
        "standing": standing,
        "seals_of": company_id and codes.get(company_id, company_id),
        "seals": [
            (seal, proof_link(seal.leaf_id) if seal.leaf_id and seal.leaf_index is not None else "")
            for seal in standing.seals
        ],
        "worst": _KINDS[standing.worst],
        "findings": [(finding, _KINDS[finding.level]) for finding in standing.findings],
    }
    return shown(site, request, "admin/log_state.html", context)


def _seals_of(request: HttpRequest) -> UUID | None:
    """Return the company whose seals are asked for; whatever is no id asks for those over all."""
    try:
        return UUID(request.GET.get("seals_of", ""))
    except ValueError:
        return None
