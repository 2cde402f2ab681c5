# SPDX-License-Identifier: Apache-2.0
"""Versions of the policies, and what is in force, as the nightly comparison with their leaves reads them."""

from cortex.database.logged_rows import OneObject, StoredRows
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
    in_force = OneObject(object_id=IN_FORCE_ID, found=_in_force)
    logged_objects(
        LoggedObjects(object_type=OBJECT_TYPE, is_platforms=True, rows=rows),
        # What came into force before these leaves were written has none until the next activation. Then the
        # version was drafted by an earlier release as well, and its first leaf says so.
        LoggedObjects(object_type=IN_FORCE, is_platforms=True, rows=in_force, made_with_type=OBJECT_TYPE),
    )


def _in_force() -> LoggedObject:
    """Return what the newest activation put in force: one object for the platform, from the beginning."""
    latest = latest_activation()
    if latest is None or latest.version_id is None:
        # What came with the program, as it is in force where nobody has activated anything.
        return LoggedObject(IN_FORCE_ID, in_force_digest(), without_leaf=WithoutLeaf.FITS)
    return LoggedObject(IN_FORCE_ID, in_force_digest(), latest.version_id)
