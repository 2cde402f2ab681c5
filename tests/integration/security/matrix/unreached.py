# SPDX-License-Identifier: Apache-2.0
"""Policies that no door of the stage meets: test_duties.py asks the engine about them."""

# By policy, the case of test_duties.py that misses it: these are about documents that are to come.
TO_COME = {
    "accounting.bank_accounts_are_approved_by_another": "one's own bank account",
    "accounting.bills_are_approved_by_another": "one's own bill",
    "accounting.controllers_approve_documents": "another's bill",
    "accounting.payments_are_released_by_another": "one's own payment",
    "audit.packs_are_approved_by_another": "one's own pack",
    "audit.platform_administrators_keep_packs": "another's pack",
    "plugins.platform_administrators_publish": "platform-admin and plugins.plugin.publish",
    "plugins.plugins_are_approved_by_another": "one's own plugin",
    "plugins.reviewers_approve": "another's plugin",
}
# The stage has no row for these doors: tests of users, schedules and platform reviews go through them, and
# evidence of a whole company is exported by a command.
WITHOUT_ROWS = {
    "access_reviews.the_platform_needs_a_fresh_sign_in": "answer for a role long after signing in",
    "audit.watchers_export_evidence": "controller and audit.evidence.export",
    "jobs.platform_administrators_switch_schedules": "platform-admin and jobs.schedule.switch",
    "jobs.schedules_need_a_fresh_sign_in": "switch a schedule long after signing in",
    # Alone nobody gets in, so that no call hears it.
    "people.platform_administrators_give_roles": "give another a role of the platform with a colleague",
    "people.roles_on_the_platform_need_a_second_person": "give another a role of the platform alone",
    "people.whoever_is_invited_becomes_a_user": "entrance creates whoever was invited",
    "pki.revoking_needs_a_fresh_sign_in": "take a certificate back long after signing in",
}
