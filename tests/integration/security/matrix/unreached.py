# SPDX-License-Identifier: Apache-2.0
"""Policies that no call of a role alone can miss, each with why. `test_duties.py` holds a case of each."""

SERVICE = "a service's own: test_asking.py runs what it does"
FRESH = "everybody of the cast has just given two credentials"
TOKEN = "every token of the cast has every scope"
CALM = "there is no emergency: tests/integration/cortex/break_glass goes through one"
SECOND = "a second person is asked for by a rule of the company, which the scene has not"
OWN = "about an object of one's own; nobody of the cast has made one"
TO_COME = "the documents that it is about are to come"
ACCOUNT = "about one's own account, whose doors need no role"

UNREACHED = {
    "access_reviews.scheduler_reminds": SERVICE,
    "approvals.schedule_ends_proposals": SERVICE,
    "break_glass.schedule_writes_ends_down": SERVICE,
    "kernel.console": SERVICE,
    "people.rules_of_providers_keep_members": SERVICE,
    "policy.scheduler_forgets_decisions": SERVICE,
    "programs.scheduler_keeps_house": SERVICE,
    "accounting.locking_a_period_needs_a_fresh_sign_in": FRESH,
    "break_glass.it_needs_a_fresh_sign_in": FRESH,
    "people.letting_in_needs_a_fresh_sign_in": FRESH,
    "policy.activation_needs_a_fresh_sign_in": FRESH,
    "programs.secrets_and_keys_need_a_fresh_sign_in": FRESH,
    "kernel.token_needs_scope": TOKEN,
    "kernel.token_of_a_person_needs_scope": TOKEN,
    "kernel.certificate_where_the_client_has_one": "no client of the cast has one: test_certificates.py has",
    "kernel.suspended_company_is_only_read": "both companies are at work",
    "kernel.auditors_change_nothing": "the auditor of the cast is nothing else",
    "break_glass.everything_is_read": CALM,
    "break_glass.holder_ends_it": CALM,
    "break_glass.holder_may_ask_to_end_it": CALM,
    "break_glass.holder_reviews_nothing_of_its_own": CALM,
    "break_glass.what_an_emergency_needs_is_done": CALM,
    "accounting.amounts_above_the_limit_need_a_second_person": SECOND,
    "accounting.reopening_a_period_needs_a_second_person": SECOND,
    "approvals.limits_need_a_second_person": SECOND,
    "approvals.proposer_approves_nothing_of_its_own": OWN,
    "policy.author_approves_nothing_of_its_own": OWN,
    "accounting.bank_accounts_are_approved_by_another": TO_COME,
    "accounting.bills_are_approved_by_another": TO_COME,
    "accounting.controllers_approve_documents": TO_COME,
    "accounting.payments_are_released_by_another": TO_COME,
    "audit.packs_are_approved_by_another": TO_COME,
    "audit.platform_administrators_keep_packs": TO_COME,
    "plugins.platform_administrators_publish": TO_COME,
    "plugins.plugins_are_approved_by_another": TO_COME,
    "plugins.reviewers_approve": TO_COME,
    "people.administrators_need_a_second_factor": ACCOUNT,
    "people.everybody_looks_after_their_own_account": ACCOUNT,
    "people.members_may_lack_a_second_factor": ACCOUNT,
    "people.nobody_helps_themselves": ACCOUNT,
    "people.platform_administrators_help_people": "the scene has no session of somebody else, and no command",
    "programs.everybody_takes_back_what_is_theirs": ACCOUNT,
    "break_glass.never_through_a_token": "programs of the cast act for people, and are no people with scopes",
    "accounting.closed_periods_take_nothing": "the periods of the scene are open",
    "schemas.platform_administrators_act_for_all_companies": "whoever keeps the registry has a role as well",
}
