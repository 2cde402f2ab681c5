# SPDX-License-Identifier: Apache-2.0
"""Policies that no door of the stage meets: test_duties.py asks the engine about them."""

# By policy, the case of test_duties.py that misses it: these are about documents that are to come, and about
# what approvals refuse as well: one's own pack.
TO_COME = {
    "accounting.bank_accounts_are_approved_by_another": "one's own bank account",
    "accounting.bills_are_approved_by_another": "one's own bill",
    "accounting.controllers_approve_documents": "another's bill",
    "accounting.payments_are_released_by_another": "one's own payment",
    "audit.packs_are_approved_by_another": "one's own pack",
    "plugins.platform_administrators_publish": "platform-admin and plugins.plugin.publish",
    "plugins.plugins_are_approved_by_another": "one's own plugin",
    "plugins.reviewers_approve": "another's plugin",
}
