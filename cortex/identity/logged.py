# SPDX-License-Identifier: Apache-2.0
"""Users, credentials, memberships and invitations as the nightly comparison with leaves reads them."""

from collections.abc import Sequence
from uuid import UUID

from cortex.database.logged_rows import StoredRows
from cortex.database.transactions import transactional
from cortex.identity.credentials import OBJECT_TYPE as CREDENTIALS
from cortex.identity.credentials import credentials_digests
from cortex.identity.digests import invitation_digest, membership_digest, user_digest
from cortex.identity.given_roles import given_roles_of
from cortex.identity.models import Invitation, Membership, OneTimeSignIn, User
from cortex.identity.one_time_sign_in import LINK, link_digest
from cortex.ports.clock import Clock
from cortex.ports.logged_objects import LoggedObject, LoggedObjects, WithoutLeaf, logged_objects
from cortex.ports.registry import get

USER = "identity.user"


def declare_logged() -> None:
    """Register them. A company's leaves name a membership by its user."""
    logged_objects(
        LoggedObjects(
            object_type=USER,
            is_platforms=True,
            rows=StoredRows(rows=User.objects.all, digest=user_digest, is_companys=None),
        ),
        # Whoever was made before these leaves were written has none until the next change, and is counted:
        # the first leaf about the person says so. Whoever is made now has one from the beginning.
        LoggedObjects(
            object_type=CREDENTIALS,
            is_platforms=True,
            rows=LoggedCredentials(),
            made_with_type=USER,
        ),
        LoggedObjects(
            object_type=USER,
            rows=StoredRows(rows=Membership.objects.all, digest=_digest, key="user_id"),
        ),
        # Links go when their time is over, a password is changed, or the person is.
        LoggedObjects(
            object_type=LINK,
            is_platforms=True,
            is_kept=False,
            rows=StoredRows(
                rows=OneTimeSignIn.objects.all,
                digest=link_digest,
                is_companys=None,
                without_leaf=_without_leaf,
            ),
        ),
        LoggedObjects(
            object_type="identity.invitation",
            rows=StoredRows(rows=Invitation.objects.all, digest=invitation_digest),
        ),
    )


class LoggedCredentials:
    """By what people may sign in: an object for each person, also for one without any way but a link."""

    @transactional
    def after(self, *, company_id: UUID | None, after: UUID | None, limit: int) -> list[LoggedObject]:
        """Return the people behind that id; who has no way in is an object without a digest."""
        people = User.objects.order_by("id").values_list("id", flat=True)
        if after is not None:
            people = people.filter(id__gt=after)
        return self._objects(list(people[:limit]))

    @transactional
    def of_objects(self, *, company_id: UUID | None, object_ids: Sequence[UUID]) -> list[LoggedObject]:
        """Return those of the people who are there."""
        return self._objects(list(User.objects.filter(id__in=object_ids).values_list("id", flat=True)))

    def _objects(self, user_ids: list[UUID]) -> list[LoggedObject]:
        digests = credentials_digests(user_ids=user_ids)
        return [LoggedObject(user_id, digests.get(user_id), user_id) for user_id in user_ids]


def _digest(membership: Membership) -> str:
    return membership_digest(given_roles_of(membership), roles=membership.roles)


def _without_leaf(link: OneTimeSignIn) -> WithoutLeaf:
    """Return what a link without a leaf is: from before while it is worth nothing any more."""
    return WithoutLeaf.EARLIER if link.expires_at <= get(Clock).now() else WithoutLeaf.DIFFERS
