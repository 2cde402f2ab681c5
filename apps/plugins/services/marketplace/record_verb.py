# SPDX-License-Identifier: Apache-2.0
"""The leaf of a verb of the marketplace: the platform's, since no row of it belongs to a company."""

from uuid import UUID

from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def record_verb(
    *,
    actor: Principal,
    verb: str,
    object_type: str,
    object_id: UUID,
    digest: str,
    before: str | None = None,
) -> None:
    """Append the leaf in the open transaction; what has no `before` is new."""
    record = AuditRecord(
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        digest=digest,
        before=before,
        is_new=before is None,
    )
    get(AuditLog).append(company_id=None, actor=actor, records=[record])
