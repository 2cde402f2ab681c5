# SPDX-License-Identifier: Apache-2.0
"""A no that stands before any policy is asked: a decision like all others, with its reason."""

from uuid import UUID

from cortex.policy.decision_log import Made, record
from cortex.ports.authorizer import Decision, Resource
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def record_refusal(*, principal: Principal, action: str, company_id: UUID, reason: str) -> None:
    """Write down that the action was refused in this company; whoever calls raises the error."""
    made = Made(
        principal=principal,
        action=action,
        changes=False,
        company_id=company_id,
        about=Resource("Cortex::Company", str(company_id)),
        decision=Decision(False, reason),
        question=None,
        at=get(Clock).now(),
    )
    record(made)
