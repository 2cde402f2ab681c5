# SPDX-License-Identifier: Apache-2.0
"""Append the leaf of a verb that is not a posting."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cortex.canonical_json import canonical_digest
from cortex.ports import registry
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal


def record_verb(
    *,
    company_id: UUID,
    actor: Principal,
    verb: str,
    object_type: str,
    object_id: UUID,
    content: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    is_new: bool = False,
    details: Mapping[str, str] | None = None,
) -> None:
    """Append one leaf whose digest covers `content`; `details` are texts that may be personal.

    `before` is the content of the same object as it was before the verb.
    """
    record = AuditRecord(
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        digest=canonical_digest(dict(content)),
        details=details or {},
        before=None if before is None else canonical_digest(dict(before)),
        is_new=is_new,
    )
    registry.get(AuditLog).append(company_id=company_id, actor=actor, records=[record])
