# SPDX-License-Identifier: Apache-2.0
"""Policies that no door of the stage meets: test_duties.py asks the engine about them."""

# By policy, the case of test_duties.py that misses it. No door asks for these actions yet: bills, payments
# and bank accounts are documents that are to come.
TO_COME = {
    "accounting.bank_accounts_are_approved_by_another": "one's own bank account",
    "accounting.bills_are_approved_by_another": "one's own bill",
    "accounting.controllers_approve_documents": "another's bill",
    "accounting.payments_are_released_by_another": "one's own payment",
}
# Doors ask these about what is one's own, which no role of the stage has; tests of the marketplace let people
# send in, approve and release, and miss each of them there.
OF_ONES_OWN = {
    "plugins.authors_withdraw_their_own": "withdrawal of one's own release",
    "plugins.everybody_keeps_their_own_publisher": "one's own publisher",
    "plugins.everybody_reports_problems": "report about a plugin",
    "plugins.marketplace_follows_decisions": "marketplace follows decisions",
    "plugins.nobody_confirms_their_own_namespace": "confirmation of one's own domain",
    "plugins.plugins_are_approved_by_another": "one's own plugin",
    "plugins.plugins_are_released_by_a_third": "release of one's own plugin",
    "plugins.releasing_needs_a_fresh_sign_in": "release long after signing in",
}
