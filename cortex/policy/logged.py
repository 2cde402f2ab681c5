# SPDX-License-Identifier: Apache-2.0
"""The policies that a release brings along, as the nightly comparison with their leaves reads them."""

from cortex.database.logged_rows import OneObject
from cortex.policy.packaged import content_digest, text_digest
from cortex.policy.record_packaged_text import OBJECT_ID, OBJECT_TYPE
from cortex.policy.recorded_texts import latest_recorded
from cortex.ports.logged_objects import LoggedObject, LoggedObjects, logged_objects


def declare_logged() -> None:
    """Register them."""
    rows = OneObject(object_id=OBJECT_ID, found=_packaged_text)
    logged_objects(LoggedObjects(object_type=OBJECT_TYPE, is_platforms=True, rows=rows))


def _packaged_text() -> LoggedObject | None:
    """Return what the newest row tells; its text is hashed anew, whatever the digest beside it says."""
    row = latest_recorded()
    if row is None:
        return None
    return LoggedObject(OBJECT_ID, content_digest(text=text_digest(row.text), schema=row.schema_digest))
