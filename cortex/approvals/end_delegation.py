# SPDX-License-Identifier: Apache-2.0
"""End a delegation before its time."""

from uuid import UUID

from cortex.approvals.actions import DELEGATE
from cortex.approvals.delegate import DELEGATION, delegation_digest
from cortex.approvals.errors import DelegationMustExist
from cortex.approvals.models import Delegation
from cortex.database.transactions import transactional
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

END = "approvals.delegation.end"


@transactional
def end_delegation(*, company_id: UUID, delegation_id: UUID, ended_by: Principal) -> None:
    """Take one's right to decide back at once; raises AccessMustBeGranted, DelegationMustExist."""
    get(Authorizer).require(principal=ended_by, action=DELEGATE, company_id=company_id)
    now = get(Clock).now()
    own = Delegation.objects.select_for_update().filter(
        company_id=company_id, id=delegation_id, ends_at__gt=now
    )
    delegation = own.first()
    if delegation is None or delegation.from_user_id != ended_by.user_id:
        raise DelegationMustExist(
            f"Delegation {delegation_id}: expected one of yours that has not ended, got none.",
            evidence={"object": "delegation", "got": str(delegation_id)},
        )
    before = delegation_digest(delegation)
    delegation.ends_at = max(now, delegation.starts_at)
    delegation.save(update_fields=["ends_at"])
    record = AuditRecord(
        verb=END,
        object_type=DELEGATION,
        object_id=delegation.id,
        digest=delegation_digest(delegation),
        before=before,
    )
    get(AuditLog).append(company_id=company_id, actor=ended_by, records=[record])
