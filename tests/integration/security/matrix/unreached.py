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
# Asked for by plugins, which are no role, by the schedule, and by doors whose work needs a plugin or a
# marketplace that the stage lacks.
OF_PLUGINS = {
    "accounting.entries_of_plugins_wait_for_a_person": "plugin posts by itself",
    "accounting.plugins_enter_where_granted": "plugin posts with a colleague and without a grant",
    "accounting.plugins_read_accounts_where_granted": "plugin reads accounts without a grant",
    "accounting.plugins_read_entries_where_granted": "plugin reads entries without a grant",
    "accounting.plugins_read_periods_where_granted": "plugin reads periods without a grant",
    "kernel.plugin_needs_a_grant": "plugin reads without the scope of a grant",
    "plugins.platform_administrators_keep_repositories": "platform-admin and plugins.repository.trust",
    "plugins.schedule_forgets_calls": "schedule forgets calls of plugins",
    "plugins.scheduler_renews_metadata": "schedule renews metadata of the marketplace",
    "plugins.whom_others_trust_needs_a_fresh_sign_in": "trust a repository long after signing in",
    "plugins.workers_call_endpoints": "clerk and plugins.endpoint.call",
}
