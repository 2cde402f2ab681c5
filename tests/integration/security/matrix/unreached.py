# SPDX-License-Identifier: Apache-2.0
"""Policies that no door of the stage meets: test_duties.py asks the engine about them."""

# By policy, the case of test_duties.py that misses it. No door asks for these actions yet: bills, payments
# and bank accounts are documents that are to come, and so is the registry of plugins.
TO_COME = {
    "accounting.bank_accounts_are_approved_by_another": "one's own bank account",
    "accounting.bills_are_approved_by_another": "one's own bill",
    "accounting.controllers_approve_documents": "another's bill",
    "accounting.payments_are_released_by_another": "one's own payment",
    "plugins.platform_administrators_publish": "platform-admin and plugins.plugin.publish",
    "plugins.plugins_are_approved_by_another": "one's own plugin",
    "plugins.reviewers_approve": "another's plugin",
}
