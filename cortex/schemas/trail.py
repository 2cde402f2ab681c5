# SPDX-License-Identifier: Apache-2.0
"""Every change of the registry leaves a leaf of the platform in the audit log."""

from uuid import UUID

from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.schemas.digests import subject_digest
from cortex.schemas.models import Subject

SUBJECT = "schemas.subject"
# The object of leaves about the mode that holds for all subjects, which has no row of its own id.
EVERY_SUBJECT = UUID("00000000-0000-7000-8000-736368656d61")


def leave_leaf(*, verb: str, subject: Subject | None, before: str | None, actor: Principal) -> None:
    """Append the leaf; its digest is of the subject with its versions as they are now.

    `before` is what it was before the verb, None for a subject that is new.
    """
    record = AuditRecord(
        verb=verb,
        object_type=SUBJECT,
        object_id=subject.id if subject is not None else EVERY_SUBJECT,
        digest=subject_digest(name=subject.name if subject is not None else None),
        before=before,
        is_new=before is None,
    )
    get(AuditLog).append(company_id=None, actor=actor, records=[record])
