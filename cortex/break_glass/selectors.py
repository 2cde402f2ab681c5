# SPDX-License-Identifier: Apache-2.0
"""Read emergency access; call everything here inside the company's scope."""

from uuid import UUID

from cortex.break_glass.errors import EmergencyAccessMustExist
from cortex.break_glass.models import BreakGlassAccess
from cortex.database.transactions import transactional

# What one person looks through at once, the newest first.
SHOWN_MAX = 200


@transactional
def accesses_of(*, company_id: UUID) -> list[BreakGlassAccess]:
    """Return the newest of a company, those that are open among them."""
    rows = BreakGlassAccess.objects.filter(company_id=company_id).select_related("user")
    return list(rows.order_by("-opened_at", "-id")[:SHOWN_MAX])


@transactional
def access_of(*, company_id: UUID, access_id: UUID) -> BreakGlassAccess:
    """Return one; raises EmergencyAccessMustExist."""
    rows = BreakGlassAccess.objects.filter(company_id=company_id, id=access_id)
    return _required(access_id, rows.first())


def locked_access(*, company_id: UUID, access_id: UUID) -> BreakGlassAccess:
    """Return one, locked to the end of the transaction; raises EmergencyAccessMustExist."""
    rows = BreakGlassAccess.objects.filter(company_id=company_id, id=access_id)
    return _required(access_id, rows.select_for_update(of=("self",)).first())


def _required(access_id: UUID, access: BreakGlassAccess | None) -> BreakGlassAccess:
    if access is None:
        raise EmergencyAccessMustExist(
            f"Emergency access {access_id}: expected one of this company, got none.",
            evidence={"object": "emergency access", "got": str(access_id)},
        )
    return access
