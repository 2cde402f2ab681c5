# SPDX-License-Identifier: Apache-2.0
"""What leaves hold of users, memberships and invitations: digests without names, addresses and secrets.

Whoever guesses a name, an address or a password could test the guess against a digest, for ever.
"""

from collections.abc import Collection

from cortex.canonical_json import canonical_digest
from cortex.identity.given_roles import GivenRoles, given_roles_of
from cortex.identity.models import Invitation, Membership, User

_OF_USER = ("kind", "is_active", "is_staff", "is_superuser", "is_plugin_reviewer")


def user_digest(user: User, **changes: bool) -> str:
    """Return the digest of what a user is and may, with these changes; never of who they are."""
    return canonical_digest({name: getattr(user, name) for name in _OF_USER} | changes)


def stored_membership_digest(membership: Membership | None) -> str | None:
    """Return the digest of a membership as it is stored, None where there is none."""
    if membership is None:
        return None
    return membership_digest(given_roles_of(membership), roles=membership.roles)


def membership_digest(given: GivenRoles, *, roles: Collection[str] | None = None) -> str:
    """Return the digest of the roles in one company, and of who gave them: hands, and rules of providers.

    `roles` are those of a row, which count by themselves; without them they are what was given.
    """
    content = {
        "roles": sorted(given.roles if roles is None else roles),
        "by_hand": sorted(given.by_hand),
        "by_rules": {name: sorted(roles) for name, roles in sorted(given.by_rules.items())},
    }
    return canonical_digest(content)


def invitation_digest(invitation: Invitation) -> str:
    """Return the digest of an invitation without its address; of its link the SHA-256, which is stored.

    A link is 256 random bits: nobody finds it by guessing. An address is not, and goes with the answer.
    """
    content: dict[str, object] = {
        "roles": sorted(invitation.roles),
        "expires_at": invitation.expires_at.isoformat(timespec="microseconds"),
        "is_accepted": invitation.accepted_at is not None,
        "is_withdrawn": invitation.withdrawn_at is not None,
    }
    if invitation.inviter_kind is not None:
        # Which link, and by whose right it lets in. Rows from before that was written down keep their digest.
        content["link"] = bytes(invitation.digest).hex()
        content["inviter"] = {
            "kind": invitation.inviter_kind,
            "id": invitation.inviter_id,
            "user": str(invitation.invited_by_id),
            "scopes": invitation.inviter_scopes,
            "acts_for_person": invitation.inviter_acts_for_person,
            "certificate": invitation.inviter_certificate,
            "has_consent": invitation.inviter_has_consent,
        }
    return canonical_digest(content)
