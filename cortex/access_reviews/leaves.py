# SPDX-License-Identifier: Apache-2.0
"""What the audit log hears of a campaign: opaque ids, and notes as commitments only."""

from uuid import UUID

from cortex.access_reviews.digests import campaign_digest
from cortex.access_reviews.models import AccessReview
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get

REVIEW, MEMBERSHIP = "access_reviews.review", "identity.membership"


def leave_leaf(
    *,
    review: AccessReview,
    verb: str,
    actor: Principal,
    before: str | None = None,
    is_new: bool = False,
    reason: str = "",
) -> None:
    """Append the leaf of a verb done to the campaign itself, which is as it is now."""
    details = {"reason": reason} if reason else {}
    record = AuditRecord(
        verb=verb,
        object_type=REVIEW,
        object_id=review.id,
        digest=campaign_digest(review),
        details=details,
        before=before,
        is_new=is_new,
    )
    get(AuditLog).append(company_id=review.company_id, actor=actor, records=[record])


def leave_answers(*, company_id: UUID, actor: Principal, answers: list[tuple[str, UUID, str]]) -> None:
    """Append one leaf for each (verb, membership, note)."""
    records = [
        AuditRecord(
            verb=verb, object_type=MEMBERSHIP, object_id=membership_id, details={"note": note} if note else {}
        )
        for verb, membership_id, note in answers
    ]
    if records:
        get(AuditLog).append(company_id=company_id, actor=actor, records=records)
