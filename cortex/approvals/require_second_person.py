# SPDX-License-Identifier: Apache-2.0
"""Say whether dangerous verbs of a company need a second person."""

import hashlib
from uuid import UUID

from cortex.approvals.actions import CHANGE_LIMITS
from cortex.approvals.models import CompanyRule
from cortex.database.transactions import transactional
from cortex.database.turns import take_turns
from cortex.identity.standing import Standing
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

COMPANY_RULE = "approvals.company_rule"


@transactional
def require_second_person(*, company_id: UUID, is_required: bool, set_by: Principal) -> None:
    """Switch the rule on or off; raises AccessMustBeGranted, ApprovalMustComeFirst."""
    get(Authorizer).require(principal=set_by, action=CHANGE_LIMITS, company_id=company_id)
    take_turns(COMPANY_RULE, company_id)
    before = CompanyRule.objects.filter(company_id=company_id).first()
    CompanyRule.objects.bulk_create(
        [CompanyRule(company_id=company_id, requires_second_person=is_required, changed_at=get(Clock).now())],
        update_conflicts=True,
        unique_fields=["company"],
        update_fields=["requires_second_person", "changed_at"],
    )
    word = _word(is_required)
    record = AuditRecord(
        verb=CHANGE_LIMITS,
        object_type=COMPANY_RULE,
        object_id=company_id,
        digest=_digest(word),
        before=rule_digest(before) if before else None,
        is_new=before is None,
        details={"second_person": word},
    )
    get(AuditLog).append(company_id=company_id, actor=set_by, records=[record])
    get(Standing).forget()


def rule_digest(rule: CompanyRule) -> str:
    """Return the digest of what the row says."""
    return _digest(_word(rule.requires_second_person))


def _word(is_required: bool) -> str:
    return "required" if is_required else "not required"


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
