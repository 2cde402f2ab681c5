# SPDX-License-Identifier: Apache-2.0
"""The leaf of a verb about a subject."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cortex.canonical_json import canonical_json
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def record_privacy(
    *,
    company_id: UUID,
    actor: Principal,
    verb: str,
    object_type: str,
    object_id: UUID,
    content: Mapping[str, Any],
    reason: str = "",
) -> None:
    """Append the leaf; its digest covers `content`, and the reason stands beside it under a key of its own.

    The object is the erasure, the hold or the archive, never the subject: a text about an erased subject
    would give it a new key.
    """
    record = AuditRecord(
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        digest=hashlib.sha256(canonical_json(dict(content))).hexdigest(),
        details={"reason": reason} if reason else {},
    )
    get(AuditLog).append(company_id=company_id, actor=actor, records=[record])
