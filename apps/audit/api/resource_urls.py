# SPDX-License-Identifier: Apache-2.0
"""Routes under /api/v1/: the log as programs search it."""

from django.urls import path

from apps.audit.api.views.leaf_proofs import CompanyLeafProofView, LeafProofView
from apps.audit.api.views.leaves import AllLeavesView, CompanyLeavesView

app_name = "audit-api"

urlpatterns = [
    path("audit-leaves", AllLeavesView.as_view(), name="audit-leaves"),
    path(
        "companies/<str:company_code>/audit-leaves",
        CompanyLeavesView.as_view(),
        name="company-audit-leaves",
    ),
    path("audit-leaves/<uuid:leaf_id>/proof", LeafProofView.as_view(), name="audit-leaf-proof"),
    path(
        "companies/<str:company_code>/audit-leaves/<uuid:leaf_id>/proof",
        CompanyLeafProofView.as_view(),
        name="company-audit-leaf-proof",
    ),
]
