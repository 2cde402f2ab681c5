# SPDX-License-Identifier: Apache-2.0
"""What a campaign came to, as canonical JSON: opaque ids and roles, no names of people."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from cortex.access_reviews.models import AccessReview, AccessReviewItem
from cortex.database.transactions import transactional
from cortex.identity.models import Membership

FORMAT = "cortex access review result 1"


@transactional
def result_of(*, review: AccessReview, completed_by: str, completed_at: datetime) -> Mapping[str, Any]:
    """Return the result: each membership once, by id, with who answered; and who came after the opening."""
    items = list(AccessReviewItem.objects.filter(company_id=review.company_id, review_id=review.id))
    return {
        "format": FORMAT,
        "review": str(review.id),
        "company": {"id": str(review.company_id), "code": review.company.code},
        "opened_at": _instant(review.opened_at),
        "opened_by": review.opened_by,
        "due_date": review.due_date.isoformat(),
        "completed_at": _instant(completed_at),
        "completed_by": completed_by,
        "memberships": [_answered(item) for item in sorted(items, key=lambda item: str(item.membership_id))],
        "not_reviewed": _newcomers(review, items),
    }


def _answered(item: AccessReviewItem) -> dict[str, Any]:
    return {
        "membership": str(item.membership_id),
        "user": str(item.user_id),
        "roles": list(item.roles),
        "last_sign_in_at": _instant(item.last_sign_in_at),
        "last_used_at": _instant(item.last_used_at),
        "answer": item.answer,
        "answered_by": item.answered_by,
        "answered_at": _instant(item.answered_at),
    }


def _newcomers(review: AccessReview, items: Iterable[AccessReviewItem]) -> list[dict[str, Any]]:
    known = {item.membership_id for item in items}
    rows = Membership.objects.filter(company_id=review.company_id).exclude(id__in=known).order_by("id")
    return [{"membership": str(row.id), "user": str(row.user_id), "roles": sorted(row.roles)} for row in rows]


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else None
