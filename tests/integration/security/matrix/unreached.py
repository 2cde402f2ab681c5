# SPDX-License-Identifier: Apache-2.0
"""Policies that no door of the stage meets: test_duties.py asks the engine about them."""

# By policy, the case of test_duties.py that misses it: these are about documents that are to come, and about
# what is done at the console alone.
TO_COME = {
    "accounting.bank_accounts_are_approved_by_another": "one's own bank account",
    "accounting.bills_are_approved_by_another": "one's own bill",
    "accounting.controllers_approve_documents": "another's bill",
    "accounting.payments_are_released_by_another": "one's own payment",
    "audit.exceptions_need_a_second_person": "let a control fail alone",
    "audit.erasures_and_holds_need_a_second_person": "erase alone",
    "audit.keepers_erase_and_hold": "erase with a colleague",
    "audit.rules_come_into_force_by_two": "rules into force alone",
    "audit.administrators_renew_keys": "administrator and audit.key.renew",
    "audit.packs_are_approved_by_another": "one's own pack",
    "plugins.platform_administrators_publish": "platform-admin and plugins.plugin.publish",
    "plugins.plugins_are_approved_by_another": "one's own plugin",
    "plugins.reviewers_approve": "another's plugin",
}
