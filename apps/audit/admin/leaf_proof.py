# SPDX-License-Identifier: Apache-2.0
"""The download that proves a leaf, beside each record and in the list of leaves."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from apps.audit.adapters.policy_entities import READ_BUNDLES
from apps.audit.domain.errors import LogMustCoverIt
from apps.audit.published import LeafEvidence
from cortex.api.zip_files import zip_response
from cortex.backoffice.pages import may_on_platform
from cortex.identity.principals import principal_of
from cortex.ports.registry import get


def leaf_proof(request: HttpRequest, leaf_id: UUID, *, seen: QuerySet[Any]) -> HttpResponse:
    """Send the archive of a leaf among those that the person sees; back to the leaf while none is signed."""
    found = seen.filter(leaf_id=leaf_id).values_list("company_id", flat=True)
    if not found:
        raise Http404
    company_id = None if may_on_platform(request, action=READ_BUNDLES) else found[0]
    archive = BytesIO()
    try:
        get(LeafEvidence).write(
            company_id=company_id, leaf_id=leaf_id, out=archive, taken_by=principal_of(request)
        )
    except LogMustCoverIt as refusal:
        messages.warning(request, refusal.message)
        return HttpResponseRedirect(f"{reverse('admin:audit_auditentry_changelist')}?q={leaf_id}")
    return zip_response(archive, name=f"proof-{leaf_id}.zip")


def proof_link(leaf_id: UUID) -> str:
    """Return the button."""
    return format_html(
        '<a href="{}" download aria-label="Prove leaf {}">Prove</a>',
        reverse("admin:audit_leaf_proof", args=[leaf_id]),
        leaf_id,
    )
