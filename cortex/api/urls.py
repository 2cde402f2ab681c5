# SPDX-License-Identifier: Apache-2.0
"""Routes of the kernel under /api/v1/; contexts add theirs in settings/urls.py."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from cortex.api.views.companies import CompaniesView
from cortex.api.views.jobs import JobCancelView, JobView
from cortex.policy.declarations import public

_contract = public("the contract holds no data; programs need it before they have a token")

urlpatterns = [
    path("schema/", _contract(SpectacularAPIView.as_view()), name="schema"),
    path("docs/", _contract(SpectacularSwaggerSplitView.as_view(url_name="schema")), name="docs"),
    path("companies", CompaniesView.as_view(), name="companies"),
    path("jobs/<uuid:job_id>", JobView.as_view(), name="job"),
    path("jobs/<uuid:job_id>:cancel", JobCancelView.as_view(), name="job-cancel"),
]
