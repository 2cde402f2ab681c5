# SPDX-License-Identifier: Apache-2.0
"""Verbs around members as doors call them: where the policies ask for a second person they are proposed."""

from cortex.identity.invitations.invite import invite
from cortex.identity.invitations.resend_invitation import resend_invitation
from cortex.identity.invitations.withdraw_invitation import withdraw_invitation
from cortex.identity.membership_changes import GRANT, REVOKE, revoke_membership
from cortex.identity.memberships import grant_membership
from cortex.ports.waiting_verbs import lets_wait

_MEMBER, _INVITATION = ("identity.user", "user_id"), ("identity.invitation", "invitation_id")

grant_or_wait = lets_wait(
    "identity.membership.grant", title="Give roles", action=GRANT, by="granted_by", about=_MEMBER
)(grant_membership)
revoke_or_wait = lets_wait(
    "identity.membership.revoke", title="End a membership", action=REVOKE, by="revoked_by", about=_MEMBER
)(revoke_membership)
invite_or_wait = lets_wait(
    "identity.invitation.send",
    title="Invite somebody",
    action=GRANT,
    by="invited_by",
    about=("identity.invitation", "email"),
)(invite)
resend_or_wait = lets_wait(
    "identity.invitation.resend",
    title="Send an invitation again",
    action=GRANT,
    by="resent_by",
    about=_INVITATION,
)(resend_invitation)
withdraw_or_wait = lets_wait(
    "identity.invitation.withdraw",
    title="Withdraw an invitation",
    action=GRANT,
    by="withdrawn_by",
    about=_INVITATION,
)(withdraw_invitation)
