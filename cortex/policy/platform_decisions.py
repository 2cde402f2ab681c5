# SPDX-License-Identifier: Apache-2.0
"""Decisions about what belongs to no company: read under the service role, for whoever may see them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from cortex.database.service_role import service_transaction
from cortex.policy.explain import Explanation, decision_must_exist, explained
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
    "packaged_digest",
    "is_break_glass",
    "question",
)
_LATEST = f"""
SELECT {", ".join(_COLUMNS)} FROM policy_decision
 WHERE company_id IS NULL AND starts_with(action, %s) AND (%s OR NOT is_allowed)
 ORDER BY id DESC LIMIT %s
"""  # noqa: S608 - the names of columns are ours
_ONE = f"""
SELECT {", ".join(_COLUMNS)} FROM policy_decision WHERE company_id IS NULL AND id = %s
"""  # noqa: S608 - the names of columns are ours


def platform_decisions(
    *, asked_by: Principal, action: str = "", are_allowed_shown: bool = True
) -> list[PolicyDecision]:
    """Return the newest decisions whose action begins so, 200 at most; raises AccessMustBeGranted."""
    return _found(asked_by, _LATEST, [action, are_allowed_shown, LISTED_MAX])


def platform_decision(*, asked_by: Principal, decision_id: UUID) -> PolicyDecision:
    """Return one decision that belongs to no company; raises AccessMustBeGranted, DecisionMustExist."""
    found = _found(asked_by, _ONE, [decision_id])
    if not found:
        raise decision_must_exist(decision_id=decision_id, of="the platform")
    return found[0]


def explain_platform_decision(*, asked_by: Principal, decision_id: UUID) -> Explanation:
    """Explain what was decided on the platform; raises AccessMustBeGranted, DecisionMustExist."""
    return explained(platform_decision(asked_by=asked_by, decision_id=decision_id))


def _found(
    asked_by: Principal, query: str, values: Sequence[str | bool | int | UUID]
) -> list[PolicyDecision]:
    get(Authorizer).require(principal=asked_by, action=READ_PLATFORM_DECISIONS, company_id=None)
    with service_transaction() as cursor:
        cursor.execute(query, values)
        return [_decision(row) for row in cursor.fetchall()]


def _decision(row: Sequence[Any]) -> PolicyDecision:
    known = dict(zip(_COLUMNS, row, strict=True))
    # A bare cursor hands JSON out as text, which only the model's field would have read.
    known["question"] = orjson.loads(known["question"]) if known["question"] else None
    return PolicyDecision(**known)
