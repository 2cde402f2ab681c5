# SPDX-License-Identifier: Apache-2.0
"""Users, memberships and invitations as the nightly comparison with their leaves reads them."""

from cortex.database.logged_rows import StoredRows
from cortex.identity.digests import invitation_digest, membership_digest, user_digest
from cortex.identity.given_roles import given_roles_of
from cortex.identity.models import Invitation, Membership, User
from cortex.ports.logged_objects import LoggedObjects, logged_objects


def declare_logged() -> None:
    """Register them. A company's leaves name a membership by its user."""
    logged_objects(
        LoggedObjects(
            object_type="identity.user",
            is_platforms=True,
            rows=StoredRows(rows=User.objects.all, digest=user_digest, is_companys=None),
        ),
        LoggedObjects(
            object_type="identity.user",
            rows=StoredRows(rows=Membership.objects.all, digest=_digest, key="user_id"),
        ),
        LoggedObjects(
            object_type="identity.invitation",
            rows=StoredRows(rows=Invitation.objects.all, digest=invitation_digest),
        ),
    )


def _digest(membership: Membership) -> str:
    return membership_digest(given_roles_of(membership), roles=membership.roles)
