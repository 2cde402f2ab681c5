# SPDX-License-Identifier: Apache-2.0
"""Let a colleague decide in one's stead for a while."""

from datetime import datetime, timedelta
from uuid import UUID

from cortex.approvals.actions import COMMENT, DELEGATE
from cortex.approvals.errors import (
    DecisionMustBeAPersons,
    DelegateMustBeAbleToDecide,
    DelegateMustBeAColleague,
    DelegationMustEnd,
)
from cortex.approvals.models import Delegation
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.identity.memberships import membership_in
from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.identity.users import find_active_person
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

LASTS_MAX = timedelta(days=92)
DELEGATION = "approvals.delegation"


@transactional
def delegate(
    *, company_id: UUID, delegated_by: Principal, to_user_id: UUID, starts_at: datetime, ends_at: datetime
) -> Delegation:
    """Give one's right to decide to a colleague from an instant up to another, and return the delegation.

    Raises: AccessMustBeGranted, DecisionMustBeAPersons, DelegateMustBeAColleague,
    DelegateMustBeAbleToDecide, DelegationMustEnd.
    """
    get(Authorizer).require(principal=delegated_by, action=DELEGATE, company_id=company_id)
    now = get(Clock).now()
    starts_at = max(starts_at, now)
    _require_end(starts_at, ends_at)
    from_user_id = _require_person(delegated_by)
    _require_colleague(company_id, from_user_id, to_user_id)
    delegation = Delegation(
        company_id=company_id,
        from_user_id=from_user_id,
        to_user_id=to_user_id,
        starts_at=starts_at,
        ends_at=ends_at,
        created_at=now,
    )
    delegation.save(force_insert=True)
    record = AuditRecord(
        verb=DELEGATE,
        object_type=DELEGATION,
        object_id=delegation.id,
        digest=delegation_digest(delegation),
        details=_told(delegation),
        is_new=True,
    )
    get(AuditLog).append(company_id=company_id, actor=delegated_by, records=[record])
    return delegation


def delegation_digest(delegation: Delegation) -> str:
    """Return the digest of who decides for whom, from when to when."""
    content = {
        "from": str(delegation.from_user_id),
        "to": str(delegation.to_user_id),
        "starts_at": delegation.starts_at.isoformat(timespec="microseconds"),
        "ends_at": delegation.ends_at.isoformat(timespec="microseconds"),
    }
    return canonical_digest(content)


def _told(delegation: Delegation) -> dict[str, str]:
    return {
        "delegate": f"user:{delegation.to_user_id}",
        "span": f"{delegation.starts_at.isoformat()} {delegation.ends_at.isoformat()}",
    }


def _require_end(starts_at: datetime, ends_at: datetime) -> None:
    if not starts_at < ends_at <= starts_at + LASTS_MAX:
        raise DelegationMustEnd(
            f"Delegation: expected an end after {starts_at.isoformat()} and within {LASTS_MAX.days} days, "
            f"got {ends_at.isoformat()}.",
            evidence={
                "object": "delegation",
                "expected": f"{LASTS_MAX.days} days",
                "got": ends_at.isoformat(),
            },
        )


def _require_person(delegated_by: Principal) -> UUID:
    if delegated_by.kind != "user" or delegated_by.user_id is None:
        raise DecisionMustBeAPersons(
            f"Delegation: expected a person who hands a right over, got {delegated_by.urn}. Sign in.",
            evidence={"object": "delegation", "expected": "a person", "got": delegated_by.urn},
        )
    return delegated_by.user_id


def _require_colleague(company_id: UUID, from_user_id: UUID, to_user_id: UUID) -> None:
    membership = membership_in(user_id=to_user_id, company_id=company_id)
    person = find_active_person(user_id=to_user_id)
    if membership is None or from_user_id == to_user_id or person is None:
        raise DelegateMustBeAColleague(
            "Delegation: expected a person of this company other than yourself. Choose a colleague.",
            evidence={"object": "delegate", "expected": "a colleague", "got": str(to_user_id)},
        )
    _require_able(company_id, person)


def _require_able(company_id: UUID, person: User) -> None:
    """Whoever may only look decides nothing for others: proposals would wait until they expire."""
    decision = get(Authorizer).decide(
        principal=principal_of_user(person), action=COMMENT, company_id=company_id
    )
    if not decision.is_allowed:
        raise DelegateMustBeAbleToDecide(
            f"Delegation: expected a colleague who works in the books, got {person.username}, who may only "
            "look. Choose a clerk, an accountant, a controller or an administrator.",
            evidence={"object": "delegate", "expected": "who works in the books", "got": str(person.id)},
        )
