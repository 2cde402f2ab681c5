# SPDX-License-Identifier: Apache-2.0
"""Holds and compliance packs as the nightly comparison with their leaves reads them."""

from apps.audit.models import CompliancePack, Hold
from apps.audit.services.compliance.object_types import PACK_TYPE
from apps.audit.services.privacy.place_hold import HOLD, hold_digest
from cortex.database.logged_rows import StoredRows
from cortex.ports.logged_objects import LoggedObjects, logged_objects


def declare_logged() -> None:
    """Register them; of a pack the stored text is read, not the digest beside it."""
    logged_objects(
        LoggedObjects(object_type=HOLD, rows=StoredRows(rows=Hold.objects.all, digest=hold_digest)),
        LoggedObjects(
            object_type=PACK_TYPE,
            is_platforms=True,
            rows=StoredRows(rows=CompliancePack.objects.all, digest=_digest, is_companys=None),
        ),
    )


def _digest(row: CompliancePack) -> str:
    return row.pack.digest
