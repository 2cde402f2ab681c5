# SPDX-License-Identifier: Apache-2.0
"""What no policy lets wait for a second person, and why. Every other verb that changes something can wait.

The list is written by hand, and a test holds it against what was declared: a new verb waits, or says here
why it does not.
"""

_APPROVING = "it is what waiting and agreeing are made of"
_OWN = "it is one's own account, and nobody else's to agree to"
_SECRET = "it answers with a secret, or takes one, that a second person must not see"  # noqa: S105 - a sentence
_OUTSIDE = "it changes or signs something outside the database, which no rehearsal undoes"
_SCHEDULE = "the schedule does it, and asks nobody"
_AT_ONCE = "it takes something dangerous away: what waits is in use meanwhile"
_SECOND_LOOK = "it is the second look itself"
_BEFORE = "it puts nothing in force: what does so waits"
_TO_COME = "no verb asks for it yet"
_PROTOCOL = "clients of the registry's protocol know no answer that something waits"
_RESCUE = "whoever is locked out, or whose account is in wrong hands, cannot wait"

CANNOT_WAIT = {
    "access_reviews.membership.answer": _SECOND_LOOK,
    "access_reviews.platform_review.answer": _SECOND_LOOK,
    "access_reviews.platform_review.complete": _OUTSIDE,
    "access_reviews.platform_review.remind": _SCHEDULE,
    "access_reviews.review.complete": _OUTSIDE,
    "access_reviews.review.remind": _SCHEDULE,
    "accounting.bank_account.approve": _TO_COME,
    "accounting.bill.approve": _TO_COME,
    "accounting.journal_entry.post_in_soft_closed_period": "it is asked for beside posting, which waits",
    "accounting.payment.release": _TO_COME,
    "approvals.platform_proposal.approve": _APPROVING,
    "approvals.platform_proposal.comment": _APPROVING,
    "approvals.platform_proposal.expire": _SCHEDULE,
    "approvals.platform_proposal.propose": _APPROVING,
    "approvals.platform_proposal.withdraw": _APPROVING,
    "approvals.proposal.approve": _APPROVING,
    "approvals.proposal.comment": _APPROVING,
    "approvals.proposal.expire": _SCHEDULE,
    "approvals.proposal.propose": _APPROVING,
    "approvals.proposal.withdraw": _APPROVING,
    "audit.check.run": _SCHEDULE,
    "audit.denials.compare": _SCHEDULE,
    "audit.denials.seal": _SCHEDULE,
    "audit.governance.check": _SCHEDULE,
    "audit.governance.write": _BEFORE,
    "audit.key.renew": _OUTSIDE,
    "audit.log.compare": _SCHEDULE,
    "audit.log_segment.seal": _SCHEDULE,
    "audit.pack.write": _BEFORE,
    "audit.procedure.record": "it tells what somebody has done already",
    "audit.retention.apply": _SCHEDULE,
    "audit.retention.close_night": _SCHEDULE,
    "backups.backup.end": _SCHEDULE,
    "backups.backup.take": _OUTSIDE,
    "backups.restore.verify": _OUTSIDE,
    "break_glass.access.end": _AT_ONCE,
    "break_glass.access.expire": _SCHEDULE,
    "break_glass.access.open": "an emergency does not wait: others are told at once, and review it",
    "break_glass.access.review": _SECOND_LOOK,
    "break_glass.platform_access.end": _AT_ONCE,
    "break_glass.platform_access.open": "an emergency does not wait: others are told at once, and review it",
    "break_glass.platform_access.review": _SECOND_LOOK,
    "identity.account.link_by_rule": "somebody signs in by it, now or not at all",
    "identity.own_account.change": _OWN,
    "identity.session.end": _AT_ONCE,
    "identity.sign_in_link.issue": _SECRET,
    "identity.user.create": _SECRET,
    "identity.user.deactivate": _AT_ONCE,
    "identity.user.set_staff": "it opens pages, and gives no right on any of them",
    "jobs.job.cancel": _AT_ONCE,
    "pki.certificate.record": _OUTSIDE,
    "pki.certificate.revoke": _AT_ONCE,
    "plugins.plugin.approve": _TO_COME,
    "plugins.plugin.publish": _TO_COME,
    "policy.decision.forget": _SCHEDULE,
    "policy.version.write": _BEFORE,
    "programs.authorization.end": _AT_ONCE,
    "programs.authorization.end_own": _OWN,
    "programs.authorization.grant_own": _OWN,
    "programs.client.create": _SECRET,
    "programs.client.rotate_secret": _SECRET,
    "programs.signing_key.rotate": _OUTSIDE,
    "programs.signing_key.withdraw": _AT_ONCE,
    "programs.token.issue": _SECRET,
    "programs.token.purge": _SCHEDULE,
    "schemas.compatibility.change": _PROTOCOL,
    "schemas.registry.keep": _PROTOCOL,
    "schemas.subject.delete": _PROTOCOL,
    "schemas.subject.register": _PROTOCOL,
    "tenancy.company.create": "it is part of opening books by command, which is done as a whole",
}
