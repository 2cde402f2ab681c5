# SPDX-License-Identifier: Apache-2.0
"""The page that hands out all that is kept about somebody, as an archive."""

from uuid import UUID

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.audit.admin.privacy_verbs import SubjectForm
from apps.audit.domain.policy_names import EXPORT_SUBJECT
from apps.audit.services.privacy.export_subject import export_subject
from cortex.backoffice.access import companies_to_act_in
from cortex.backoffice.pages import shown
from cortex.backoffice.refusing import refuse
from cortex.database.transactions import attempt
from cortex.errors import CortexError
from cortex.identity.principals import principal_of
from cortex.ports.authorizer import StepUpMustComeFirst
from cortex.tenancy.models import Company

TITLE = "Hand out a file"
CONSEQUENCE = (
    "You get an archive of all that the company keeps about somebody, for that person and nobody else. That "
    "you took it stands in the log for good."
)


def hand_out_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Ask for whom, and answer with the archive; what is refused is told beside the form."""
    companies = Company.objects.filter(id__in=companies_to_act_in(request, action=EXPORT_SUBJECT))
    if not companies.exists():
        refuse(request, action=EXPORT_SUBJECT)
    form = SubjectForm(request.POST if request.method == "POST" else None, companies=companies)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _archive(request, **form.cleaned_data)
        except StepUpMustComeFirst:
            raise
        except CortexError as refusal:
            form.add_error(None, refusal.message)
            status = refusal.status
    context = {
        "title": TITLE,
        "verb": {"title": TITLE, "consequence": CONSEQUENCE},
        "form": form,
        "back_url": reverse("admin:audit_erasure_changelist"),
    }
    return shown(site, request, "admin/verb.html", context, status=status)


def _archive(request: HttpRequest, *, company: Company, subject_type: str, subject_id: UUID) -> HttpResponse:
    archive = attempt(
        lambda: export_subject(
            company_id=company.id,
            subject_type=subject_type,
            subject_id=subject_id,
            exported_by=principal_of(request),
        )
    )
    name = f"{company.code}-{subject_type}-{subject_id}.zip"
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(archive, content_type="application/zip", headers={"Content-Disposition": disposition})
