# SPDX-License-Identifier: Apache-2.0
"""The policies that a release brings along, as the nightly comparison with their leaves reads them."""

from collections.abc import Sequence
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.policy.packaged import content_digest, text_digest
from cortex.policy.record_packaged_text import OBJECT_ID, OBJECT_TYPE
from cortex.policy.recorded_texts import latest_recorded
from cortex.ports.logged_objects import LoggedObject, LoggedObjects, logged_objects


class LoggedPackagedText:
    """One object, which the newest row tells; its text is hashed anew, whatever the digest beside it says."""

    @transactional
    def after(self, *, company_id: UUID | None, after: UUID | None, limit: int) -> list[LoggedObject]:
        """Return it at the beginning, where a release was recorded."""
        return _found() if after is None else []

    @transactional
    def of_objects(self, *, company_id: UUID | None, object_ids: Sequence[UUID]) -> list[LoggedObject]:
        """Return it where it is asked for and a release was recorded."""
        return _found() if OBJECT_ID in object_ids else []


def declare_logged() -> None:
    """Register it."""
    logged_objects(LoggedObjects(object_type=OBJECT_TYPE, is_platforms=True, rows=LoggedPackagedText()))


def _found() -> list[LoggedObject]:
    row = latest_recorded()
    if row is None:
        return []
    return [LoggedObject(OBJECT_ID, content_digest(text=text_digest(row.text), schema=row.schema_digest))]
