# SPDX-License-Identifier: Apache-2.0
"""Routes of the kernel under /api/v1/; contexts add theirs in settings/urls.py."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from cortex.api.views.approval_rules import DelegationEndView, DelegationsView, LimitsView, SecondPersonView
from cortex.api.views.approvals import (
    ProposalApproveView,
    ProposalCommentsView,
    ProposalRejectView,
    ProposalsView,
    ProposalView,
    ProposalWithdrawView,
)
from cortex.api.views.companies import CompaniesView
from cortex.api.views.emergency_access import (
    EmergencyAccessEndView,
    EmergencyAccessesView,
    EmergencyAccessReviewView,
)
from cortex.api.views.held_deliveries import (
    HeldDeliveriesView,
    HeldDeliveryDiscardView,
    HeldDeliveryRetryView,
)
from cortex.api.views.jobs import JobCancelView, JobView
from cortex.api.views.members import (
    InvitationResendView,
    InvitationsView,
    InvitationView,
    MembersView,
    MemberView,
)
from cortex.api.views.policies import (
    PolicyMatrixView,
    PolicyRollBackView,
    PolicyVersionActivateView,
    PolicyVersionApproveView,
    PolicyVersionDifferenceView,
    PolicyVersionSimulateView,
    PolicyVersionsView,
    PolicyVersionValidateView,
    PolicyVersionView,
)
from cortex.api.views.webhook_deliveries import (
    WebhookDeliveriesView,
    WebhookDeliveryView,
    WebhookResendView,
)
from cortex.api.views.webhooks import (
    WebhookActivateView,
    WebhookDeactivateView,
    WebhookRotateView,
    WebhooksView,
    WebhookView,
)
from cortex.policy.declarations import public

_contract = public("the contract holds no data; programs need it before they have a token")

_webhook = "companies/<str:company_code>/webhooks/<uuid:webhook_id>"
_proposal = "companies/<str:company_code>/approvals/<uuid:proposal_id>"
_delegation = "companies/<str:company_code>/approval-delegations"
_limits = "companies/<str:company_code>/approval-limits"
_invitations = "companies/<str:company_code>/invitations"
_version = "policies/versions/<int:number>"
_emergency = "companies/<str:company_code>/emergency-access"
_held = "companies/<str:company_code>/held-deliveries"

urlpatterns = [
    path("schema/", _contract(SpectacularAPIView.as_view()), name="schema"),
    path("docs/", _contract(SpectacularSwaggerSplitView.as_view(url_name="schema")), name="docs"),
    path("companies", CompaniesView.as_view(), name="companies"),
    path("policies/versions", PolicyVersionsView.as_view(), name="policy-versions"),
    path(_version, PolicyVersionView.as_view(), name="policy-version"),
    path(f"{_version}/difference", PolicyVersionDifferenceView.as_view(), name="policy-version-difference"),
    path(f"{_version}:validate", PolicyVersionValidateView.as_view(), name="policy-version-validate"),
    path(f"{_version}:simulate", PolicyVersionSimulateView.as_view(), name="policy-version-simulate"),
    path(f"{_version}:approve", PolicyVersionApproveView.as_view(), name="policy-version-approve"),
    path(f"{_version}:activate", PolicyVersionActivateView.as_view(), name="policy-version-activate"),
    path("policies:roll-back", PolicyRollBackView.as_view(), name="policy-roll-back"),
    path("policies/matrix", PolicyMatrixView.as_view(), name="policy-matrix"),
    path("jobs/<uuid:job_id>", JobView.as_view(), name="job"),
    path("jobs/<uuid:job_id>:cancel", JobCancelView.as_view(), name="job-cancel"),
    path("companies/<str:company_code>/webhooks", WebhooksView.as_view(), name="webhooks"),
    path(_webhook, WebhookView.as_view(), name="webhook"),
    path(f"{_webhook}:activate", WebhookActivateView.as_view(), name="webhook-activate"),
    path(f"{_webhook}:deactivate", WebhookDeactivateView.as_view(), name="webhook-deactivate"),
    path(f"{_webhook}:rotate-secret", WebhookRotateView.as_view(), name="webhook-rotate-secret"),
    path(f"{_webhook}/deliveries", WebhookDeliveriesView.as_view(), name="webhook-deliveries"),
    path(f"{_webhook}/deliveries/<uuid:delivery_id>", WebhookDeliveryView.as_view(), name="webhook-delivery"),
    path(
        f"{_webhook}/deliveries/<uuid:delivery_id>:resend",
        WebhookResendView.as_view(),
        name="webhook-resend",
    ),
    path("companies/<str:company_code>/members", MembersView.as_view(), name="members"),
    path("companies/<str:company_code>/members/<str:username>", MemberView.as_view(), name="member"),
    path(_invitations, InvitationsView.as_view(), name="invitations"),
    path(f"{_invitations}/<uuid:invitation_id>", InvitationView.as_view(), name="invitation"),
    path(
        f"{_invitations}/<uuid:invitation_id>:resend",
        InvitationResendView.as_view(),
        name="invitation-resend",
    ),
    path(_held, HeldDeliveriesView.as_view(), name="held-deliveries"),
    path(f"{_held}/<uuid:delivery_id>:retry", HeldDeliveryRetryView.as_view(), name="held-delivery-retry"),
    path(
        f"{_held}/<uuid:delivery_id>:discard", HeldDeliveryDiscardView.as_view(), name="held-delivery-discard"
    ),
    path(_emergency, EmergencyAccessesView.as_view(), name="emergency-access"),
    path(f"{_emergency}/<uuid:access_id>:end", EmergencyAccessEndView.as_view(), name="emergency-access-end"),
    path(
        f"{_emergency}/<uuid:access_id>:review",
        EmergencyAccessReviewView.as_view(),
        name="emergency-access-review",
    ),
    path("companies/<str:company_code>/approvals", ProposalsView.as_view(), name="approvals"),
    path(_proposal, ProposalView.as_view(), name="approval"),
    path(f"{_proposal}:approve", ProposalApproveView.as_view(), name="approval-approve"),
    path(f"{_proposal}:reject", ProposalRejectView.as_view(), name="approval-reject"),
    path(f"{_proposal}:withdraw", ProposalWithdrawView.as_view(), name="approval-withdraw"),
    path(f"{_proposal}/comments", ProposalCommentsView.as_view(), name="approval-comments"),
    path(_delegation, DelegationsView.as_view(), name="approval-delegations"),
    path(
        f"{_delegation}/<uuid:delegation_id>:end", DelegationEndView.as_view(), name="approval-delegation-end"
    ),
    path(_limits, LimitsView.as_view(), name="approval-limits"),
    path(f"{_limits}:second-person", SecondPersonView.as_view(), name="approval-second-person"),
]
