# SPDX-License-Identifier: Apache-2.0
"""Which verbs make, change or remove an object that lasts, so that their leaves say what was there before.

A verb that is added is entered here: a test compares this table with the sources and with docs/audit.md, and
the log refuses a leaf of a verb that changes something and does not say what.
"""

from uuid import UUID

from cortex.errors import CortexError

# The object is new, and other verbs change it later.
CREATES = frozenset(
    {
        "access_reviews.platform_review.open",
        "access_reviews.review.open",
        "accounting.account.create",
        "accounting.fiscal_year.open",
        "accounting.ledger.create",
        "accounting.party_name.write",
        "approvals.delegation.change",
        "approvals.proposal.propose",
        "audit.hold.place",
        "audit.pack.write",
        "break_glass.access.open",
        "identity.credentials.began",
        "identity.invitation.sent",
        "identity.one_time_link.issued",
        "identity.user.created",
        "pki.certificate.issue",
        "plugins.installation.install",
        "plugins.key.trust",
        "plugins.metadata.sign",
        "plugins.plugin.publish",
        "plugins.publisher.claim",
        "plugins.publisher_key.add",
        "plugins.report.write",
        "plugins.root.install",
        "plugins.submission.send",
        "plugins.switch.turn",
        "plugins.target.publish",
        "plugins.version.add",
        "policy.version.drafted",
        "programs.authorization.granted",
        "programs.client.created",
        "tenancy.company.created",
    }
)
# The object was there and is another now, or is gone. Some of these make it where there was none yet.
CHANGES = frozenset(
    {
        "access_reviews.platform_review.cancel",
        "access_reviews.platform_review.complete",
        "access_reviews.review.cancel",
        "access_reviews.review.complete",
        "accounting.account.update",
        "accounting.fiscal_period.close",
        "accounting.fiscal_period.lock",
        "accounting.fiscal_period.open",
        "accounting.party_name.erase",
        "accounting.viewer.change",
        "approvals.delegation.end",
        "approvals.limit.change",
        "approvals.proposal.approve",
        "approvals.proposal.expire",
        "approvals.proposal.reject",
        "approvals.proposal.withdraw",
        "audit.hold.lift",
        "audit.pack.approve",
        "break_glass.access.end",
        "break_glass.access.expire",
        "break_glass.access.review",
        "events.webhook.change",
        "identity.factors.removed",
        "identity.federation.linked",
        "identity.federation.unlinked",
        "identity.invitation.accepted",
        "identity.invitation.resent",
        "identity.invitation.withdrawn",
        "identity.membership.granted",
        "identity.membership.revoked",
        "identity.passkey.added",
        "identity.passkey.removed",
        "identity.password.changed",
        "identity.password.hashed_anew",
        "identity.platform_role.granted",
        "identity.platform_role.revoked",
        "identity.recovery_codes.renewed",
        "identity.totp.added",
        "identity.totp.removed",
        "identity.user.address_changed",
        "identity.user.deactivated",
        "identity.user.kept_out_of_administration",
        "identity.user.let_into_administration",
        "identity.user.reactivated",
        "jobs.schedule.switched_off",
        "jobs.schedule.switched_on",
        "pki.certificate.revoke",
        "plugins.delegation.revoke",
        "plugins.installation.configure",
        "plugins.installation.disable",
        "plugins.installation.enable",
        "plugins.installation.remove",
        "plugins.installation.rollback",
        "plugins.installation.stop",
        "plugins.installation.upgrade",
        "plugins.key.revoke",
        "plugins.plugin.approve",
        "plugins.publisher.confirm",
        "plugins.publisher_key.revoke",
        "plugins.publisher_key.verify",
        "plugins.release.withdraw",
        "plugins.report.close",
        "plugins.repository.trust",
        "plugins.submission.check",
        "plugins.submission.check_again",
        "plugins.submission.confirm",
        "plugins.submission.reject",
        "plugins.submission.release",
        "plugins.target.withdraw",
        "plugins.version.revoke",
        "policy.in_force.changed",
        "policy.packaged.changed",
        "policy.version.approve",
        "policy.version.validated",
        "programs.authorization.ended_replayed_code",
        "programs.authorization.ended_replayed_refresh_token",
        "programs.authorization.ended_revoked",
        "programs.authorization.ended_signed_out",
        "programs.authorization.ended_withdrawn",
        "programs.client.changed",
        "programs.client.disabled",
        "programs.client.enabled",
        "programs.client.secret_rotated",
        "programs.signing_key.published",
        "programs.signing_key.withdrawn",
        "schemas.compatibility.change",
        "schemas.subject.delete",
        "schemas.subject.register",
    }
)
# Documents, statements and runs: new with their leaf, and nothing changes them ever after.
FIXES = frozenset(
    {
        "accounting.journal_entry.post",
        "accounting.journal_entry.reverse",
        "accounting.report.sign",
        "accounting.table.exported",
        "audit.check.run",
        "audit.control.except",
        "audit.denials.compare",
        "audit.denials.seal",
        "audit.evidence.export",
        "audit.exception.end",
        "audit.governance.activate",
        "audit.governance.check",
        "audit.governance.write",
        "audit.key.renew",
        "audit.key.replace",
        "audit.log.compare",
        "audit.log.reconcile",
        "audit.log_segment.seal",
        "audit.objects.compare",
        "audit.procedure.record",
        "audit.retention.apply",
        "audit.retention.close_night",
        "audit.subject.erase",
        "audit.subject.export",
        "backoffice.rights.exported",
        "backups.backup.ended",
        "backups.backup.taken",
        "backups.restore.differed",
        "backups.restore.verified",
        "plugins.version.check",
        "policy.decision.forget",
        "policy.version.activate",
        "policy.version.roll_back",
        "policy.version.simulated",
        "policy.version.simulation_begun",
        "secrets.key.used",
        "secrets.key.uses_counted",
        "secrets.key.version_appeared",
        "secrets.key.version_withdrawn",
    }
)
# Leaves of these hold the digest of what an object is, as it was left: rows are compared with the newest.
OF_STATE = CREATES | CHANGES
# These are about what somebody signs in by. Before that was an object, their leaves named the person, with a
# digest of nothing: they say nothing of what a person is and may.
_CREDENTIALS = "identity.credentials"
_OF_CREDENTIALS = frozenset(
    {
        "identity.credentials.began",
        "identity.factors.removed",
        "identity.federation.linked",
        "identity.federation.unlinked",
        "identity.passkey.added",
        "identity.passkey.removed",
        "identity.password.changed",
        "identity.password.hashed_anew",
        "identity.recovery_codes.renewed",
        "identity.totp.added",
        "identity.totp.removed",
        "identity.user.address_changed",
    }
)
# What happened, and what concerns a secret or a name of which no digest may stand in the log (docs/audit.md).
HAPPENS = frozenset(
    {
        "access_reviews.membership.confirmed",
        "access_reviews.membership.revoked",
        "access_reviews.membership.seen_anew",
        "access_reviews.platform_review.remind",
        "access_reviews.platform_role.confirmed",
        "access_reviews.platform_role.revoked",
        "access_reviews.review.remind",
        "accounting.party.erase",
        "approvals.proposal.comment",
        "backoffice.people.read",
        "events.delivery.discard",
        "events.delivery.replay",
        "identity.member.address_changed",
        "identity.member.factors_removed",
        "identity.password.reset",
        "identity.password_reset.requested",
        "identity.session.began",
        "identity.session.confirmed",
        "identity.session.ended",
        "identity.session.new_device",
        "identity.sign_in.failed",
        "identity.sign_in.paused",
        "identity.sign_in_link.issued",
        "platform.process.started",
        "policy.access.refused",
        "programs.client.token_issued",
        "programs.client.token_revoked",
        "programs.client.tokens_revoked",
    }
)
# A delivery that is sent again is work under way, which moves without verbs.
_OBJECTS_THAT_MOVE = frozenset({"events.webhook_delivery"})
# A company hears of a client while its user has roles there: its leaves are copies, with gaps between them.
_TOLD_TO_COMPANIES = "programs.client."


def verbs_of_state(object_type: str) -> frozenset[str]:
    """Return the verbs whose leaves say what an object of this type is."""
    return _OF_CREDENTIALS if object_type == _CREDENTIALS else OF_STATE - _OF_CREDENTIALS


class LeafMustTellWhatWasBefore(CortexError):
    """A verb that changes an object leaves the digest of what it was; one that makes it says so."""

    code = "audit.leaf_must_tell_what_was_before"
    status = 500


def require_before(
    *, verb: str, object_type: str, company_id: UUID | None, before: str | None, is_new: bool
) -> None:
    """Refuse a leaf that does not tell what was before its verb though there was, or is, something lasting.

    Raises: LeafMustTellWhatWasBefore.
    """
    if verb in CREATES:
        is_told = is_new and before is None
    elif verb in CHANGES:
        is_told = is_new is (before is None)
    else:
        return
    is_copy = company_id is not None and verb.startswith(_TOLD_TO_COMPANIES)
    if is_told or object_type in _OBJECTS_THAT_MOVE or (is_copy and before is None and not is_new):
        return
    raise LeafMustTellWhatWasBefore(
        f"Leaf of {verb}: expected {'that it is new' if verb in CREATES else 'the digest before'}, got "
        f"{'both' if before and is_new else 'neither' if not (before or is_new) else 'the other'}.",
        evidence={"object": verb, "expected": "before or new", "got": {"before": before, "new": is_new}},
    )
