# SPDX-License-Identifier: Apache-2.0
"""Every verb about people and their access leaves a leaf in the audit log; names and addresses stay out."""

import hashlib
from collections.abc import Mapping
from uuid import UUID

from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get

# Who writes about somebody that did not prove who they are.
ENTRANCE = Principal.service("entrance")


def leave_leaf(
    *,
    verb: str,
    object_type: str = "identity.user",
    object_id: UUID,
    actor: Principal,
    company_id: UUID | None = None,
    digest: str | None = None,
    before: str | None = None,
    is_new: bool = False,
    details: Mapping[str, str] | None = None,
) -> None:
    """Append the leaf of one verb inside the open transaction; texts belong to a company's leaf alone."""
    record = AuditRecord(
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        digest=digest,
        details=details or {},
        before=before,
        is_new=is_new,
    )
    get(AuditLog).append(company_id=company_id, actor=actor, records=[record])


def digest_of(*words: str) -> str:
    """Return the SHA-256 (hex) of what was done, for a leaf that holds no texts."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
