# SPDX-License-Identifier: Apache-2.0
"""Write down who took evidence out of the house, and which."""

from uuid import UUID

from apps.audit.adapters.policy_entities import EXPORT
from apps.audit.services.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.principal import Principal

OBJECT_TYPE = "audit.evidence_archive"


@transactional
def leave_export_leaf(*, company_id: UUID | None, manifest_digest: str, exported_by: Principal) -> None:
    """Append a leaf whose digest is that of the archive's manifest; the whole log has no company."""
    record_verb(
        company_id=company_id,
        actor=exported_by,
        verb=EXPORT,
        object_type=OBJECT_TYPE,
        object_id=uuid7(),
        digest=manifest_digest,
    )
