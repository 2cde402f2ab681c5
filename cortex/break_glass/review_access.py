# SPDX-License-Identifier: Apache-2.0
"""Look at emergency access that is over, as a second person, and say so."""

from uuid import UUID

from cortex.break_glass.actions import REVIEW, require
from cortex.break_glass.errors import EmergencyAccessMustBeWellFormed, EmergencyAccessMustWaitForReview
from cortex.break_glass.models import BreakGlassAccess
from cortex.break_glass.published import EmergencyAccessReviewed
from cortex.break_glass.record_expired import record_expired
from cortex.break_glass.selectors import access_of, locked_access
from cortex.break_glass.trail import access_digest, leave_trail
from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

COMMENT_LENGTH_MAX = 500


@transactional
def review_access(
    *, company_id: UUID, access_id: UUID, comment: str, reviewed_by: Principal
) -> BreakGlassAccess:
    """Write down who has looked at it and what they say; call it in the company's scope.

    Raises: AccessMustBeGranted, EmergencyAccessMustExist, EmergencyAccessMustWaitForReview,
    EmergencyAccessMustBeWellFormed.
    """
    access = locked_access(company_id=company_id, access_id=access_id)
    require(principal=reviewed_by, action=REVIEW, company_id=company_id, resource=access.resource())
    comment, now = comment.strip(), get(Clock).now()
    _require_well_formed(comment)
    if not access.waits_for_review(at=now):
        raise EmergencyAccessMustWaitForReview(
            f"Emergency access {access_id}: expected one that is over and not reviewed, got another.",
            evidence={"object": str(access_id), "expected": "over and not reviewed"},
        )
    record_expired(company_id=company_id, at=now, user_id=access.user_id)
    # Its end may just have been written down.
    access = locked_access(company_id=company_id, access_id=access_id)
    before = access_digest(access)
    access.reviewed_at, access.reviewed_by = now, reviewed_by.urn
    rows = BreakGlassAccess.objects.filter(company_id=company_id, id=access_id)
    rows.update(reviewed_at=now, reviewed_by=reviewed_by.urn, review_comment=comment)
    event = EmergencyAccessReviewed(
        aggregate_id=access.id, opened_by=access.holder, reviewed_by=reviewed_by.urn
    )
    leave_trail(access=access, before=before, verb=REVIEW, actor=reviewed_by, event=event, reason=comment)
    return access_of(company_id=company_id, access_id=access_id)


def _require_well_formed(comment: str) -> None:
    if not 0 < len(comment) <= COMMENT_LENGTH_MAX or not comment.isprintable():
        raise EmergencyAccessMustBeWellFormed(
            f"Review: expected a comment of one line with at most {COMMENT_LENGTH_MAX} characters.",
            evidence={"object": "comment", "expected": COMMENT_LENGTH_MAX, "got": len(comment)},
        )
