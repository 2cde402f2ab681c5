# SPDX-License-Identifier: Apache-2.0
"""What every verb of packs leaves in the audit log. Packs belong to no company."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cortex.canonical_json import canonical_json
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get

PACK_TYPE, RUN_TYPE, EXCEPTION_TYPE = "audit.pack", "audit.check_run", "audit.control_exception"


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of the canonical JSON."""
    return hashlib.sha256(canonical_json(dict(content))).hexdigest()


def leave_leaf(*, verb: str, object_type: str, object_id: UUID, digest: str, actor: Principal) -> None:
    """Append the leaf in the open transaction."""
    record = AuditRecord(verb=verb, object_type=object_type, object_id=object_id, digest=digest)
    get(AuditLog).append(company_id=None, actor=actor, records=[record])
