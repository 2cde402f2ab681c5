# SPDX-License-Identifier: Apache-2.0
"""Versions of the policies as the nightly comparison with their leaves reads them."""

from cortex.database.logged_rows import StoredRows
from cortex.policy.models import PolicyVersion
from cortex.policy_versions.trail import OBJECT_TYPE, version_digest
from cortex.ports.logged_objects import LoggedObjects, logged_objects


def declare_logged() -> None:
    """Register them."""
    rows = StoredRows(rows=PolicyVersion.objects.all, digest=version_digest, is_companys=None)
    logged_objects(LoggedObjects(object_type=OBJECT_TYPE, is_platforms=True, rows=rows))
