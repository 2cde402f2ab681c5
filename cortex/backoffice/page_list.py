# SPDX-License-Identifier: Apache-2.0
"""Every page of the administration that shows no model."""

from cortex.backoffice.actions import READ_RIGHTS
from cortex.backoffice.hops import hops_page
from cortex.backoffice.pages import Page
from cortex.backoffice.platform_decisions import platform_decision_page, platform_decisions_page
from cortex.backoffice.policy_editor import check_page, editor_page, packaged_page
from cortex.backoffice.rights import explain_page, rights_page
from cortex.pki.actions import READ as READ_CERTIFICATES
from cortex.policy.policy_actions import READ_PLATFORM_DECISIONS, ROLL_BACK_VERSION, WRITE_VERSION

_BOTH = ("GET", "POST")
PAGES = (
    Page("policies/write/", "policy_editor", editor_page, (WRITE_VERSION,), methods=_BOTH),
    Page("policies/check/", "policy_check", check_page, (WRITE_VERSION,), methods=("POST",)),
    Page("policies/packaged/", "policy_packaged", packaged_page, (ROLL_BACK_VERSION,), methods=_BOTH),
    Page("rights/", "rights", rights_page, (READ_RIGHTS, "policy.version.read")),
    Page("rights/explain/", "rights_explain", explain_page, (READ_RIGHTS, "policy.version.read")),
    Page("decisions/platform/", "platform_decisions", platform_decisions_page, (READ_PLATFORM_DECISIONS,)),
    Page(
        "decisions/platform/<uuid:decision_id>/",
        "platform_decision",
        platform_decision_page,
        (READ_PLATFORM_DECISIONS,),
    ),
    Page("certificates/hops/", "certificate_hops", hops_page, (READ_CERTIFICATES,)),
)
