# SPDX-License-Identifier: Apache-2.0
"""Every page of the administration that shows no model."""

from cortex.backoffice.actions import READ_RIGHTS
from cortex.backoffice.pages import Page
from cortex.backoffice.rights import explain_page, rights_page

PAGES = (
    Page("rights/", "rights", rights_page, (READ_RIGHTS, "policy.version.read")),
    Page("rights/explain/", "rights_explain", explain_page, (READ_RIGHTS, "policy.version.read")),
)
