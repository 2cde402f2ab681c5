# SPDX-License-Identifier: Apache-2.0
"""Versions of the policies, and what is in force, as the nightly comparison with their leaves reads them."""

from collections.abc import Sequence
from uuid import UUID

from cortex.database.logged_rows import StoredRows
from cortex.database.transactions import transactional
from cortex.policy.models import PolicyVersion
from cortex.policy_versions.trail import IN_FORCE, IN_FORCE_ID, OBJECT_TYPE, in_force_digest, version_digest
from cortex.ports.logged_objects import LoggedObject, LoggedObjects, logged_objects


def declare_logged() -> None:
    """Register them."""
    rows = StoredRows(rows=PolicyVersion.objects.all, digest=version_digest, is_companys=None)
    logged_objects(
        LoggedObjects(object_type=OBJECT_TYPE, is_platforms=True, rows=rows),
        # What came into force before these leaves were written has none until the next activation.
        LoggedObjects(object_type=IN_FORCE, is_platforms=True, rows=LoggedInForce(), is_made_by_verb=False),
    )


class LoggedInForce:
    """What the newest activation put in force: one object for the whole platform, none before the first."""

    @transactional
    def after(self, *, company_id: UUID | None, after: UUID | None, limit: int) -> list[LoggedObject]:
        """Return it, unless the id is its own."""
        return [] if after is not None else self._objects()

    @transactional
    def of_objects(self, *, company_id: UUID | None, object_ids: Sequence[UUID]) -> list[LoggedObject]:
        """Return it where it is asked for."""
        return self._objects() if IN_FORCE_ID in object_ids else []

    def _objects(self) -> list[LoggedObject]:
        digest = in_force_digest()
        return [] if digest is None else [LoggedObject(IN_FORCE_ID, digest)]
