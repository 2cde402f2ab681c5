# SPDX-License-Identifier: Apache-2.0
"""Routes under /marketplace/."""

from django.urls import path

from apps.plugins.api.pages import own_publisher, own_submissions, public, reporting, withdrawing

_key = "mine/publishers/<str:namespace>/keys/<str:keyid>"
_plugin = "plugins/<str:plugin_id>"

app_name = "marketplace"
urlpatterns = [
    path("", public.catalogue, name="catalogue"),
    path(f"{_plugin}/", public.plugin, name="plugin"),
    path(f"{_plugin}/versions/<str:version_text>/", public.plugin, name="version"),
    path(f"{_plugin}/versions/<str:version_text>/release.json", public.release, name="release"),
    path(f"{_plugin}/versions/<str:version_text>/proof.zip", public.proof, name="proof"),
    path(f"{_plugin}/versions/<str:version_text>/report/", reporting.report, name="report"),
    path(f"{_plugin}/versions/<str:version_text>/withdraw/", withdrawing.withdraw, name="withdraw"),
    path("publishers/<str:namespace>/", public.publisher, name="publisher"),
    path("mine/", own_publisher.overview, name="mine"),
    path("mine/publishers/", own_publisher.claim, name="claim"),
    path("mine/publishers/<str:namespace>/keys/", own_publisher.add_key, name="add-key"),
    path(f"{_key}/verify/", own_publisher.verify_key, name="verify-key"),
    path(f"{_key}/revoke/", own_publisher.revoke_key, name="revoke-key"),
    path("mine/submit/", own_submissions.submit, name="submit"),
    path("mine/submissions/<uuid:submission_id>/", own_submissions.submission, name="submission"),
    path("mine/submissions/<uuid:submission_id>/bundle/", own_submissions.bundle, name="bundle"),
    path("mine/submissions/<uuid:submission_id>/confirm/", own_submissions.confirm, name="confirm"),
]
