# SPDX-License-Identifier: Apache-2.0
"""Whom somebody let in or out in an emergency: memberships do not end with it, so its review lists them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cortex.break_glass.models import BreakGlassAccess
from cortex.identity.memberships import membership_in
from cortex.ports.audit_log import AuditLog
from cortex.ports.registry import get

VERBS = {
    "identity.membership.granted": "let in, or given other roles",
    "identity.membership.revoked": "let out",
}
# Leaves have the time of the database, an access that of its process: rather one too many than one too few.
LEEWAY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ChangedMembership:
    """One change of somebody's membership, and what they are in the company today."""

    user_id: UUID
    done: str
    changed_at: datetime
    roles_today: str

    @property
    def member(self) -> str:
        """Return whom it is about, as an actor."""
        return f"user:{self.user_id}"


def memberships_changed_in(*, access: BreakGlassAccess) -> list[ChangedMembership]:
    """Return what its holder changed while it was open, oldest first; call it in the company's scope."""
    leaves = get(AuditLog).leaves_by(
        company_id=access.company_id,
        actor=access.holder,
        verbs=VERBS,
        since=access.opened_at - LEEWAY,
        until=(access.ended_at or access.expires_at) + LEEWAY,
    )
    return [
        ChangedMembership(
            leaf.object_id,
            VERBS[leaf.verb],
            leaf.recorded_at,
            _roles_today(access.company_id, leaf.object_id),
        )
        for leaf in leaves
        if leaf.object_id is not None
    ]


def _roles_today(company_id: UUID, user_id: UUID) -> str:
    found = membership_in(user_id=user_id, company_id=company_id)
    return "" if found is None else found.roles_in_words
