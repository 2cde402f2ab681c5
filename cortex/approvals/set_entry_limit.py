# SPDX-License-Identifier: Apache-2.0
"""Say up to which amount a role or a member enters alone."""

from itertools import chain
from typing import Any
from uuid import UUID

from cortex.approvals.actions import CHANGE_LIMITS
from cortex.approvals.errors import LimitMustBeInRange, LimitMustNameAMember
from cortex.approvals.models import EntryLimit
from cortex.canonical_json import canonical_digest, canonical_json
from cortex.database.transactions import transactional
from cortex.identity.memberships import membership_in
from cortex.identity.models import User
from cortex.identity.standing import Standing
from cortex.ids import uuid7
from cortex.ports.approvals import LIMITED_ROLES
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

ENTRY_LIMIT = "approvals.entry_limit"
LIMIT_MINOR_MAX = 10**15


@transactional
def set_entry_limit(
    *,
    company_id: UUID,
    entry_limit_minor: int | None,
    set_by: Principal,
    role: str | None = None,
    user_id: UUID | None = None,
) -> UUID:
    """Set the limit of a role or of one member, or take it away with None; return the limit's id.

    Raises: AccessMustBeGranted, ApprovalMustComeFirst, LimitMustBeInRange, LimitMustNameAMember.
    """
    get(Authorizer).require(principal=set_by, action=CHANGE_LIMITS, company_id=company_id)
    _require_subject(company_id, role, user_id)
    if entry_limit_minor is not None and not 0 <= entry_limit_minor <= LIMIT_MINOR_MAX:
        raise LimitMustBeInRange(
            f"Limit: expected 0 to {LIMIT_MINOR_MAX} minor units, got {entry_limit_minor}.",
            evidence={"object": "limit", "got": entry_limit_minor, "unit": "minor units"},
        )
    before, limit_id = _write(company_id, role, user_id, entry_limit_minor)
    content = _content(role, user_id, entry_limit_minor)
    record = AuditRecord(
        verb=CHANGE_LIMITS,
        object_type=ENTRY_LIMIT,
        object_id=limit_id,
        digest=canonical_digest(content),
        details={"limit": canonical_json(content).decode()},
        before=limit_digest(before) if before else None,
        is_new=before is None,
    )
    get(AuditLog).append(company_id=company_id, actor=set_by, records=[record])
    get(Standing).forget()
    return limit_id


def limit_digest(limit: EntryLimit) -> str:
    """Return the digest of whose limit it is, and how much."""
    return canonical_digest(_content(limit.role, limit.user_id, limit.entry_limit_minor))


def says_no_limit(digest: str) -> bool:
    """Return whether a leaf with this digest says that a limit was taken away: of a role, or of any user."""
    users = User.objects.order_by().values_list("id", flat=True).iterator()
    subjects = chain(((role, None) for role in LIMITED_ROLES), ((None, user_id) for user_id in users))
    return any(digest == canonical_digest(_content(role, user_id, None)) for role, user_id in subjects)


def _content(role: str | None, user_id: UUID | None, entry_limit_minor: int | None) -> dict[str, Any]:
    return {
        "role": role,
        "user": str(user_id) if user_id else None,
        "entry_limit_minor": entry_limit_minor,
    }


def _write(
    company_id: UUID, role: str | None, user_id: UUID | None, entry_limit_minor: int | None
) -> tuple[EntryLimit | None, UUID]:
    """Return the limit as it was, if there was one, and the id of what it is now."""
    own = EntryLimit.objects.filter(company_id=company_id, role=role, user_id=user_id)
    found = own.select_for_update().first()
    if entry_limit_minor is None:
        own.delete()
        return found, found.id if found else uuid7()
    now = get(Clock).now()
    if found is not None:
        own.update(entry_limit_minor=entry_limit_minor, changed_at=now)
        return found, found.id
    limit = EntryLimit(
        company_id=company_id,
        role=role,
        user_id=user_id,
        entry_limit_minor=entry_limit_minor,
        changed_at=now,
    )
    limit.save(force_insert=True)
    return None, limit.id


def _require_subject(company_id: UUID, role: str | None, user_id: UUID | None) -> None:
    is_role = user_id is None and role in LIMITED_ROLES
    is_member = (
        role is None
        and user_id is not None
        and membership_in(user_id=user_id, company_id=company_id) is not None
    )
    if not (is_role or is_member):
        raise LimitMustNameAMember(
            f"Limit: expected one of the roles {', '.join(LIMITED_ROLES)}, or a member of the company, got "
            f"{role or user_id or 'nobody'}.",
            evidence={"object": "limit", "expected": list(LIMITED_ROLES), "got": role or str(user_id)},
        )
