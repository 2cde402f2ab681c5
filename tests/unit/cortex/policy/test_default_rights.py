# SPDX-License-Identifier: Apache-2.0
"""What each role may do by the policies that the program brings along, in a company at work."""

import pytest

from cortex.policy.actions import declared_actions
from cortex.policy.roles import ROLES, lets_in, roles_let_in

MEMBERS = {"viewer", "clerk", "accountant", "controller", "auditor", "administrator"}
KEEPERS = {"accountant", "controller"}
WATCHERS = {"controller", "auditor", "administrator"}
PLATFORM = {"platform-admin"}
REVIEWERS = {"controller", "administrator"}
EXPECTED: dict[str, set[str]] = {
    "access_reviews.review.read": WATCHERS,
    "access_reviews.review.open": REVIEWERS,
    "access_reviews.membership.answer": REVIEWERS,
    "access_reviews.review.complete": REVIEWERS,
    "access_reviews.review.cancel": REVIEWERS,
    "access_reviews.review.remind": set(),
    "access_reviews.platform_review.remind": set(),
    "access_reviews.platform_review.read": PLATFORM,
    "access_reviews.platform_review.open": PLATFORM,
    "access_reviews.platform_review.answer": PLATFORM,
    "access_reviews.platform_review.complete": PLATFORM,
    "access_reviews.platform_review.cancel": PLATFORM,
    "accounting.books.read": MEMBERS,
    "accounting.journal_entry.post": {"clerk", *KEEPERS},
    "accounting.journal_entry.reverse": KEEPERS,
    "accounting.journal_entry.post_in_soft_closed_period": {"controller"},
    "accounting.journal.import": KEEPERS,
    "accounting.account.create": KEEPERS,
    "accounting.account.update": KEEPERS,
    "accounting.ledger.create": {"controller", "administrator"},
    "accounting.fiscal_year.open": KEEPERS,
    "accounting.fiscal_period.open": {"controller"},
    "accounting.fiscal_period.close": KEEPERS,
    "accounting.fiscal_period.lock": {"controller"},
    "accounting.viewer.change": {"controller"},
    "accounting.report.sign": {*KEEPERS, "auditor"},
    "audit.log.read": WATCHERS,
    "audit.log.reconcile": {"auditor"},
    "audit.log.compare": set(),
    "audit.log_segment.seal": set(),
    "audit.denials.seal": set(),
    "audit.denials.compare": set(),
    "audit.evidence.export": WATCHERS,
    "audit.log.read_bundles": PLATFORM,
    "audit.subject.read": WATCHERS,
    "audit.subject.export": WATCHERS,
    "audit.key.renew": {"controller", "administrator"},
    # Nobody alone: texts are erased, and held, by two.
    "audit.subject.erase": set(),
    "audit.hold.place": set(),
    "audit.hold.lift": set(),
    "audit.governance.read": PLATFORM,
    "audit.governance.write": PLATFORM,
    # Nobody alone: rules come into force by two.
    "audit.governance.activate": set(),
    "audit.governance.check": set(),
    "audit.retention.apply": set(),
    "audit.retention.close_night": set(),
    "audit.pack.write": PLATFORM,
    "audit.pack.approve": PLATFORM,
    "audit.compliance.read": PLATFORM,
    "audit.check.run": PLATFORM,
    # Nobody alone: platform administrators by two.
    "audit.procedure.record": PLATFORM,
    "audit.exception.end": PLATFORM,
    "audit.control.except": set(),
    "plugins.plugin.read": {"plugin-reviewer", *PLATFORM},
    "plugins.plugin.publish": PLATFORM,
    "plugins.plugin.approve": {"plugin-reviewer"},
    "backoffice.rights.read": WATCHERS,
    "backoffice.platform.look": PLATFORM,
    "secrets.key.read": PLATFORM,
    "backups.backup.read": PLATFORM,
    "backups.backup.take": set(),
    "backups.backup.end": set(),
    "backups.restore.verify": set(),
    "break_glass.access.read": WATCHERS,
    "break_glass.access.open": REVIEWERS,
    "break_glass.access.end": REVIEWERS,
    "break_glass.access.review": REVIEWERS,
    "break_glass.access.expire": set(),
    "break_glass.platform_access.read": PLATFORM,
    "break_glass.platform_access.open": PLATFORM,
    "break_glass.platform_access.end": PLATFORM,
    "break_glass.platform_access.review": PLATFORM,
    "events.delivery.read": WATCHERS,
    "events.delivery.replay": {"administrator"},
    "events.delivery.discard": {"administrator"},
    "events.webhook.read": WATCHERS,
    "events.webhook.change": {"administrator"},
    "jobs.job.read": MEMBERS,
    "jobs.job.cancel": {"clerk", *KEEPERS, "administrator"},
    "jobs.schedule.switch": PLATFORM,
    "policy.version.read": PLATFORM,
    "policy.version.write": PLATFORM,
    "policy.version.approve": PLATFORM,
    "policy.version.activate": PLATFORM,
    "policy.version.roll_back": PLATFORM,
    "policy.platform_decision.read": PLATFORM,
    "policy.decision.read": WATCHERS,
    "policy.decision.forget": set(),
    "accounting.bill.approve": {"controller"},
    "accounting.payment.release": {"controller"},
    "accounting.bank_account.approve": {"controller"},
    "approvals.proposal.read": {"clerk", *KEEPERS, "auditor", "administrator"},
    "approvals.proposal.propose": {"clerk", *KEEPERS, "administrator"},
    "approvals.proposal.approve": {"controller"},
    "approvals.proposal.withdraw": {"clerk", *KEEPERS, "administrator"},
    "approvals.proposal.comment": {"clerk", *KEEPERS, "administrator"},
    "approvals.proposal.expire": {"controller", "administrator"},
    "approvals.platform_proposal.read": PLATFORM,
    "approvals.platform_proposal.propose": PLATFORM,
    "approvals.platform_proposal.approve": PLATFORM,
    "approvals.platform_proposal.withdraw": PLATFORM,
    "approvals.platform_proposal.comment": PLATFORM,
    "approvals.platform_proposal.expire": set(),
    "approvals.delegation.change": {"controller"},
    "approvals.limit.read": {"clerk", *KEEPERS, "auditor", "administrator"},
    "approvals.limit.change": {"controller", "administrator"},
    "identity.membership.read": WATCHERS,
    "identity.membership.grant": {"administrator"},
    "identity.membership.revoke": {"administrator"},
    "identity.platform_second_factor.lack": {*MEMBERS, "service"} - {"administrator"},
    "identity.second_factor.lack": {*MEMBERS, "service"} - {"administrator"},
    # Asked for one account: everybody's own, and nobody's by a role.
    "identity.own_account.change": set(),
    "identity.account.link_by_rule": set(),
    "identity.user.create": set(),
    "identity.user.deactivate": PLATFORM,
    "identity.user.change_address": PLATFORM,
    "identity.user.set_staff": PLATFORM,
    # Nobody alone: platform administrators by two.
    "identity.platform_role.grant": set(),
    "identity.platform_role.revoke": set(),
    "identity.session.end": PLATFORM,
    "identity.second_factor.remove": PLATFORM,
    "identity.sign_in_link.issue": set(),
    "identity.session.read": PLATFORM,
    "pki.certificate.read": PLATFORM,
    "pki.certificate.record": PLATFORM,
    "pki.certificate.revoke": PLATFORM,
    "programs.client.read": PLATFORM,
    "programs.client.create": PLATFORM,
    "programs.client.change": PLATFORM,
    "programs.client.switch": PLATFORM,
    "programs.client.rotate_secret": PLATFORM,
    "programs.token.issue": set(),
    "programs.token.purge": set(),
    "programs.authorization.end": PLATFORM,
    "programs.authorization.grant_own": set(),
    "programs.authorization.end_own": {*MEMBERS, "plugin-reviewer", "platform-admin"},
    "programs.signing_key.read": PLATFORM,
    "programs.signing_key.rotate": PLATFORM,
    "programs.signing_key.withdraw": PLATFORM,
    "tenancy.company.create": set(),
    "schemas.subject.read": {*MEMBERS, "service"},
    "schemas.subject.register": {*KEEPERS, "administrator"},
    "schemas.subject.delete": {*KEEPERS, "administrator"},
    "schemas.compatibility.change": {*KEEPERS, "administrator"},
    "schemas.registry.keep": PLATFORM,
}


class TestDefaultRights:
    @pytest.mark.parametrize("action", EXPECTED)
    def test_are_these_and_no_others(self, action: str) -> None:
        assert roles_let_in(action=action) == EXPECTED[action]

    def test_are_written_down_for_every_action(self) -> None:
        assert {action.code for action in declared_actions()} == set(EXPECTED)

    def test_are_none_without_a_role(self) -> None:
        allowed = [action.code for action in declared_actions() if lets_in(roles=(), action=action.code)]
        assert allowed == []

    def test_of_two_roles_are_at_least_those_of_each(self) -> None:
        assert lets_in(roles={"viewer", "clerk"}, action="accounting.journal_entry.post")
        assert set(ROLES) > MEMBERS
