# SPDX-License-Identifier: Apache-2.0
"""The leaf of a verb of this context."""

from uuid import UUID

from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def record_verb(
    *,
    company_id: UUID | None,
    actor: Principal,
    verb: str,
    object_type: str,
    object_id: UUID,
    digest: str,
    before: str | None = None,
    is_new: bool = False,
    reason: str = "",
) -> None:
    """Append the leaf in the open transaction; without a company it is the platform's, which has no reason.

    A reason stands beside the leaf under a key of the object. So the object of a verb about a subject is the
    erasure, the hold or the archive, never the subject: a text about an erased one would give it a new key.
    """
    record = AuditRecord(
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        digest=digest,
        details={"reason": reason} if reason else {},
        before=before,
        is_new=is_new,
    )
    get(AuditLog).append(company_id=company_id, actor=actor, records=[record])
