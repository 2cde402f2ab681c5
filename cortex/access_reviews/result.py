# SPDX-License-Identifier: Apache-2.0
"""What a campaign came to, as canonical JSON: opaque ids and roles, no names of people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cortex.access_reviews.models import AccessReview, AccessReviewItem, Campaign, CampaignItem
from cortex.database.transactions import transactional
from cortex.identity.models import Membership

FORMAT = "cortex access review result 1"


@transactional
def result_of(*, review: AccessReview, completed_by: str, completed_at: datetime) -> Mapping[str, Any]:
    """Return the result: each membership once, by id, with who answered; and who came after the opening."""
    items = list(AccessReviewItem.objects.filter(company_id=review.company_id, review_id=review.id))
    return campaign_result(
        campaign=review,
        company={"id": str(review.company_id), "code": review.company.code},
        completed_by=completed_by,
        completed_at=completed_at,
        memberships=[_answered(item) for item in sorted(items, key=lambda item: str(item.membership_id))],
        not_reviewed=_newcomers(review, items),
    )


def campaign_result(
    *,
    campaign: Campaign,
    company: Mapping[str, str],
    completed_by: str,
    completed_at: datetime,
    memberships: Sequence[Mapping[str, Any]],
    not_reviewed: Sequence[Mapping[str, Any]],
) -> Mapping[str, Any]:
    """Return the result of any campaign in the one form that is signed and checked."""
    return {
        "format": FORMAT,
        "review": str(campaign.id),
        "company": dict(company),
        "opened_at": _instant(campaign.opened_at),
        "opened_by": campaign.opened_by,
        "due_date": campaign.due_date.isoformat(),
        "completed_at": _instant(completed_at),
        "completed_by": completed_by,
        "memberships": list(memberships),
        "not_reviewed": list(not_reviewed),
    }


def answered(item: CampaignItem) -> dict[str, Any]:
    """Return what was answered about one person."""
    return {
        "user": str(item.user_id),
        "last_sign_in_at": _instant(item.last_sign_in_at),
        "answer": item.answer,
        "answered_by": item.answered_by,
        "answered_at": _instant(item.answered_at),
    }


def _answered(item: AccessReviewItem) -> dict[str, Any]:
    return {
        **answered(item),
        "membership": str(item.membership_id),
        "roles": list(item.roles),
        "last_used_at": _instant(item.last_used_at),
    }


def _newcomers(review: AccessReview, items: Iterable[AccessReviewItem]) -> list[dict[str, Any]]:
    known = {item.membership_id for item in items}
    rows = Membership.objects.filter(company_id=review.company_id).exclude(id__in=known).order_by("id")
    return [{"membership": str(row.id), "user": str(row.user_id), "roles": sorted(row.roles)} for row in rows]


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else None
