# SPDX-License-Identifier: Apache-2.0
"""Decisions about what belongs to no company: read under the service role, for whoever may see them."""

from cortex.database.service_role import service_transaction
from cortex.policy.models import PolicyDecision
from cortex.policy.policy_actions import READ_PLATFORM_DECISIONS
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

LISTED_MAX = 200
_COLUMNS = (
    "id",
    "decided_at",
    "principal",
    "action",
    "resource_type",
    "resource_id",
    "is_allowed",
    "reason",
    "needs",
    "policy_ids",
    "version",
    "is_break_glass",
)
_LATEST = f"""
SELECT {", ".join(_COLUMNS)} FROM policy_decision
 WHERE company_id IS NULL AND starts_with(action, %s) AND (%s OR NOT is_allowed)
 ORDER BY id DESC LIMIT %s
"""  # noqa: S608 - the names of columns are ours


def platform_decisions(
    *, asked_by: Principal, action: str = "", are_allowed_shown: bool = True
) -> list[PolicyDecision]:
    """Return the newest decisions whose action begins so, 200 at most; raises AccessMustBeGranted."""
    get(Authorizer).require(principal=asked_by, action=READ_PLATFORM_DECISIONS, company_id=None)
    with service_transaction() as cursor:
        cursor.execute(_LATEST, [action, are_allowed_shown, LISTED_MAX])
        return [PolicyDecision(**dict(zip(_COLUMNS, row, strict=True))) for row in cursor.fetchall()]
