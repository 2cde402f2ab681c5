# SPDX-License-Identifier: Apache-2.0
"""Every change of the registry leaves a leaf of the platform in the audit log."""

import hashlib
from uuid import UUID

from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.schemas.models import Subject

# The object of leaves about the mode that holds for all subjects, which has no row of its own id.
EVERY_SUBJECT = UUID("00000000-0000-7000-8000-736368656d61")


def leave_leaf(*, verb: str, subject: Subject | None, actor: Principal, change: str) -> None:
    """Append the leaf; it holds the digest of subject and change, since such a leaf has no texts."""
    name = subject.name if subject is not None else ""
    record = AuditRecord(
        verb=verb,
        object_type="schemas.subject",
        object_id=subject.id if subject is not None else EVERY_SUBJECT,
        digest=hashlib.sha256(f"{name}\n{change}".encode()).hexdigest(),
    )
    get(AuditLog).append(company_id=None, actor=actor, records=[record])
