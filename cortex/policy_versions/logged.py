# SPDX-License-Identifier: Apache-2.0
"""Versions of the policies, and what is in force, as the nightly comparison with their leaves reads them."""

from collections.abc import Sequence
from uuid import UUID

from cortex.database.logged_rows import StoredRows
from cortex.database.transactions import transactional
from cortex.policy.in_force import (
    IN_FORCE,
    IN_FORCE_ID,
    in_force_digest,
    latest_activation,
    version_digest,
)
from cortex.policy.models import PolicyVersion
from cortex.policy_versions.trail import OBJECT_TYPE
from cortex.ports.logged_objects import LoggedObject, LoggedObjects, WithoutLeaf, logged_objects


def declare_logged() -> None:
    """Register them."""
    rows = StoredRows(rows=PolicyVersion.objects.all, digest=version_digest, is_companys=None)
    logged_objects(
        LoggedObjects(object_type=OBJECT_TYPE, is_platforms=True, rows=rows),
        # What came into force before these leaves were written has none until the next activation. Then the
        # version was drafted by an earlier release as well, and its first leaf says so.
        LoggedObjects(
            object_type=IN_FORCE, is_platforms=True, rows=LoggedInForce(), made_with_type=OBJECT_TYPE
        ),
    )


class LoggedInForce:
    """What the newest activation put in force: one object for the whole platform, from the beginning."""

    @transactional
    def after(self, *, company_id: UUID | None, after: UUID | None, limit: int) -> list[LoggedObject]:
        """Return it, unless the id is its own."""
        return [] if after is not None else self._objects()

    @transactional
    def of_objects(self, *, company_id: UUID | None, object_ids: Sequence[UUID]) -> list[LoggedObject]:
        """Return it where it is asked for."""
        return self._objects() if IN_FORCE_ID in object_ids else []

    def _objects(self) -> list[LoggedObject]:
        latest = latest_activation()
        if latest is None or latest.version_id is None:
            # What came with the program, as it is in force where nobody has activated anything.
            return [LoggedObject(IN_FORCE_ID, in_force_digest(), without_leaf=WithoutLeaf.FITS)]
        return [LoggedObject(IN_FORCE_ID, in_force_digest(), latest.version_id)]
